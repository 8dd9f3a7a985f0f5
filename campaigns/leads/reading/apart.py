"""Reads workbooks in a process of its own: .xls, .xlsb and .ods.

Damaged ones make the library ask for 100 GB of memory and end the process, or write of its own faults to the terminal
(measured, python-calamine 0.9.1). An .xlsx file shows by its XML beforehand what it would ask for; these do not.

The other process writes JSON lines: an object for each sheet, and below it a list for each row that is not blank.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from campaigns.errors import ListRefused
from campaigns.leads.reading.archives import Source, one_line, temporary
from campaigns.leads.reading.cells import displayed
from campaigns.leads.reading.merges import Area
from campaigns.leads.reading.table import Record

MEMORY_BYTES = 4 << 30
TIMEOUT_S = 8.0
TIMEOUT_S_PER_MB = 5.0
_decode = json.JSONDecoder().raw_decode
"""What ``json.loads`` is made of, in half the time: what the other process writes needs no guessing."""


class SheetApart:
    """A sheet that was read: its name, whether it is visible, its merged areas; ``records`` reads its rows again."""

    def __init__(self, source: Source, offset: int, head: dict[str, Any]) -> None:
        self.name = str(head["name"])
        self.visible = bool(head["visible"])
        self.areas: list[Area] = [(tuple(first), tuple(last)) for first, last in head["areas"]]
        self.records = partial(_records, source, offset)


def read_apart(source: Source) -> list[SheetApart]:
    """All worksheets of the workbook; raises ListRefused where it cannot be read within bounds."""
    rows = temporary(source.name)
    megabytes = source.path.stat().st_size / 1e6
    command = [sys.executable, "-m", __name__, str(source.path), str(rows.path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "RUST_BACKTRACE": "0"}
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S + megabytes * TIMEOUT_S_PER_MB,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ListRefused(f"{source.name}: the workbook takes too long to read; save it as .xlsx or CSV") from None
    if done.returncode:
        why = done.stdout.decode(errors="replace").strip() or "it is damaged, or too large for this format"
        raise ListRefused(f"{source.name}: the workbook cannot be read ({why}); save it again as .xlsx")
    return list(_sheets(rows))


def _sheets(rows: Source) -> Iterator[SheetApart]:
    with rows.path.open("rb") as file:
        offset = 0
        for line in file:
            offset += len(line)
            if line.startswith(b"{"):
                yield SheetApart(rows, offset, json.loads(line))


def _records(rows: Source, offset: int) -> Iterator[Record]:
    with rows.path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if line.startswith(b"{"):
                return
            (row, *cells), _ = _decode(line.decode())
            yield row, cells


def main(path: str, out: str) -> int:
    """Write the workbook's sheets and rows to ``out``; what is wrong with it goes to standard output."""
    with suppress(OSError, ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        with (
            Path(path).open("rb") as file,
            CalamineWorkbook.from_filelike(file) as workbook,  # of a path it would believe the suffix
            Path(out).open("w", encoding="utf-8") as lines,
        ):
            for sheet in workbook.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet:
                    visible = sheet.visible == SheetVisibleEnum.Visible
                    lines.writelines(_lines(workbook, sheet.name, visible))
    except (CalamineError, OSError, MemoryError) as error:
        sys.stdout.write(one_line(error))
        return 1
    return 0


def _lines(workbook: CalamineWorkbook, name: str, visible: bool) -> Iterator[str]:
    sheet = workbook.get_sheet_by_name(name)
    yield json.dumps({"name": name, "visible": visible, "areas": sheet.merged_cell_ranges or []}) + "\n"
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row, values in enumerate(sheet.iter_rows(), start=1):
        cells = [value if type(value) is str else displayed(value) for value in values]
        if any(map(str.strip, cells)):
            yield json.dumps([row, *left, *cells]) + "\n"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
