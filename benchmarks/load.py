"""A lead list into the ledger, every row judged, against ``csv.reader`` and ``executemany`` that judge nothing."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, compare
from benchmarks.people import launch, write_list
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import migrate
from campaigns.spec import Spec
from dialer.clock import SystemClock
from dialer.embedded import ledger_url

ROWS = 20_000


def ours(file: Path) -> float:
    """Rows per second of ``dialer launch`` loading a list into a new embedded ledger."""
    with tempfile.TemporaryDirectory() as folder:
        url, clock = ledger_url(Path(folder)), SystemClock()
        migrate(url, clock.now())
        ledger = Ledger(url, clock.now)
        began = time.perf_counter()
        added = asyncio.run(launch(ledger, file, "load", Spec(), "load"))
        took_s = time.perf_counter() - began
        ledger.close()
    if added != ROWS:
        raise AssertionError(f"{added} of {ROWS} rows were taken: there is nothing to compare")
    return ROWS / took_s


def peer(file: Path) -> float:
    """Rows per second of the standard library alone, just as durable."""
    with tempfile.TemporaryDirectory() as folder:
        conn = sqlite3.connect(Path(folder) / "rows.sqlite")
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=FULL")
        conn.execute("CREATE TABLE leads (name TEXT, phone TEXT UNIQUE, email TEXT, city TEXT)")
        began = time.perf_counter()
        with file.open(encoding="utf-8", newline="") as lines, conn:
            reader = csv.reader(lines)
            next(reader)
            conn.executemany("INSERT INTO leads VALUES (?, ?, ?, ?)", reader)
        took_s = time.perf_counter() - began
        conn.close()
    return ROWS / took_s


def run() -> Figure:
    """Rows per second, from the file to the commit."""
    with tempfile.TemporaryDirectory() as folder:
        file = write_list(Path(folder) / "leads.csv", ROWS)
        return compare("load", "rows", lambda: ours(file), lambda: peer(file), "csv.reader + executemany")
