"""What every reader gives: rows of text with the row number a person sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from campaigns.leads.reading.flaws import Flaws

Record = tuple[int, list[str]]
"""The line (CSV) or sheet row (Excel) on which a row starts, and its cells as displayed; never a blank row."""

MAX_COLUMNS = 16_384
"""Excel's own limit; a text file with more is no table."""

MAX_LINE = 16_000_000
"""Characters in one row of a text; a row is held in memory whole."""

MAX_CELL = 1_000_000
"""Characters in one cell; Excel's own limit is 32,767."""


@dataclass(frozen=True, slots=True)
class Table:
    """One readable table of a file; ``records`` starts from the top each time it is called.

    ``guesses`` are up to five values as a guessed encoding shows them; ``notes`` are sentences for the reader of
    ``dialer check`` (other sheets, hidden rows); ``flaws`` become such, once the columns have names.
    """

    records: Callable[[], Iterator[Record]]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    guesses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    flaws: tuple[Flaws, ...] = ()


def too_many_columns(width: int) -> str:
    """What a refusal says of a row this wide."""
    return f"{width:,} columns, and at most {MAX_COLUMNS:,} can be read"
