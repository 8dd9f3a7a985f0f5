"""What a column's cells tell: whether they look like phones, e-mail addresses, names, dial codes, countries.

``cells`` are a column's sampled cells, stripped, blank ones included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from campaigns.leads.headings.countries import region_of
from campaigns.leads.lead import Refusal
from campaigns.leads.numbers.phones import BLANK, MIN_DIGITS, read_phones
from campaigns.vocabulary import Reason

LONGEST_NUMBER = 100
"""A longer cell may hold a number, but is none."""

BARE_DIGITS = 9
"""So many digits without any ``+``, space or bracket could be a phone; dates and most ids have fewer."""

MOST = 0.6
"""The share of filled cells that must be of a kind before the column is."""

NEARLY_ALL = 0.9

LOOKED_INTO = 200
"""So many columns are looked into for phones where no header names any."""

FIRST = 15
"""So many cells show that a column is nowhere near: reading what is no number takes long."""

ENOUGH = 5
"""From so many filled cells on, a column in which every other one repeats names no person."""

NOTHING = BLANK | {"#n/a"}
"""What people write into a cell that holds nothing."""

DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}(?!\d)")
DECIMAL = re.compile(r"[-+]?\d{1,3}[.,]\d{4,}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
DIAL_CODE = re.compile(r"(?:\+|00)?(\d{1,3})(?:\.0)?|\+?1[- ]?\d{3}")
NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?: [^\W\d_]['’.\w-]*){1,3}")
NO_NAME = re.compile(
    r"\b(?:inc|llc|ltd|gmbh|corp|company|co|group|ag|sa|srl|street|st|road|rd|ave|avenue|suite)\b", re.I
)


def is_number(cell: str) -> bool:
    """Whether the cell could be a phone number by its digits: no text, date or short count."""
    if len(cell) > LONGEST_NUMBER:
        return False
    digits, letters = sum(map(str.isdigit, cell)), sum(map(str.isalpha, cell))
    return digits >= MIN_DIGITS and letters <= 4 and not DATE.match(cell.strip())


def is_data(cell: str) -> bool:
    """Whether the cell is surely no header: an e-mail address, a date, a number of any kind."""
    cell = cell.strip()
    return bool(EMAIL.fullmatch(cell) or DATE.match(cell) or re.fullmatch(r"[-+]?[\d.,\s]*\d[\d.,\s]*%?", cell))


def phone_share(cells: Sequence[str], countries: Sequence[str | None], strict: bool) -> float:
    """The share of filled cells that are phone numbers, each read with its row's country; 0 where they repeat.

    A number that fits several countries counts: that its column holds phones is not in doubt. ``strict`` is for a
    column whose header says nothing: there short bare digits are no phone, nor is a decimal.
    """
    filled = [(cell, country) for cell, country in zip(cells, countries, strict=True) if _says(cell)]
    numbers = [(cell, country) for cell, country in filled if is_number(cell) and not (strict and _is_other(cell))]
    if not numbers or len(numbers) < MOST * len(filled) or _repeat([cell for cell, _ in numbers]):
        return 0.0
    if sum(_reads(cell, country) for cell, country in numbers[:FIRST]) < MOST / 2 * len(numbers[:FIRST]):
        return 0.0
    return sum(_reads(cell, country) for cell, country in numbers) / len(filled)


def dressed_share(cells: Sequence[str]) -> float:
    """The share of filled cells that are written as only phones are: with ``+``, brackets, spaces or hyphens."""
    filled = list(filter(_says, cells))
    return sum(bool(re.search(r"[+()\s-]", cell)) for cell in filled) / len(filled) if filled else 0.0


def identify(cells: Sequence[str]) -> bool:
    """Whether the cells could each mean one person: they do not repeat."""
    return not _repeat(list(filter(_says, cells)))


def are_dial_codes(cells: Sequence[str]) -> bool:
    """Whether most filled cells are countries' calling codes: ``1``, ``+44``, ``0049``."""
    return _most(cells, _is_dial_code)


def are_countries(cells: Sequence[str]) -> bool:
    """Whether most filled cells name a country."""
    return _most(cells, lambda cell: region_of(cell) is not None)


def are_emails(cells: Sequence[str]) -> bool:
    """Whether most filled cells are e-mail addresses."""
    return _most(cells, lambda cell: EMAIL.fullmatch(cell) is not None)


def are_names(cells: Sequence[str]) -> bool:
    """Whether nearly all filled cells are two to four capitalised words, as people's names are, and do not repeat."""
    filled = list(filter(_says, cells))
    names = [cell for cell in filled if NAME.fullmatch(cell) and _capitalised(cell) and not NO_NAME.search(cell)]
    return bool(names) and len(names) >= NEARLY_ALL * len(filled) and not _repeat(filled)


def speak_against_phones(cells: Sequence[str]) -> bool:
    """Whether there are enough filled cells and no number among them: ``yes`` and ``no`` below ``Mobile``."""
    filled = list(filter(_says, cells))
    return len(filled) >= ENOUGH and not any(map(is_number, filled))


def _says(cell: str) -> bool:
    return cell.casefold() not in NOTHING


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    filled = list(filter(_says, cells))
    return bool(filled) and sum(map(fits, filled)) >= MOST * len(filled)


def _repeat(filled: Sequence[str]) -> bool:
    return len(filled) >= ENOUGH and len(set(filled)) <= len(filled) / 2


def _is_dial_code(cell: str) -> bool:
    match = DIAL_CODE.fullmatch(cell)
    return bool(match and (match[1] is None or int(match[1]) in COUNTRY_CODE_TO_REGION_CODE))


def _is_other(cell: str) -> bool:
    return bool(DECIMAL.fullmatch(cell)) or (cell.isdigit() and len(cell) < BARE_DIGITS)


def _reads(cell: str, country: str | None) -> bool:
    answer = read_phones(cell, country)
    return not isinstance(answer, Refusal) or answer.reason is Reason.AMBIGUOUS_COUNTRY


def _capitalised(name: str) -> bool:
    words = name.split()
    return words[0][0].isupper() and words[-1][0].isupper()
