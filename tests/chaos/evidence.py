"""What the checker is given: the practice platform's log, a ledger's rows, a campaign file."""

from __future__ import annotations

import json
import re
import sqlite3
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dialer.sandbox.opencx.wire import named
from tests.chaos.checker import Ledger, Log, Promise, Verdict, check

CALL = re.compile(r"/make-call/|^/v1/api/call$|^/phone/[^/]+/call$")


def read_log(path: Path) -> Log:
    """The log so far."""
    text = path.read_text()
    lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]  # the last may be half written
    return Log([*requests_in(lines)], [line for line in lines if "call" in line])


def is_call(line: dict[str, Any]) -> bool:
    """Whether a line of the log is a request for a call, on whichever platform."""
    return line.get("method") == "POST" and CALL.search(line["path"]) is not None


def requests_in(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The requests for calls, their bodies as CallFluent's whatever the platform.

    A call on OpenCX names a contact: whose number and reference it had last was said before.
    """
    contacts: dict[str, dict[str, str]] = {}
    for line in lines:
        body = line.get("body")
        if line.get("method") == "POST" and line["path"] == "/contacts":
            phone, custom = body["contact"]["phone"], body["contact"]["custom_data"]
            contacts[named("contact", phone)] = {"phone_number": phone, "dialer_ref": custom["dialer_ref"]}
        elif is_call(line):
            if "contact" in body:
                body = {"data": contacts[body["contact"]["id"]]}
            elif "to" in body:
                body = {"data": {"phone_number": body["to"], "dialer_ref": body["metadata"]["dialer_ref"]}}
            yield {**line, "body": body}


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
