"""The same list into a shared ledger on PostgreSQL, against the same peer; the server is started for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.load import ROWS, against_naive, write_list
from tests.servers import start_postgres


def run() -> Figure:
    """Rows per second, from the file to the last commit."""
    with tempfile.TemporaryDirectory() as folder, start_postgres() as server:
        return against_naive("load_shared", write_list(Path(folder) / "leads.csv", ROWS), server.create)
