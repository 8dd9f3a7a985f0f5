"""Merged cells: a workbook stores their text once, but a person sees it all over the area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from campaigns.leads.reading.table import Record

Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last row and column, counted from 0."""

HEAD = 20
"""Only above this row, where headers are, is text carried across columns; further down that would make up values."""

MAX_AREAS = 10_000
TOO_MANY_AREAS = (
    f"Merged cells are not filled in, there being more than {MAX_AREAS:,} of them: only the first cell of each has its"
    " text."
)


@dataclass(frozen=True, slots=True)
class _Text:
    last_row: int
    columns: range
    text: str


def spread(records: Iterator[Record], areas: Sequence[Area]) -> Iterator[Record]:
    """The records with merged cells filled in: downwards everywhere, and across in a header right above its numbers.

    A title or the name of a group of headers is left in its first cell, and a row that is otherwise blank stays so.
    """
    begins: dict[int, list[Area]] = {}
    for area in areas:
        begins.setdefault(area[0][0], []).append(area)
    open_texts: list[_Text] = []
    for (row, cells), below in pairwise(chain(records, [(0, [])])):
        at = row - 1
        open_texts = [one for one in open_texts if one.last_row >= at]
        for one in open_texts:
            _fill(cells, one)
        for (_, left), (bottom, right) in begins.get(at, ()):
            if left < len(cells):
                across = at < HEAD and any(map(_has_digit, below[1][left : right + 1]))
                one = _Text(bottom, range(left, right + 1 if across else left + 1), cells[left])
                _fill(cells, one)
                open_texts.append(one)
        yield row, cells


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _fill(cells: list[str], one: _Text) -> None:
    for column in one.columns:
        if column < len(cells) and not cells[column].strip():
            cells[column] = one.text
