"""A lead list becomes leads: every row of the file, each with one verdict."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, dropwhile, islice, takewhile
from pathlib import Path
from textwrap import shorten

from campaigns.errors import ListRefused
from campaigns.leads.callers import Callers
from campaigns.leads.collection import no_collection
from campaigns.leads.headings.countries import region_of
from campaigns.leads.headings.layout import Layout, lay_out, mapping_of
from campaigns.leads.judge import Judge
from campaigns.leads.lead import Lead, ListInfo
from campaigns.leads.reading.files import read_tables, sha256_of
from campaigns.leads.reading.footers import MAX_LINES, without_footer
from campaigns.leads.reading.table import Record, Table
from campaigns.leads.send import header_for
from campaigns.spec import Agents, Leads

SAMPLE_ROWS = 200
MOST_HEADERS, LONGEST_HEADER = 20, 40
"""How much of its columns a refusal names."""
ANYBODY = Agents()
BATCH = 1000
"""How many rows are judged at once: enough for whole columns to pay, few enough to stay in the processor's cache."""


class LeadList:
    """A lead list that was found readable from top to bottom.

    Iterating gives one Lead per row and may be done again; memory grows by 12 bytes a row. ``rows`` is their number.
    """

    def __init__(
        self, info: ListInfo, table: Table, layout: Layout, leads: Leads, agents: Agents, rows: int
    ) -> None:  # fmt: skip
        self.info, self.rows = info, rows
        self._table, self._layout, self._leads, self._agents = table, layout, leads, agents

    @property
    def mapping(self) -> dict[str, str]:
        """The whole ``[leads.map]`` by which the list is read as it is now, phones in calling order."""
        return mapping_of(self._layout)

    def __iter__(self) -> Iterator[Lead]:
        return chain.from_iterable(self.batches())

    def batches(self) -> Iterator[list[Lead]]:
        """The leads in order, up to BATCH at a time."""
        judge = Judge(self._layout, self._leads, self._agents)
        if judge.looks_ahead:
            for records in self._records():
                judge.prepare(records)
        batches = self._records()
        while True:
            with no_collection():
                records = next(batches, [])
                leads = judge.judge(records) if records else []
            if not leads:
                return
            yield leads

    def _records(self) -> Iterator[list[Record]]:
        header_row = self._layout.header_row or 0
        below = dropwhile(lambda record: record[0] <= header_row, self._table.records())
        leads = islice(below, self.rows)  # what follows is the footer
        while batch := list(islice(leads, BATCH)):
            yield batch


def open_list(path: Path, leads: Leads, agents: Agents = ANYBODY) -> LeadList:
    """Open the lead list at ``path`` as ``leads`` says (default country, sheet, column mapping, required fields).

    ``agents`` may say which of them calls a row; one for whom it names none is rejected.

    The whole file is read through once, so that nothing is begun with a file that breaks off in the middle. Of a
    workbook the first visible sheet with phones is taken, or ``leads.sheet``. Raises ListRefused with one line that
    says what is wrong and what to do.
    """
    country = region_of(leads.country) if leads.country else None
    if leads.country and not country:
        raise ListRefused(f'country "{leads.country}" is not known; write its two letters, such as US or GB')
    leads = leads.model_copy(update={"country": country})
    table, extent, layout = _first_with_phones(path, leads)
    _check_send(path, leads, layout)
    if agents.column and not Callers(agents, layout.columns, leads.map):
        raise ListRefused(f'{path}: agents.column names the column "{agents.column}", which the list lacks')
    header_row = layout.header_row or 0
    footer = extent.footer(header_row)
    headers = [column.header for column in layout.columns]
    info = ListInfo(
        file=path.name,
        sha256=sha256_of(path),
        sheet=table.sheet,
        header_row=layout.header_row,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=layout.columns,
        guesses=table.guesses,
        notes=(*table.notes, *(flaws.note(headers) for flaws in table.flaws), *_of_footer(footer)),
    )
    above = sum(1 for _ in takewhile(lambda record: record[0] <= header_row, table.records()))
    return LeadList(info, table, layout, leads, agents, extent.rows - above - len(footer))


@dataclass(frozen=True, slots=True)
class _Extent:
    """How many columns and rows of a table are filled, and its last rows."""

    width: int
    rows: int
    last: tuple[Record, ...]

    def footer(self, header_row: int) -> list[Record]:
        """The lines at the end, below the header, that are no leads."""
        lines: list[Record] = []
        below = (record for record in self.last if record[0] > header_row)
        deque(without_footer(below, self.width, lines), maxlen=0)
        return lines


def _extent(table: Table) -> _Extent:
    """Reading the table through also shows whether it breaks off."""
    width = rows = 0
    last: deque[Record] = deque(maxlen=MAX_LINES + 1)
    for record in table.records():
        cells = record[1]
        if len(cells) > width:
            width = max(width, *(position for position, cell in enumerate(cells, start=1) if cell.strip()))
        rows += 1
        last.append(record)
    return _Extent(width, rows, tuple(last))


def _first_with_phones(path: Path, leads: Leads) -> tuple[Table, _Extent, Layout]:
    seen: list[str] = []
    for table in read_tables(path, leads):
        extent = _extent(table)
        if not extent.rows:
            continue
        layout = lay_out(list(islice(table.records(), SAMPLE_ROWS)), extent.width, leads.map, leads.country)
        if layout.phones:
            return table, extent, layout
        seen += [column.header for column in layout.columns]
    if not seen:
        raise ListRefused(f"{path}: the file is empty: there is not one filled cell")
    advice = 'name it in the campaign file: [leads.map] "Your Header" = "phone"'
    if leads.country is None:
        advice += ", or say the numbers' country, for example --country US"
    columns = ", ".join(shorten(header, LONGEST_HEADER, placeholder="…") for header in seen[:MOST_HEADERS])
    raise ListRefused(f"{path}: no column holds phone numbers (columns: {columns}); {advice}")


def _of_footer(lines: list[Record]) -> tuple[str, ...]:
    if not lines:
        return ()
    first = next(cell.strip() for cell in lines[0][1] if cell.strip())
    what = "1 line below the table is" if len(lines) == 1 else f"{len(lines)} lines below the table are"
    return (f'{what} left out, being no leads: "{shorten(first, 60, placeholder="…")}"',)


def _check_send(path: Path, leads: Leads, layout: Layout) -> None:
    headers = {column.header: "" for column in layout.columns}
    for name, entry in leads.send.items():
        if entry and entry.column and not entry.default and header_for(entry.column, headers, leads.map) is None:
            raise ListRefused(f'{path}: leads.send.{name} names the column "{entry.column}", which the list lacks')
