"""What a corpus file is: its bytes, how it is to be read, and what a careful person says of every row of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

ANY = "*"
"""Stands where a careful person has no opinion."""


class Line(NamedTuple):
    """One row of the list. ``verdict`` and ``reason`` may name alternatives (``a|b``) where both are right.

    ``fields`` are some of the row's fields; ``values`` some of its values whatever their header. ``clocks`` are the
    zones the person could be in: names that stand for their clock, for many zones keep the same one. ``consent`` is how
    what is said of consent begins, ``says`` a pattern of the sentence or the suggestion, ``kept`` the row it names.
    """

    row: int
    verdict: str
    reason: str | None = None
    phones: tuple[str, ...] = ()
    fields: Mapping[str, str] = {}
    values: tuple[str, ...] = ()
    clocks: tuple[str, ...] | None = None
    state: str | None = None
    external_id: str | None = None
    consent: str | None = None
    says: str | None = None
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One file. ``columns`` are some headers with what they are; ``notes`` patterns the notes must match.

    ``refused`` is a pattern of the one sentence with which the whole file must be refused.
    """

    name: str
    content: bytes
    rows: tuple[Line, ...] = ()
    leads: Mapping[str, Any] = field(default_factory=dict)
    header_row: int | str | None = 1
    encoding: str | None = "utf-8"
    delimiter: str | None = ","
    sheet: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    refused: str | None = None


def ok(*phones: str, **expected: Any) -> Line:
    return Line(0, "accepted", None, phones, **expected)


def bad(reason: str = "bad_number", **expected: Any) -> Line:
    """Rejected: nobody can be called on what the row says."""
    return Line(0, "rejected", reason, **expected)


def twice(kept: int | None = None, **expected: Any) -> Line:
    """A duplicate within the file, whose sentence names the row that was kept."""
    return Line(0, "duplicate", "duplicate_in_file", kept=kept, **expected)


def out(**expected: Any) -> Line:
    """Excluded: the row itself says that the person asked not to be called."""
    return Line(0, "excluded", "opted_out", **expected)


def numbered(*lines: Line, first: int = 2) -> tuple[Line, ...]:
    """The lines as they follow each other, the first one in row ``first``."""
    return tuple(line._replace(row=row) for row, line in enumerate(lines, first))
