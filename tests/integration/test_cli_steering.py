"""Pause, resume, cancel, settle, report, migrate: what a person types beside a running campaign."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaigns.ledger.campaigns import find
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import current_version
from campaigns.ledger.tables import contacts, events
from dialer.embedded import ledger_url, make_folder, own_ledger
from dialer.locks import worker_lock
from tests.program import BARE, dialer, refused, told
from tests.situations import NOW, SPEC, build, launch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the campaign "spring" in its ledger."""
    make_folder(tmp_path / ".dialer")
    clock = [NOW]

    async def fill() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: clock[0]) as ledger:
            await build(ledger, clock, tmp_path)

    asyncio.run(fill())
    return tmp_path


def read(folder: Path, query: Callable[..., Any]) -> Any:
    ledger = Ledger(ledger_url(folder / ".dialer"), lambda: NOW, read_only=True)
    try:
        return ledger.read_now(query)
    finally:
        ledger.close()


def state(folder: Path, name: str = "spring") -> str:
    return str(read(folder, lambda conn: find(conn, name).state))


def test_pause_and_resume(folder: Path) -> None:
    assert '"spring" is paused' in dialer(folder, "pause", "spring", "--reason", "lunch").stderr
    assert (state(folder), read(folder, lambda conn: find(conn, "spring").detail)) == ("paused", "lunch")
    again = dialer(folder, "pause", "spring")
    assert (again.returncode, again.stderr) == (0, '"spring" was paused already.\n')
    assert "is resumed" in dialer(folder, "resume", "spring").stderr
    assert state(folder) == "running"
    assert "is not paused" in dialer(folder, "resume", "spring").stderr
    said = read(folder, lambda conn: [row.what for row in conn.execute(events.select().order_by(events.c.id))])
    assert said[-2:] == ["paused", "running"]


def test_a_campaign_for_cron_resumes_into_waiting(folder: Path) -> None:
    async def fill() -> None:
        async with own_ledger(folder / ".dialer", lambda: NOW) as ledger:
            await launch(ledger, folder / "leads.csv", "nightly", SPEC.model_copy(update={"mode": "cron"}))

    asyncio.run(fill())
    dialer(folder, "pause", "nightly")
    ran = dialer(folder, "resume", "nightly")
    assert "waits for its next run: `dialer run nightly`" in ran.stderr
    assert state(folder, "nightly") == "waiting"


def test_cancel_wants_a_yes(folder: Path) -> None:
    assert "--yes" in refused(folder, 2, "cancel", "spring")
    assert state(folder) == "running"
    assert "is cancelled" in dialer(folder, "cancel", "spring", "--yes").stderr
    assert state(folder) == "cancelled"
    assert dialer(folder, "cancel", "spring").stderr == '"spring" was cancelled already.\n'
    assert "is cancelled" in refused(folder, 2, "resume", "spring")


@pytest.mark.parametrize(("answer", "after", "exit_code"), [("y", "cancelled", 0), ("n", "running", 2)])
def test_cancel_asks_on_a_terminal(folder: Path, answer: str, after: str, exit_code: int) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "dialer", "cancel", "spring"]
    env = BARE | {"HOME": str(folder)}
    running = subprocess.Popen(command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    assert running.wait(60) == exit_code
    os.close(ours)
    assert state(folder) == after


def test_settle_one_and_all(folder: Path) -> None:
    assert "is not held" in refused(folder, 2, "settle", "spring", "2", "--result", "busy")
    assert "there are: human" in refused(folder, 2, "settle", "spring", "5", "--result", "asleep")
    assert "--not-called" in refused(folder, 2, "settle", "spring", "5")
    assert dialer(folder, "settle", "spring", "212-555-0105", "--result", "human").stderr.startswith("1 held lead of")
    held = read(folder, lambda conn: conn.execute(contacts.select().where(contacts.c.row == 5)).first())
    assert held.state == "done"
    assert dialer(folder, "settle", "spring", "--not-called").stderr == 'No lead of "spring" is held.\n'


def test_report_prints_where_it_went(folder: Path) -> None:
    assert dialer(folder, "report", "spring", "out.xlsx").stdout == "out.xlsx\n"
    assert dialer(folder, "report", "spring", "out.xlsx").stdout == "out (2).xlsx\n"
    assert dialer(folder, "report", "spring", "out.xlsx", "--overwrite").stdout == "out.xlsx\n"
    assert sorted(path.name for path in folder.glob("out*")) == ["out (2).xlsx", "out.xlsx"]
    assert "out.pdf" in refused(folder, 3, "report", "spring", "out.pdf")
    assert "no folder" in refused(folder, 5, "report", "spring", "nowhere/out.xlsx")


def test_an_unknown_campaign_is_named_with_those_there_are(folder: Path) -> None:
    for words in (["pause", "sprong"], ["resume", "sprong"], ["cancel", "sprong", "--yes"],
                  ["report", "sprong", "r.csv"], ["settle", "sprong", "--not-called"]):  # fmt: skip
        assert '"spring"' in refused(folder, 2, *words)


def test_no_command_makes_a_ledger(tmp_path: Path) -> None:
    for words in (["pause", "spring"], ["resume", "spring"], ["cancel", "spring", "--yes"], ["migrate"],
                  ["settle", "spring", "--not-called"], ["suppress", "remove", "+12125550101"],
                  ["suppress", "list"], ["report", "spring", "r.csv"], ["serve"]):  # fmt: skip
        assert "no ledger here" in refused(tmp_path, 2, *words)
        assert "no ledger here" in refused(tmp_path, 2, *words, "--state", str(tmp_path / "nowhere"))
    assert list(tmp_path.iterdir()) == []


def test_migrate_leaves_an_owned_ledger_alone(folder: Path) -> None:
    assert "up to date" in dialer(folder, "migrate").stderr
    lock = worker_lock(folder / ".dialer")
    assert lock.take()
    assert "has the ledger open" in refused(folder, 2, "migrate")
    lock.release()


def test_migrate_makes_the_shared_ledger(tmp_path: Path, postgres_url: str) -> None:
    shared = {"DIALER_DATABASE_URL": postgres_url, "DIALER_REDIS_URL": "redis://127.0.0.1:1/0"}
    assert "dialer migrate" in refused(tmp_path, 4, "list", **shared)
    assert "was brought up to date" in dialer(tmp_path, "migrate", **shared).stderr
    assert current_version(postgres_url) is not None
    assert "is up to date" in dialer(tmp_path, "migrate", **shared).stderr
    assert told(tmp_path, "list", **shared) == {"campaigns": []}
