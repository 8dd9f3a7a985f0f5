"""What a lead list becomes: facts about the file, and one verdict per row."""

from __future__ import annotations

from dataclasses import dataclass

from campaigns.vocabulary import PhoneType, Reason, Verdict


@dataclass(frozen=True, slots=True)
class Phone:
    """One valid number of a row.

    ``types`` are the candidates: the library cannot tell an American landline from a mobile, so it holds both.
    ``zones`` are the IANA zones of the number itself, empty when the number says nothing of a place.
    """

    e164: str
    region: str
    types: tuple[PhoneType, ...]
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list: its header as written, what we take it for (None: a custom field), and why."""

    header: str
    field: str | None
    why: str


@dataclass(frozen=True, slots=True)
class ListInfo:
    """What was read: file name, sha256 of its bytes, and how it was understood."""

    file: str
    sha256: str
    sheet: str | None
    header_row: int | None
    encoding: str | None
    delimiter: str | None
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """One row of the list with its verdict.

    ``row`` is the line (CSV) or sheet row (Excel) a person sees where the record starts; ``cells`` the original row
    as displayed, one per column; ``fields`` what may be sent: header → cell, every column but the phone numbers.
    ``zones`` are all zones the person could be in and ``zone_source`` the evidence; ``state`` the American state
    or region code where a column names one.
    """

    row: int
    verdict: Verdict
    reason: Reason | None
    detail: str
    suggestion: str
    cells: tuple[str, ...]
    fields: dict[str, str]
    phones: tuple[Phone, ...] = ()
    zones: tuple[str, ...] = ()
    zone_source: str = ""
    state: str | None = None
