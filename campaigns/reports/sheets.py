"""The tables of a report, however it is written: named columns, and rows that are read only as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.vocabulary import Reason

Cell = str | int | float | datetime | None
"""What stands in a cell. A datetime is aware: the person's local time, or UTC, as its column says."""

BATCH = 1000
"""How many rows are read at a time: memory stays the same for ten leads and for ten million."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. The first ``given`` columns are the user's own, as they came; the others are ours.

    ``rows`` can be gone through once, while the connection it reads from is open.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]
    given: int = 0


def streamed(statement: sa.Select[Any]) -> sa.Select[Any]:
    """The same statement, its rows fetched a batch at a time."""
    return statement.execution_options(yield_per=BATCH)


def plain_words(reason: str | None) -> str:
    """What a reason of the ledger means."""
    return Reason(reason).meaning if reason else ""
