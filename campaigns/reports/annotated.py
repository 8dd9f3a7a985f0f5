"""The user's own list with our verdict beside every row, and the rows to fix by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from campaigns.errors import InputRefused
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList
from campaigns.leads.ours import OF_CHECK, own_names
from campaigns.reports.csvs import write_table
from campaigns.reports.publish import check_place, publish
from campaigns.reports.sheets import Cell, Sheet
from campaigns.reports.workbook import write_sheets
from campaigns.vocabulary import Verdict

WRITERS: dict[str, Callable[[Path, Sheet], None]] = {
    ".xlsx": lambda path, sheet: write_sheets(path, [sheet]),
    ".csv": write_table,
}
Each = Callable[[Sequence[Lead]], None]
"""Called with every batch of the list on the way, be it written or not."""


def write_annotated(leads: LeadList, out: Path, each: Each | None = None) -> Path:
    """Write every row of the list, in its order, its cells unchanged and our columns beside them.

    An existing file is kept; answers the path written to. Raises InputRefused for a name that is neither ``.xlsx`` nor
    ``.csv``, ReportError when the file cannot be written.
    """
    return _write(leads, _through(leads, each), out)


def write_to_fix(leads: LeadList, out: Path, each: Each | None = None) -> Path:
    """The same of the rejected rows alone: once corrected it can be launched, for our columns are known again."""
    return _write(leads, (lead for lead in _through(leads, each) if lead.verdict is Verdict.REJECTED), out)


def check_out(out: Path) -> None:
    """Raise what writing to ``out`` would raise, before the list is read."""
    if out.suffix.lower() not in WRITERS:
        raise InputRefused(f"{out}: an annotated list is an .xlsx or a .csv file; name it so")
    check_place(out)


def _through(leads: LeadList, each: Each | None) -> Iterator[Lead]:
    for batch in leads.batches():
        yield from batch
        if each:
            each(batch)


def _write(leads: LeadList, rows: Iterable[Lead], out: Path) -> Path:
    check_out(out)
    headers = tuple(column.header for column in leads.info.columns)
    sheet = Sheet("Leads", headers + own_names(OF_CHECK, headers), map(_row, rows), len(headers))
    return publish(out, lambda draft: WRITERS[out.suffix.lower()](draft, sheet))


def _row(lead: Lead) -> tuple[Cell, ...]:
    phone = lead.phones[0] if lead.phones else None
    return (
        *lead.cells,
        lead.verdict,
        lead.reason,
        lead.detail,
        phone.e164 if phone else None,
        phone.region if phone else None,
        " or ".join(phone.types) if phone else None,
        ", ".join(lead.zones),
        lead.suggestion,
        lead.row,
    )
