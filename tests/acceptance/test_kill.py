"""Kill -9 at random moments of one rehearsal, each followed by `dialer run` (issue: nobody twice, nobody lost)."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from tests.judge import Log, judge

from tests.acceptance.stage import Stage, kill, stage, wait_for

SPEED = 60
EXAMPLES = Path(__file__).parents[2] / "examples"
SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))
CAMPAIGN = """
name = "spring"
[leads]
country = "US"
[pace]
per_second = 3.0
at_once = 30
"""


def rehearsal(on: Stage) -> Path:
    return on.folder / ".dialer" / "rehearsal"


def begin(on: Stage, kills: int, harm: str, seed: int = SEED) -> None:
    """Launch, then kill and run again ``kills`` times; the moments come from the seed."""
    rnd = random.Random(f"{seed}:{harm}")
    on.start("launch", EXAMPLES / "leads.xlsx", "--campaign", "c.toml", "--rehearse", "--speed", str(SPEED),
             "--start", "2026-11-23T14:00Z", "--sandbox-log", "log.jsonl")  # fmt: skip
    log = on.folder / "log.jsonl"
    wait_for(lambda: log.exists() and "make-call" in log.read_text())
    for _ in range(kills):
        time.sleep(rnd.uniform(0.3, 3.0))
        if harm == "redis":
            kill(int((rehearsal(on) / "redis" / "redis.pid").read_text()))
            shutil.rmtree(rehearsal(on) / "redis" / "appendonlydir", ignore_errors=True)
            continue
        kill(on.processes[-1].pid)
        on.processes[-1].wait()
        if harm == "tree":
            for pid in on.servants():
                kill(pid)
        on.start("run", "spring", "--rehearsal")


@pytest.mark.parametrize(("harm", "kills"), [("tree", 8), ("worker", 6), ("redis", 3)])
@pytest.mark.timeout(240)
def test_nobody_is_called_twice_and_nobody_is_lost(tmp_path: Path, harm: str, kills: int) -> None:
    (tmp_path / "c.toml").write_text(CAMPAIGN)
    with stage(tmp_path) as on:
        begin(on, kills, harm)
        code = on.processes[-1].wait(timeout=200)
        said = on.said(on.processes[-1])
        assert code in (0, 6), f"seed {SEED}: {said}"
        report = on.run("report", "spring", "results.json", "--rehearsal")
        assert report.returncode == 0, report.stderr
        faults = judge(rehearsal(on), tmp_path / "log.jsonl", tmp_path / "c.toml", SPEED)
        assert not faults, f"seed {SEED}: {faults[:10]}"
        placed = [line for line in Log.read(tmp_path / "log.jsonl").placed if line["status"] == 200]
        assert len(placed) > 283, "the rehearsal was not run to its end"
