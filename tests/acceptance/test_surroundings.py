"""The disk is full or cannot be written, another program locks the ledger: one clear line, or it goes on afterwards.

The other troubles, and these for longer, are in ``tests/chaos/test_surroundings.py``.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import trouble
from tests.scene import scene
from tests.servers import Unavailable

LONGER_THAN_BUSY_S = 6.0


def test_a_ledger_that_another_program_locks_is_waited_for_and_at_the_start_is_one_line(tmp_path: Path) -> None:
    with scene(tmp_path, people=14) as at:
        at.load()
        with trouble.locked(at.ledger):
            refused = at.on.run("run", "uk")
        assert refused.returncode == 5
        assert refused.stderr.splitlines() == [f"dialer: the ledger {at.ledger} cannot be used: database is locked"]
        at.dial()
        at.until_called(5)
        with trouble.locked(at.ledger):
            time.sleep(LONGER_THAN_BUSY_S)
        assert at.called() < 14, "nobody was left to be called"
        assert at.finish() == []


def test_a_full_disk_is_outlived_and_at_the_start_it_is_one_line(tmp_path: Path) -> None:
    with scene(tmp_path, people=14, before=trouble.enter) as at, ExitStack() as stack:
        try:
            disk = stack.enter_context(trouble.small_disk(at, "24m"))
        except Unavailable as why:
            pytest.skip(str(why))
        at.load()
        disk.fill()
        for words in (["run", "uk"], ["worker"], ["status", "uk"]):
            refused = at.on.run(*words)
            assert (refused.returncode, len(refused.stderr.splitlines())) == (5, 1), refused.stderr
        disk.clear()
        at.dial()
        at.until_called(5)
        disk.fill()
        time.sleep(2.0)
        disk.clear()
        assert at.finish() == []
        disk.mount("ro")
        for words in (["run", "uk"], ["worker"], ["pause", "uk"]):
            refused = at.on.run(*words)
            assert (refused.returncode, len(refused.stderr.splitlines())) == (5, 1), refused.stderr
