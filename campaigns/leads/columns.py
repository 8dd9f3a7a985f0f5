"""Which row is the header, and what each column below it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from campaigns.errors import ListRefused
from campaigns.leads.headers import FIELDS, field_of, is_vague_phone, key, phone_rank
from campaigns.leads.lead import Column
from campaigns.leads.phones import MIN_DIGITS, Refusal, read_phones
from campaigns.leads.table import Record

HEADER_ROWS = 20
"""The header stands among the first rows; above it there may be title lines."""

DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}\b")

PHONE_SHARE = 0.6
"""The share of filled cells that must be valid numbers before a column counts as phones by its content alone."""

CUSTOM = "custom"
KNOWN = (*FIELDS, "phone", CUSTOM)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read: its columns, which of them hold phones in calling order, and where each field stands."""

    header_row: int | None
    columns: tuple[Column, ...]
    phones: tuple[int, ...]
    places: dict[str, tuple[int, ...]]


def lay_out(head: Sequence[Record], width: int, mapped: dict[str, str], country: str | None) -> Layout:
    """Find header and columns from a table's first records.

    ``mapped`` (header → our field, ``"phone"`` or ``"custom"``) goes before what the header says, and the header
    before the cells. Without any phone column ``phones`` is empty. Raises ListRefused where ``mapped`` does not fit.
    """
    chosen = {key(header): field for header, field in mapped.items()}
    index = _header_index([cells for _, cells in head[:HEADER_ROWS]], chosen)
    header_row, written = head[index] if index is not None else (None, [])
    names = _names([*written, *[""] * (width - len(written))][:width])
    _check(mapped, names)
    samples = [cells for _, cells in head[0 if index is None else index + 1 :]]
    phones = _phones(names, samples, chosen, country)
    columns = tuple(_column(name, chosen, phones, position) for position, name in enumerate(names))
    places: dict[str, tuple[int, ...]] = {}
    for position, column in enumerate(columns):
        if column.field and position not in phones:
            places[column.field] = (*places.get(column.field, ()), position)
    return Layout(header_row, columns, tuple(phones), places)


def _header_index(rows: Sequence[Sequence[str]], chosen: dict[str, str]) -> int | None:
    def known(row: Sequence[str]) -> int:
        return sum(key(cell) in chosen or phone_rank(cell) is not None or field_of(cell) is not None for cell in row)

    def filled(row: Sequence[str]) -> int:
        return sum(bool(cell.strip()) for cell in row)

    # a header stands above the first number; what is above the header are title lines
    above = list(takewhile(lambda row: not any(map(_like_number, row)), rows))
    return max(range(len(above)), key=lambda index: (known(above[index]), filled(above[index])), default=None)


def _like_number(cell: str) -> bool:
    digits, letters = sum(map(str.isdigit, cell)), sum(map(str.isalpha, cell))
    return digits >= MIN_DIGITS and letters <= 4 and not DATE.match(cell.strip())


def _names(written: Sequence[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    times: Counter[str] = Counter()
    for position, header in enumerate(written, start=1):
        name = plain = header if header.strip() else f"column {position}"
        while name in names:
            times[plain] += 1
            name = f"{plain} ({times[plain] + 1})"
        names[name] = None
    return tuple(names)


def _check(mapped: dict[str, str], names: Sequence[str]) -> None:
    present = {key(name) for name in names}
    for header, field in mapped.items():
        if field not in KNOWN:
            raise ListRefused(f'leads.map: "{field}" is no field; there are: {", ".join(KNOWN)}')
        if key(header) not in present:
            raise ListRefused(f'leads.map: the list has no column "{header}"; it has: {", ".join(names)}')


def _phones(
    names: Sequence[str], samples: Sequence[Sequence[str]], chosen: dict[str, str], country: str | None
) -> dict[int, str]:
    """The phone columns in calling order, each with the reason; the first kind of evidence that finds any decides."""
    open_names = {position: name for position, name in enumerate(names) if key(name) not in chosen}
    by_map = [position for position, name in enumerate(names) if chosen.get(key(name)) == "phone"]
    if by_map:
        return dict.fromkeys(by_map, "campaign file")
    ranks = {position: rank for position, name in open_names.items() if (rank := phone_rank(name)) is not None}
    if ranks:
        return dict.fromkeys(sorted(ranks, key=lambda position: (ranks[position], position)), "header")
    share = {position: _phone_share(position, samples, country) for position in open_names}
    looks_right = [position for position in open_names if share[position] >= PHONE_SHARE]
    vague = [position for position in looks_right if is_vague_phone(names[position])]
    if vague:
        return dict.fromkeys(vague, "header and content")
    custom = [position for position in looks_right if field_of(names[position]) is None]
    return {max(custom, key=lambda position: share[position]): "content"} if custom else {}


def _phone_share(position: int, samples: Sequence[Sequence[str]], country: str | None) -> float:
    cells = [row[position] for row in samples if position < len(row) and row[position].strip()]
    right = [cell for cell in cells if _like_number(cell) and not isinstance(read_phones(cell, country), Refusal)]
    return len(right) / len(cells) if cells else 0.0


def _column(name: str, chosen: dict[str, str], phones: dict[int, str], position: int) -> Column:
    if position in phones:
        return Column(name, "phone", phones[position])
    if field := chosen.get(key(name)):
        return Column(name, None if field == CUSTOM else field, "campaign file")
    found = field_of(name)
    return Column(name, found, "header" if found else "custom field")
