"""A backup in mid-campaign is put back after more calls were made: nobody is called twice, nobody is lost."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.acceptance.stage import british_list, campaign, platform, stage, wait_for
from tests.judge import Log, judge_calls, rows

LEADS, SINCE = 60, 8


@pytest.mark.timeout(120)
@pytest.mark.parametrize("by", ["restore", "cp"])
def test_who_was_called_after_the_backup_is_not_called_again(tmp_path: Path, by: str) -> None:
    """``cp``: the file is put back by hand and has no mark; Redis saw the ledger further on."""
    ledger = tmp_path / ".dialer" / "ledger.sqlite"
    with stage(tmp_path) as on:
        log = platform(on, speed=12)
        british_list(tmp_path / "leads.csv", LEADS)
        file = campaign(tmp_path / "c.toml", "uk")
        launched = on.start("launch", "leads.csv", "--campaign", file, "--yes")
        wait_for(lambda: log.exists() and len(Log.read(log).placed) >= SINCE)
        copied = on.run("backup", "monday.sqlite")
        assert (copied.returncode, copied.stdout) == (0, "monday.sqlite\n"), copied.stderr
        at_backup = len(rows(tmp_path / "monday.sqlite", "SELECT 1 FROM attempts WHERE state != 'reserved'"))
        wait_for(lambda: len(Log.read(log).placed) >= at_backup + SINCE)
        if by == "cp":
            wait_for(lambda: rows(ledger, "SELECT 1 FROM attempts WHERE state = 'ended'"))
        launched.send_signal(signal.SIGKILL)
        launched.wait()
        if by == "restore":
            back = on.run("restore", "monday.sqlite")
            assert back.returncode == 0, back.stderr
            assert len(list(ledger.parent.glob("ledger.sqlite.before-*"))) >= 1
        else:
            unmarked(tmp_path / "monday.sqlite").rename(ledger)
            for beside in ("-wal", "-shm"):
                ledger.with_name(ledger.name + beside).unlink(missing_ok=True)
        ran = on.run("run", "uk", "--until", "done")
        assert ran.returncode in (0, 6), ran.stderr
        assert "calls made since were taken in" in ran.stderr
        seen, attempts = Log.read(log), rows(ledger, "SELECT * FROM attempts")
        called = [line["body"]["data"]["phone_number"] for line in seen.placed]
        assert len(called) == len(set(called)), "somebody was called twice"
        held = rows(ledger, "SELECT 1 FROM contacts WHERE state = 'held'")
        assert len(called) >= LEADS - len(held)
        assert not judge_calls(seen, attempts)


def unmarked(copy: Path) -> Path:
    """The copy as another program would have made it."""
    import sqlite3

    with sqlite3.connect(copy) as conn:
        conn.execute("UPDATE ledger SET as_of = NULL")
    conn.close()
    return copy


def test_what_is_no_ledger_is_refused_and_the_one_that_is_there_stays(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        assert "no ledger here" in on.run("backup", "copy.sqlite").stderr
        (tmp_path / "junk").write_text("junk" * 1000)
        for file in ("junk", "missing"):
            refused = on.run("restore", file)
            assert refused.returncode == 5, refused.stderr
            assert refused.stderr.startswith(f"dialer: {file}: ")
            assert len(refused.stderr.splitlines()) == 1
        assert on.run("restore").returncode == 2
