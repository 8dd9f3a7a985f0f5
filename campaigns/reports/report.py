"""A campaign's report as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from campaigns.errors import InputRefused
from campaigns.reports.attempts import attempt_sheet
from campaigns.reports.csvs import write_csv
from campaigns.reports.doubts import doubt_sheet
from campaigns.reports.heard import told_columns
from campaigns.reports.jsons import write_json
from campaigns.reports.leads import lead_sheet
from campaigns.reports.publish import check_place, publish
from campaigns.reports.rejected import rejected_sheet
from campaigns.reports.sheets import Sheet
from campaigns.reports.summary import Summary, summarise
from campaigns.reports.workbook import write_workbook

Writer = Callable[[Path, Summary, Sequence[Sheet]], None]
WRITERS: dict[str, Writer] = {".xlsx": write_workbook, ".csv": write_csv, ".json": write_json}


def write_report(
    conn: sa.Connection, campaign_id: int, out: Path, now: datetime, *, rehearsal: bool, overwrite: bool = False
) -> Path:
    """Write the campaign's report as it stands at ``now``; answers the path it was written to.

    The suffix of ``out`` chooses workbook, CSV (the leads only) or JSON. An existing file is kept, and the report goes
    to ``out (2)``, ``out (3)`` …, unless ``overwrite``. The file appears whole or not at all. ``conn`` must not be in
    a transaction yet, so that all numbers are of one snapshot. Raises InputRefused for another suffix, ReportError when
    the file cannot be written, DialerError when the ledger's numbers do not tie.
    """
    write = writer_for(out)

    def fill(draft: Path) -> None:
        summary = summarise(conn, campaign_id, now, rehearsal=rehearsal)
        told = told_columns(conn, campaign_id)
        sheets = (
            lead_sheet(conn, campaign_id, now, told),
            attempt_sheet(conn, campaign_id, told),
            rejected_sheet(conn, campaign_id),
            doubt_sheet(conn, campaign_id),
        )
        write(draft, summary, sheets)

    return publish(out, fill, overwrite=overwrite)


def writer_for(out: Path) -> Writer:
    """What writes a report to ``out``; asked early, it tells before a long run that there will be no report.

    Raises InputRefused for an unknown suffix, ReportError where the folder is missing or cannot be written to.
    """
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        raise InputRefused(f"{out}: a report is an .xlsx, a .csv or a .json file; name it so")
    check_place(out)
    return writer
