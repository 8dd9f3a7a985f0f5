"""What every reader gives: rows of text with the row number a person sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Record = tuple[int, list[str]]
"""The line (CSV) or sheet row (Excel) on which a row starts, and its cells as displayed; never a blank row."""


@dataclass(frozen=True, slots=True)
class Table:
    """One readable table of a file; ``records`` starts from the top each time it is called."""

    records: Callable[[], Iterator[Record]]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
