"""A backup in mid-campaign is put back after more calls were made: nobody is called twice, nobody is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.stage import british_list, campaign, platform, stage, wait_for
from tests.chaos.checker import Ledger, Verdict, requests_and_attempts
from tests.chaos.evidence import read_log, rows

FURTHER_US = 6_000_000
"""How much further on than its backup a ledger is when it is lost: more than what Redis takes for uneven clocks."""


@pytest.mark.timeout(200)
def test_who_was_called_after_the_backup_is_not_called_again(tmp_path: Path) -> None:
    go_back(tmp_path, 50, "restore")


def go_back(folder: Path, leads: int, by: str) -> int:
    """Dial, back up, dial on, kill, put the backup back, dial to the end; answers how many calls were taken in.

    ``by`` cp: the file is copied by hand and has no mark; Redis saw the ledger further on.
    """
    ledger, copy = folder / ".dialer" / "ledger.sqlite", folder / "monday.sqlite"
    with stage(folder) as on:
        log = platform(on, speed=40, at_once=leads)
        british_list(folder / "leads.csv", leads)
        file = campaign(folder / "c.toml", "uk", '[engine]\nhorizon = "15s"\n', at_once=leads)
        launched = on.start("launch", "leads.csv", "--campaign", file, "--yes")
        wait_for(lambda: log.exists() and len(read_log(log).requests) >= 5, timeout_s=60)
        copied = on.run("backup", "monday.sqlite")
        assert (copied.returncode, copied.stdout) == (0, "monday.sqlite\n"), copied.stderr
        wait_for(lambda: newest(ledger) > newest(copy) + FURTHER_US)
        launched.kill()
        launched.wait()
        if by == "restore":
            back = on.run("restore", "monday.sqlite")
            assert back.returncode == 0, back.stderr
        else:
            with closing(sqlite3.connect(copy)) as conn, conn:
                conn.execute("UPDATE ledger SET as_of = NULL")
            for beside in ("-wal", "-shm"):
                ledger.with_name(ledger.name + beside).unlink(missing_ok=True)
            copy.rename(ledger)
        ran = on.run("run", "uk", "--until", "done", timeout_s=170)
        assert ran.returncode in (0, 6), ran.stderr
        seen, attempts = read_log(log), rows(ledger, "SELECT * FROM attempts")
        taken_in = sum("taken in" in attempt["platform_text"] for attempt in attempts)
        assert taken_in > 0
        assert f"{taken_in} calls made since were taken in; 0 are of unknown origin" in ran.stderr
        called = [line["body"]["data"]["phone_number"] for line in seen.placed]
        assert len(called) == len({*called}), "somebody was called twice"
        held = rows(ledger, "SELECT 1 FROM contacts WHERE state = 'held'")
        assert len(called) >= leads - len(held), "somebody was lost"
        assert not Verdict((*requests_and_attempts(seen, Ledger(attempts, [])),)).faults
    return taken_in


def newest(ledger: Path) -> int:
    """When the ledger sent its newest request, in microseconds."""
    return int(rows(ledger, "SELECT max(intent_at) AS at FROM attempts")[0]["at"])


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        (tmp_path / "junk").write_text("junk" * 1000)
        refused = on.run("restore", "junk")
        assert refused.returncode == 5, refused.stderr
        assert refused.stderr == "dialer: junk: file is not a database\n"
        assert not (tmp_path / ".dialer" / "ledger.sqlite").exists()
