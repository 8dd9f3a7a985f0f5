"""Cells of a workbook that a person should look at, and the note that says where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from textwrap import shorten

NAMED = 3
"""How many columns a note names, and how many rows of each."""

LONGEST_HEADER = 40


@dataclass(slots=True)
class Flaws:
    """The cells with one flaw: how many, and the first rows of each column, by its letters.

    The note begins with ``what`` they are, and ends with ``advice``.
    """

    what: str
    advice: str = ""
    count: int = 0
    rows: dict[bytes, list[int]] = field(default_factory=dict)

    def add(self, cells: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        """Note of these cells: letters, digits, and what is of no interest here."""
        for letters, digits, _ in cells:
            self.count += 1
            rows = self.rows.setdefault(letters, [])
            if len(rows) <= NAMED:
                rows.append(int(digits))

    def note(self, headers: Sequence[str]) -> str:
        """The sentence for who checks the list; ``headers`` are its columns' names."""
        places = [_place(letters, rows, headers) for letters, rows in islice(self.rows.items(), NAMED)]
        if more := len(self.rows) - len(places):
            places.append(f"… ({more:,} more)")
        return f"{self.what}: {self.count:,} ({'; '.join(places)}){self.advice}."


def column_number(letters: bytes) -> int:
    """The number of the column with these letters, A is 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _place(letters: bytes, rows: Sequence[int], headers: Sequence[str]) -> str:
    at = column_number(letters) - 1
    header = f'"{shorten(headers[at], LONGEST_HEADER, placeholder="…")}"' if at < len(headers) else letters.decode()
    shown = ", ".join(map(str, rows[:NAMED])) + (", …" if len(rows) > NAMED else "")
    return f"column {header}, row{'s' if len(rows) > 1 else ''} {shown}"
