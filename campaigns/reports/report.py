"""A campaign's report as a file: whole or not at all, and never over another one."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from campaigns.errors import InputRefused, ReportError
from campaigns.reports.attempts import attempt_sheet
from campaigns.reports.csvs import write_csv
from campaigns.reports.jsons import write_json
from campaigns.reports.leads import lead_sheet
from campaigns.reports.rejected import rejected_sheet
from campaigns.reports.sheets import Sheet
from campaigns.reports.summary import Summary, summarise
from campaigns.reports.workbook import write_workbook

Writer = Callable[[Path, Summary, Sequence[Sheet]], None]
WRITERS: dict[str, Writer] = {".xlsx": write_workbook, ".csv": write_csv, ".json": write_json}

NO_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What file systems answer that know no hard links: FAT sticks, some network folders."""


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
    draft = out.with_name(f".report-{uuid.uuid4().hex}.part")
    try:
        summary = summarise(conn, campaign_id, now, rehearsal=rehearsal)
        sheets = (
            lead_sheet(conn, campaign_id, now),
            attempt_sheet(conn, campaign_id),
            rejected_sheet(conn, campaign_id),
        )
        write(draft, summary, sheets)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        return _publish(draft, out, overwrite=overwrite)
    except OSError as error:
        raise ReportError(f"{out}: the report cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)


def writer_for(out: Path) -> Writer:
    """What writes a report to ``out``; asked early, it tells before a long run that there will be no report.

    Raises InputRefused for an unknown suffix, ReportError where the folder is missing or cannot be written to.
    """
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        raise InputRefused(f"{out}: a report is an .xlsx, a .csv or a .json file; name it so")
    if out.is_dir():
        raise ReportError(f"{out}: this is a folder; name a file in it")
    if not out.parent.is_dir():
        raise ReportError(f"{out}: there is no folder {out.parent}; make it first")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise ReportError(f"{out}: the folder {out.parent} cannot be written to; choose another")
    return writer


def _publish(draft: Path, out: Path, *, overwrite: bool) -> Path:
    if overwrite:
        return draft.replace(out)
    return next(name for name in _names(out) if _take(draft, name))


def _names(out: Path) -> Iterator[Path]:
    yield out
    yield from (out.with_name(f"{out.stem} ({number}){out.suffix}") for number in count(2))


def _take(draft: Path, name: Path) -> bool:
    """Give the draft this name; False where there is such a file, also one that came this very moment."""
    try:
        try:
            name.hardlink_to(draft)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            name.touch(exist_ok=False)
            draft.replace(name)
    except FileExistsError:
        return False
    return True
