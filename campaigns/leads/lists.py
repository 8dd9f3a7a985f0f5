"""A lead list becomes leads: every row of the file, each with one verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from campaigns.errors import ListRefused
from campaigns.leads.columns import Layout, lay_out
from campaigns.leads.countries import region_of
from campaigns.leads.csvs import read_text
from campaigns.leads.files import recognise, sha256_of
from campaigns.leads.lead import Lead, ListInfo, Phone
from campaigns.leads.phones import NO_NUMBER, Refusal, read_phones
from campaigns.leads.send import filled, header_for
from campaigns.leads.table import Table
from campaigns.leads.workbooks import read_sheets
from campaigns.leads.zones import american_state, person_zones, zone_named
from campaigns.spec import Leads
from campaigns.vocabulary import Reason, Verdict

SAMPLE_ROWS = 200
MAX_COLUMNS = 16_384
"""Excel's own limit; a text file with more is no table."""

NOT_YES = frozenset(
    {"", "no", "n", "false", "f", "0", "0.0", "off", "none", "null", "nil", "n/a", "na", "-", "--"}
    | {"nein", "nee", "nej", "non", "não", "nao", "いいえ", "not opted out", "opted in", "ok to call"}
)
"""What an opt-out column may say without meaning yes; anything else, a date for instance, does."""


class LeadList:
    """A lead list that was found readable from top to bottom.

    Iterating gives one Lead per row and may be done again; memory grows only with the numbers seen.
    """

    def __init__(self, info: ListInfo, table: Table, layout: Layout, leads: Leads) -> None:
        self.info = info
        self._table = table
        self._layout = layout
        self._leads = leads
        self._names = tuple(column.header for column in layout.columns)
        self._required = {name: entry for name, entry in leads.send.items() if entry and entry.required}

    def __iter__(self) -> Iterator[Lead]:
        kept: dict[int, int] = {}
        blanks = [""] * len(self._names)
        for row, cells in self._table.records():
            if self._layout.header_row is None or row > self._layout.header_row:
                yield self._judge(row, tuple((cells + blanks)[: len(blanks)]), kept)

    def _judge(self, row: int, cells: tuple[str, ...], kept: dict[int, int]) -> Lead:
        fields = {name: cells[i] for i, name in enumerate(self._names) if i not in self._layout.phones}
        country = region_of(self._cell("country", cells))
        found = self._phones(cells, country or self._leads.country)
        if isinstance(found, Refusal):
            return _rejected(row, cells, fields, found)
        american = country == "US" or (country is None and found[0].e164.startswith("+1"))
        state = american_state(self._cell("state", cells)) if american else None
        by_number = tuple(dict.fromkeys(zone for phone in found for zone in phone.zones))
        zones, source = person_zones(by_number, zone_named(self._cell("timezone", cells)), state)
        verdict, reason, detail, suggestion = self._verdict(row, cells, fields, found[0], kept)
        return Lead(row, verdict, reason, detail, suggestion, cells, fields, found, zones, source, state)

    def _verdict(
        self, row: int, cells: tuple[str, ...], fields: dict[str, str], phone: Phone, kept: dict[int, int]
    ) -> tuple[Verdict, Reason | None, str, str]:
        for position in self._layout.places.get("do_not_call", ()):
            if cells[position].strip().casefold() not in NOT_YES:
                said = f'The column "{self._names[position]}" says "{cells[position].strip()}".'
                return Verdict.EXCLUDED, Reason.OPTED_OUT, said, ""
        for name, entry in self._required.items():
            if not filled(name, entry, fields, self._leads.map).strip():
                advice = f'Fill in "{entry.column or name}", or give leads.send.{name} a default.'
                detail = f'The campaign requires "{name}", which is blank in this row.'
                return Verdict.REJECTED, Reason.MISSING_FIELD, detail, advice
        first = kept.setdefault(int(phone.e164), row)
        if first != row:
            return Verdict.DUPLICATE, Reason.DUPLICATE_IN_FILE, f"row {first} has the same number", ""
        return Verdict.ACCEPTED, None, "", ""

    def _phones(self, cells: Sequence[str], country: str | None) -> tuple[Phone, ...] | Refusal:
        phones: dict[str, Phone] = {}
        refusals: list[Refusal] = []
        for position in self._layout.phones:
            answer = read_phones(cells[position], country)
            if not isinstance(answer, Refusal):
                phones.update((phone.e164, phone) for phone in answer if phone.e164 not in phones)
            elif answer is not NO_NUMBER:
                refusals.append(answer)
        return tuple(phones.values()) or next(iter(refusals), NO_NUMBER)

    def _cell(self, field: str, cells: Sequence[str]) -> str:
        positions = self._layout.places.get(field, ())
        return next((cell for position in positions if (cell := cells[position].strip())), "")


def open_list(path: Path, leads: Leads) -> LeadList:
    """Open the lead list at ``path`` as ``leads`` says (default country, sheet, column mapping, required fields).

    The whole file is read through once, so that nothing is begun with a file that breaks off in the middle. Of a
    workbook the first visible sheet with phones is taken, or ``leads.sheet``. Raises ListRefused with one line that
    says what is wrong and what to do.
    """
    country = region_of(leads.country) if leads.country else None
    if leads.country and not country:
        raise ListRefused(f'country "{leads.country}" is not known; write its two letters, such as US or GB')
    leads = leads.model_copy(update={"country": country})
    workbook = recognise(path) == "workbook"
    tables = read_sheets(path, leads.sheet) if workbook else iter((read_text(path),))
    table, layout = _first_with_phones(path, tables, leads)
    _check_send(path, leads, layout)
    info = ListInfo(
        file=path.name,
        sha256=sha256_of(path),
        sheet=table.sheet,
        header_row=layout.header_row,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=layout.columns,
    )
    return LeadList(info, table, layout, leads)


def _first_with_phones(path: Path, tables: Iterator[Table], leads: Leads) -> tuple[Table, Layout]:
    seen: list[str] = []
    for table in tables:
        width = _width(path, table)
        if not width:
            continue
        layout = lay_out(list(islice(table.records(), SAMPLE_ROWS)), width, leads.map, leads.country)
        if layout.phones:
            return table, layout
        seen += [column.header for column in layout.columns[:20]]
    if not seen:
        raise ListRefused(f"{path}: the file is empty: there is not one filled cell")
    advice = 'name it in the campaign file: [leads.map] "Your Header" = "phone"'
    if leads.country is None:
        advice += ", or say the numbers' country, for example --country US"
    raise ListRefused(f"{path}: no column holds phone numbers (columns: {', '.join(seen)}); {advice}")


def _width(path: Path, table: Table) -> int:
    width = 0
    for row, cells in table.records():
        if len(cells) > width:
            last = max(position for position, cell in enumerate(cells, start=1) if cell.strip())
            width = max(width, last)
        if width > MAX_COLUMNS:
            raise ListRefused(f"{path}: row {row} has {width:,} columns; at most {MAX_COLUMNS:,} can be read")
    return width


def _check_send(path: Path, leads: Leads, layout: Layout) -> None:
    headers = {column.header: "" for column in layout.columns}
    for name, entry in leads.send.items():
        if entry and entry.column and not entry.default and header_for(entry.column, headers, leads.map) is None:
            raise ListRefused(f'{path}: leads.send.{name} names the column "{entry.column}", which the list lacks')


def _rejected(row: int, cells: tuple[str, ...], fields: dict[str, str], why: Refusal) -> Lead:
    return Lead(row, Verdict.REJECTED, why.reason, why.detail, why.suggestion, cells, fields)
