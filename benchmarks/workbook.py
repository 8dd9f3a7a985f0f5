"""A workbook of 200,000 rows × 12 columns read and checked, against python-calamine reading its cells and no more."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, compare
from benchmarks.load import HEADERS, people

ROWS = 200_000


def write_workbook(path: Path) -> Path:
    """The people of ``load``, in a sheet."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Leads")
        for at, row in enumerate([HEADERS, *people(ROWS)]):
            sheet.write_row(at, 0, row)
    return path


def checked(file: Path) -> float:
    """Rows a second, as ``dialer check`` reads and judges them."""
    from campaigns.leads.account import summarise
    from campaigns.leads.collection import few_collections
    from campaigns.leads.lists import open_list
    from campaigns.spec import Leads

    began = time.perf_counter()
    with few_collections():
        summary = summarise(open_list(file, Leads(country="US")))
    assert summary["rows"] == ROWS
    return ROWS / (time.perf_counter() - began)


def read(file: Path) -> float:
    """Rows a second, as calamine alone has them."""
    from python_calamine import CalamineWorkbook

    began = time.perf_counter()
    with CalamineWorkbook.from_path(file) as workbook:
        cells = workbook.get_sheet_by_index(0).to_python()
    assert len(cells) == ROWS + 1
    return ROWS / (time.perf_counter() - began)


def run() -> Figure:
    """Rows per second."""
    with tempfile.TemporaryDirectory() as folder:
        file = write_workbook(Path(folder) / "leads.xlsx")
        return compare("workbook", "rows", lambda: checked(file), lambda: read(file), "python-calamine reading alone")
