"""Kills and pauses at random moments of one rehearsal; the short form is ``tests/acceptance/test_kill.py``."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.judge import Log, judge, rows

from tests.acceptance.stage import Stage, stage
from tests.acceptance.test_kill import CAMPAIGN, SEED, SPEED, begin, rehearsal

pytestmark = pytest.mark.timeout(420)
SEEDS = (SEED, SEED + 1)
END_S = 300
PAUSES, PAUSE_S = 10, 3.0
"""Longer than the half second between an intent and its first byte (DESIGN §4.4): a request held up must not leave."""
SOONEST = timedelta(minutes=15)
"""The shortest wait before a next try, after a busy line; the example's other waits are longer."""


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    """The seed that the moments are drawn from."""
    return int(request.param)


@pytest.mark.parametrize(("harm", "kills"), [("tree", 20), ("worker", 20), ("redis", 10)])
def test_whatever_is_killed_nobody_is_called_twice_and_nobody_is_lost(
    tmp_path: Path, seed: int, harm: str, kills: int, record_property: Any
) -> None:
    (tmp_path / "c.toml").write_text(CAMPAIGN)
    with stage(tmp_path) as on:
        begin(on, kills, harm, seed)
        finish(on, seed, record_property)
        record_property("kills", killed(on, harm))
    assert killed(on, harm) > kills / 2, f"DIALER_TEST_SEED={seed}: the rehearsal was over before it was tested"


def test_a_worker_that_was_stopped_for_a_while_calls_nobody_twice(
    tmp_path: Path, seed: int, record_property: Any
) -> None:
    rnd = random.Random(f"{seed}:pause")
    (tmp_path / "c.toml").write_text(CAMPAIGN)
    with stage(tmp_path) as on:
        begin(on, 0, "pause", seed)
        worker, paused = on.processes[-1], 0
        for _ in range(PAUSES):
            time.sleep(rnd.uniform(0.3, 3.0))
            if worker.poll() is None:
                os.kill(worker.pid, signal.SIGSTOP)
                time.sleep(PAUSE_S)
                os.kill(worker.pid, signal.SIGCONT)
                paused += 1
        record_property("pauses", paused)
        finish(on, seed, record_property)
    assert paused > PAUSES / 2, f"DIALER_TEST_SEED={seed}: the rehearsal was over before it was tested"


def finish(on: Stage, seed: int, record: Any) -> None:
    """Wait for the campaign's end and judge it; the figures go into the table that ends the run."""
    code = on.processes[-1].wait(timeout=END_S)
    assert code in (0, 6), f"DIALER_TEST_SEED={seed}: exit code {code}: {on.said(on.processes[-1])[-2000:]}"
    log = Log.read(on.folder / "log.jsonl")
    faults = judge(rehearsal(on), on.folder / "log.jsonl", on.folder / "c.toml", SPEED) + called_too_soon(log)
    ledger = rehearsal(on) / "ledger.sqlite"
    states = Counter(row["state"] for row in rows(ledger, "SELECT state FROM contacts"))
    kinds = Counter(fault.split(":")[0] for fault in faults)
    record("placed", sum(line["status"] == 200 for line in log.placed))
    for kind in ("duplicated", "lost", "stuck"):
        record(kind, kinds[kind])
    record("held", states["held"])
    record("leads", states.total())
    assert not faults, f"DIALER_TEST_SEED={seed}: {faults[:10]}"


def called_too_soon(log: Log) -> list[str]:
    """Calls to a number that already talked, or had just been called: called twice, whatever the ledger says of it."""
    calls: dict[str, list[dict[str, Any]]] = {}
    for call in sorted(log.ended, key=lambda call: call["started"]):
        calls.setdefault(call["number"], []).append(call)
    faults = []
    for number, mine in calls.items():
        for first, second in itertools.pairwise(mine):
            waited = datetime.fromisoformat(second["started"]) - datetime.fromisoformat(first["ended"])
            if first["answered_by"] == "human" or waited < SOONEST:
                faults.append(f"duplicated: {number} was called again {waited} after {first['result']}")
    return faults


def killed(on: Stage, harm: str) -> int:
    """How many kills met something alive: not a run that had ended by itself, nor a server that was not back yet."""
    if harm == "redis":
        return (rehearsal(on) / "redis" / "redis.log").read_text().count("Ready to accept connections") - 1
    return sum(process.returncode == -signal.SIGKILL for process in on.processes)
