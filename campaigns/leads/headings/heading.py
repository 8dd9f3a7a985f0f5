"""Which row of a table is its header, and the name of each column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from campaigns.leads.headings import contents
from campaigns.leads.headings.contents import LOOKED_INTO, MOST, NEARLY_ALL
from campaigns.leads.headings.countries import region_of
from campaigns.leads.headings.headers import COUNTRY_CODE, key, meanings, plainness
from campaigns.leads.headings.phone_headers import phone_rank
from campaigns.leads.ours import added_from
from campaigns.leads.reading.table import Record

HEADER_ROWS = 20
"""The header stands among the first rows; above it there may be title lines."""

Cells = Sequence[Sequence[str]]
"""The sampled cells of each column, stripped, one for each row."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The row the header stands in, None where there is none; each column's name, unlike all others, and its cells."""

    row: int | None
    names: tuple[str, ...]
    cells: Cells


def read_heading(head: Sequence[Record], width: int, country: str | None, chosen: frozenset[str]) -> Heading:
    """Find the header among a table's first records; ``chosen`` are keys of headers that the campaign file names.

    Columns that this program itself added to a list are left off. Without a header, columns are named by content.
    """
    index = _header_index([cells for _, cells in head[:HEADER_ROWS]], chosen)
    row, written = head[index] if index is not None else (None, [])
    below = head if index is None else head[index + 1 :]
    headers = [*written, *[""] * width][:width]
    headers = headers[: added_from(headers)]
    cells = [[texts[at].strip() if at < len(texts) else "" for _, texts in below] for at in range(len(headers))]
    countries = countries_of(headers, meanings(tuple(headers)), cells, country)
    if index is None:
        headers = _by_content(cells, countries)
    elif index:
        headers = _grouped(headers, head[index - 1][1], cells, countries)
    return Heading(row, _names(headers, cells, countries), cells)


def countries_of(
    headers: Sequence[str], fields: Sequence[str | None], cells: Cells, country: str | None
) -> list[str | None]:
    """Each sampled row's country, by its country column or else the list's."""
    places = [at for at, field in enumerate(fields) if field in ("country", COUNTRY_CODE)]
    places.sort(key=lambda at: plainness(headers[at]))
    named = zip(*(cells[at] for at in places), strict=True) if places else [()] * len(cells[0] if cells else ())
    return [next(filter(None, map(region_of, texts)), country) for texts in named]


def _header_index(rows: Sequence[Sequence[str]], chosen: frozenset[str]) -> int | None:
    """Of the rows above the first number the one with most headers that are known; above it there are title lines.

    A row of unknown words is a header where it names the column of the number, holds no data itself, and all lines
    above it are shorter.
    """
    widest = max(map(_filled, rows), default=0)
    numbers: list[int] = []
    candidates: list[int] = []
    for index, row in enumerate(rows):
        numbers = [at for at, cell in enumerate(row) if contents.is_number(cell)]
        if not numbers:
            candidates.append(index)
        elif 2 * _filled(row) > widest:
            break

    def names_columns(index: int) -> bool:
        row = rows[index]
        if any(_filled(title) >= _filled(row) for title in rows[:index]):
            return False
        above = [row[at].strip().casefold() if at < len(row) else "" for at in numbers]
        return not any(map(contents.is_data, row)) and not (above and contents.NOTHING.issuperset(above))

    known = {index: len({key(cell) for cell in rows[index] if _is_known(cell, chosen)}) for index in candidates}
    headers = [index for index in candidates if known[index] or names_columns(index)]
    best = max(headers, key=lambda index: (known[index], _filled(rows[index])), default=None)
    return best + 1 if best is not None and best + 1 in candidates and _split(rows[best], rows[best + 1]) else best


def _split(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether ``row`` goes on with the header ``above``: ``Home | Mobile`` below ``Phones`` merged over both."""
    own = [*above, *[""] * len(row)][: len(row)]
    pairs = [(group, cell) for group, cell in zip(_spread(own), row, strict=True) if cell.strip()]
    wider = any(cell.strip() and not text.strip() for text, cell in zip(own, row, strict=True))
    return wider and all(
        phone_rank(cell) is not None or phone_rank(f"{group} {cell}") is not None for group, cell in pairs
    )


def _spread(texts: Sequence[str]) -> list[str]:
    """A row of merged cells with each text over all the columns it may span."""
    filled = accumulate((at if text.strip() else -1 for at, text in enumerate(texts)), max)
    return [texts[at] if at >= 0 else "" for at in filled]


def _is_known(cell: str, chosen: frozenset[str]) -> bool:
    return bool(key(cell)) and (key(cell) in chosen or phone_rank(cell) is not None or meanings((cell,)) != (None,))


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _by_content(cells: Cells, countries: Sequence[str | None]) -> list[str]:
    """Headers for a table without: phones and e-mail addresses surely, people's names where nothing else fits."""
    headers = [f"column {at}" for at in range(1, len(cells) + 1)]
    shares = [contents.phone_share(column, countries, strict=True) for column in cells[:LOOKED_INTO]]
    best = max(range(len(shares)), key=lambda at: (shares[at], contents.dressed_share(cells[at])), default=0)
    for at, column in enumerate(cells[:LOOKED_INTO]):
        if shares[at] >= MOST and (at == best or contents.dressed_share(column) >= NEARLY_ALL):
            headers[at] = "phone"
        elif contents.are_emails(column):
            headers[at] = "email"
        elif "name" not in headers and contents.are_names(column):
            headers[at] = "name"
    return headers


def _grouped(headers: Sequence[str], above: Sequence[str], cells: Cells, countries: Sequence[str | None]) -> list[str]:
    """The headers, completed from a row of merged cells above them: ``Home`` below ``Phones`` is ``Phones Home``."""
    if _filled(above) < 2:
        return [*headers]

    def complete(at: int, header: str, own: str, group: str) -> str:
        if not header.strip():
            return own
        both = f"{group} {header}"
        if phone_rank(header) is not None or phone_rank(both) is None:
            return header
        return both if contents.phone_share(cells[at], countries, strict=True) >= MOST else header

    texts = [*above, *[""] * len(headers)][: len(headers)]
    return [complete(at, *three) for at, three in enumerate(zip(headers, texts, _spread(texts), strict=True))]


def _names(headers: Sequence[str], cells: Cells, countries: Sequence[str | None]) -> tuple[str, ...]:
    """The headers, each different from the others also for people: a second ``Phone`` is ``Phone (2)``.

    A blank one right of a filled one may be the rest of a merged cell; it is named after that one, but a phone's only
    above phones, and no other's above phones.
    """
    names: list[str] = []
    taken: set[str] = set()
    times: Counter[str] = Counter()
    left = ""
    for at, header in enumerate(headers):
        plain = header
        if header.strip():
            left = header
        else:
            holds_phones = contents.phone_share(cells[at], countries, strict=True) >= MOST
            merged = left and any(cells[at]) and holds_phones == (phone_rank(left) is not None)
            plain = left if merged else f"column {at + 1}"
        name = plain
        while key(name) in taken:
            times[plain] += 1
            name = f"{plain} ({times[plain] + 1})"
        taken.add(key(name))
        names.append(name)
    return tuple(names)
