"""Kills and pauses at random moments of one rehearsal, full size; the short form is ``tests/acceptance/test_kill.py``."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance import test_kill
from tests.acceptance.stage import Stage, stage
from tests.acceptance.test_kill import CAMPAIGN, SPEED, begin, rehearsal
from tests.judge import Log, judge, rows

pytestmark = pytest.mark.timeout(420)
SEEDS = (test_kill.SEED, test_kill.SEED + 1)
END_S = 300
PAUSES, PAUSE_S = 12, 3.0
"""Longer than the half second between an intent and its first byte (DESIGN §4.4), so every pause tests that guard."""


def hits(on: Stage, harm: str) -> int:
    """How many kills met a live process: a run that had ended already, or a server not yet back, counts for nothing."""
    if harm == "redis":
        return (rehearsal(on) / "redis" / "redis.log").read_text().count("Ready to accept connections") - 1
    return sum(process.returncode == -signal.SIGKILL for process in on.processes)


def finish(on: Stage, seed: int, record: pytest.FixtureRequest) -> Log:
    """Wait for the end of the campaign and judge it; the figures go into the summary that pytest prints."""
    code = on.processes[-1].wait(timeout=END_S)
    assert code in (0, 6), f"DIALER_TEST_SEED={seed}: exit code {code}: {on.said(on.processes[-1])[-2000:]}"
    faults = judge(rehearsal(on), on.folder / "log.jsonl", on.folder / "c.toml", SPEED)
    log = Log.read(on.folder / "log.jsonl")
    states = Counter(row["state"] for row in rows(rehearsal(on) / "ledger.sqlite", "SELECT state FROM contacts"))
    kinds = Counter(fault.split(":")[0] for fault in faults)
    record.node.user_properties.append(
        ("figures", f"seed {seed}: {len(log.placed)} requests, {sum(states.values())} leads, {states['held']} held, "
                    f"{kinds['duplicated']} duplicated, {kinds['lost']} lost, {kinds['stuck']} stuck")
    )  # fmt: skip
    assert not faults, f"DIALER_TEST_SEED={seed}: {faults[:10]}"
    assert states.total() > 283, f"DIALER_TEST_SEED={seed}: the rehearsal was not run to its end"
    return log
