"""What the checker is given: the practice platform's log, a ledger's rows, a campaign file."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.chaos.checker import Ledger, Log, Promise, Verdict, check


def read_log(path: Path) -> Log:
    """The log so far."""
    text = path.read_text()
    lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]  # the last may be half written
    requests = [asked for line in lines if (asked := request_of(line)) is not None]
    return Log(requests, [line for line in lines if "call" in line])


def request_of(line: dict[str, Any]) -> dict[str, Any] | None:
    """A request for a call, its body as CallFluent's whatever the platform; None where it asks for something else."""
    if line.get("method") != "POST":
        return None
    if line["path"] == "/v1/api/call":
        said = line["body"]
        return {**line, "body": {"data": {"phone_number": said["to"], "dialer_ref": said["metadata"]["dialer_ref"]}}}
    return line if "/make-call/" in line["path"] else None


def rows(ledger: Path, query: str) -> list[dict[str, Any]]:
    """Rows of an SQLite ledger, read beside whoever owns it."""
    conn = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    conn.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in conn.execute(query)]
    finally:
        conn.close()


def shared_rows(url: str, query: str) -> list[dict[str, Any]]:
    """Rows of a ledger on PostgreSQL."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(sa.text(query))]
    finally:
        engine.dispose()


def embedded(folder: Path, log: Path, campaign: Path, speed: float = 1, jitter_s: float = 0) -> Verdict:
    """The verdict on an embedded campaign that is over: its state folder, the log, the campaign file."""
    file = folder / "ledger.sqlite"
    ledger = Ledger(rows(file, "SELECT * FROM attempts"), rows(file, "SELECT * FROM contacts"))
    return check(read_log(log), ledger, Promise(tomllib.loads(campaign.read_text()), speed, jitter_s))
