"""What a lead list becomes: facts about the file, and one verdict per row.

Rows come by the million, so a row's values are named tuples: they are made three times as fast as frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.leads.reading.cells import is_error
from campaigns.vocabulary import PhoneType, Reason, Verdict

ACCEPTED = Verdict.ACCEPTED
"""Found once: Python 3.11 runs code of its own whenever an enum is asked for a member, and rows are many."""
GIVEN, REFUSED = "given", "refused"
"""The first word of what a list says of consent."""


class Phone(NamedTuple):
    """One valid number of a row.

    ``types`` are the candidates: the library cannot tell an American landline from a mobile, so it holds both.
    ``zones`` are the IANA zones of the number itself, empty when the number says nothing of a place.
    """

    e164: str
    region: str
    types: tuple[PhoneType, ...]
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row or a cell gives no number: the reason, one sentence, and what to do where that is known."""

    reason: Reason
    detail: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list: its header as written, what we take it for (None: a custom field), why, and samples.

    ``samples`` are up to three different filled cells from the top of the list.
    """

    header: str
    field: str | None
    why: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListInfo:
    """What was read: file name, sha256 of its bytes, and how it was understood.

    ``guesses`` are up to five values as a guessed encoding shows them, empty where nothing was guessed; ``notes`` say
    in sentences what a person would want to know (other sheets, hidden rows, footer lines left out).
    """

    file: str
    sha256: str
    sheet: str | None
    header_row: int | None
    encoding: str | None
    delimiter: str | None
    columns: tuple[Column, ...]
    guesses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Lead(NamedTuple):
    """One row of the list with its verdict.

    ``row`` is the line (CSV) or sheet row (Excel) a person sees where the record starts; ``cells`` the original row
    as displayed, one for each of ``columns``. ``zones`` are all zones the person could be in and ``zone_source`` the
    evidence; ``state`` the American state or region code where a column names one; ``external_id`` the list's own key
    of the person, blank where there is none. ``merged`` holds what other rows of the same person filled in.
    ``consent`` is what the columns of consent say, after the word GIVEN or REFUSED; blank where they say nothing.
    """

    row: int
    verdict: Verdict
    reason: Reason | None
    detail: str
    suggestion: str
    cells: tuple[str, ...]
    columns: tuple[Column, ...]
    phones: tuple[Phone, ...] = ()
    zones: tuple[str, ...] = ()
    zone_source: str = ""
    state: str | None = None
    external_id: str = ""
    merged: Mapping[str, str] | None = None
    consent: str = ""

    @property
    def filled_cells(self) -> Sequence[str]:
        """The cells, gaps filled from ``merged``."""
        return filled(self.columns, self.cells, self.merged)

    @property
    def fields(self) -> dict[str, str]:
        """What may be sent: header → cell, every column but the phone numbers."""
        return fields_of(self.columns, self.cells, self.merged)


def filled(columns: Sequence[Column], cells: Sequence[str], merged: Mapping[str, str] | None) -> Sequence[str]:
    """A row's cells, gaps filled from ``merged``; a formula's error is a gap: nobody is to be greeted with ``#N/A``."""
    shown = ["" if is_error(cell) else cell for cell in cells]
    if not merged:
        return shown
    return [merged.get(column.header, cell) for column, cell in zip(columns, shown, strict=True)]


def fields_of(
    columns: tuple[Column, ...], cells: tuple[str, ...] | list[str], merged: Mapping[str, str] | None
) -> dict[str, str]:
    """A row's fields from its cells: header → cell, every column but the phone numbers, gaps filled from ``merged``."""
    pairs = zip(columns, filled(columns, cells, merged), strict=True)
    return {column.header: cell for column, cell in pairs if column.field != "phone"}
