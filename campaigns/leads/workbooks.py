"""Reads Excel workbooks through calamine: the visible sheets, rows numbered as Excel numbers them.

The library holds one sheet in memory at a time and tells no number formats; error cells come out blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from campaigns.errors import ListRefused
from campaigns.leads.cells import displayed
from campaigns.leads.table import Record, Table


def read_sheets(path: Path, wanted: str | None) -> Iterator[Table]:
    """The visible sheets one by one, or only the ``wanted`` one, be it hidden; raises ListRefused."""
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for name in _names(path, workbook, wanted):
                yield Table(partial(_records, workbook.get_sheet_by_name(name)), sheet=name)
    except CalamineError as error:
        raise ListRefused(f"{path}: the workbook cannot be read ({error}); save it again in Excel") from error


def _names(path: Path, workbook: CalamineWorkbook, wanted: str | None) -> list[str]:
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted is None:
        return [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    names = [sheet.name for sheet in sheets]
    if wanted not in names:
        raise ListRefused(f'{path}: there is no sheet "{wanted}"; there are: {", ".join(names)}')
    return [wanted]


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    for row, values in enumerate(sheet.iter_rows(), start=1):
        cells = [displayed(value) for value in values]
        if any(cell.strip() for cell in cells):
            yield row, cells
