"""R7: what cron may do to ``dialer run``: start it twice, stall it over a tick, miss a tick, kill it. Effect: once."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from tests.scene import scene

STALL_S = 3.5
"""Longer than the half second between an intent and its first byte, and than any tick of ours."""
RUN = ("run", "uk")


def test_two_at_once_a_stall_a_kill_and_a_missed_tick_and_everyone_is_called_once(tmp_path: Path) -> None:
    with scene(tmp_path, people=20, extra='mode = "cron"') as at:
        at.load()
        first, second = at.on.start(*RUN), at.on.start(*RUN)
        at.program = first
        at.until_called(5)
        assert sorted([first.poll() is None, second.poll() is None]) == [False, True], "one dials, the other has left"
        dials, left = (first, second) if first.poll() is None else (second, first)
        assert left.wait(10) == 0
        assert f"is being run already by process {dials.pid} (dialer run uk)" in at.on.said(left)
        dials.send_signal(signal.SIGSTOP)
        time.sleep(STALL_S)
        assert at.on.run(*RUN, "--strict").returncode == 75, "the stalled one has it still"
        dials.send_signal(signal.SIGCONT)
        at.until_called(12)
        dials.kill()
        dials.wait(10)
        called = at.called()
        time.sleep(1.0)  # the scheduler is down: nobody is called
        assert at.called() == called
        at.program = at.on.start(*RUN)  # the next tick catches up
        assert at.finish() == []
        assert len({line["contact_id"] for line in at.rows("attempts")}) == 20
