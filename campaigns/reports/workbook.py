"""The report as an Excel workbook: Summary, Leads, Attempts, Rejected and Doubts, written in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from campaigns.reports.look import AMBER, GREY, NAVY, TEAL, Look, put_text
from campaigns.reports.overview import write_overview
from campaigns.reports.sheets import Cell, Sheet
from campaigns.reports.summary import Summary
from campaigns.vocabulary import ContactState

MAX_ROWS = 1_048_576
"""Excel's rows a sheet; XlsxWriter drops what is beyond without a word."""

WIDEST, NARROWEST, INSTANT_WIDTH = 46, 9, 20
MEASURED = 200
"""How many rows are looked at to choose a column's width."""

REHEARSAL = "REHEARSAL "
"""What the name of every sheet begins with where nobody was called: it stands on the screen and on paper."""

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
    "use_zip64": True,
}


def write_workbook(path: Path, summary: Summary, sheets: Sequence[Sheet]) -> None:
    """Write a new workbook to ``path``: the summary first, then the sheets. Raises OSError."""
    with _book_at(path) as book:
        look = Look(book)
        mark = REHEARSAL if summary.rehearsal else ""
        write_overview(book, look, summary, f"{mark}Summary")
        for sheet in sheets:
            _write_sheet(book, look, replace(sheet, name=mark + sheet.name))
        if summary.rehearsal:
            _mark_rehearsal(book)


def write_sheets(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a new workbook of nothing but these sheets to ``path``. Raises OSError."""
    with _book_at(path) as book:
        look = Look(book)
        for sheet in sheets:
            _write_sheet(book, look, sheet)


@contextmanager
def _book_at(path: Path) -> Iterator[Workbook]:
    """A workbook that is written when the block ends.

    Every string is a text cell, never a formula, a link or a number; a datetime stands as it reads on its own clock. A
    sheet that is full goes on in ``Leads (2)``.
    """
    with TemporaryDirectory(prefix="dialer-report-") as scratch:
        book = Workbook(str(path), OPTIONS | {"tmpdir": scratch})
        try:
            yield book
            book.close()
        except FileCreateError as error:
            raise OSError(str(error)) from error
        finally:
            for page in book.worksheets():
                page.row_data_fh.close()


def _write_sheet(book: Workbook, look: Look, sheet: Sheet) -> None:
    page = _Page(book, look, sheet, 1)
    for row in sheet.rows:
        if page.filled == MAX_ROWS:
            page.finish()
            page = _Page(book, look, sheet, page.number + 1)
        page.write(row)
    page.finish()


def _mark_rehearsal(book: Workbook) -> None:
    for page in book.worksheets():
        page.set_tab_color(AMBER)
        page.set_header("&C&B&14REHEARSAL: nobody was called")


class _Page:
    """One worksheet of a table."""

    def __init__(self, book: Workbook, look: Look, sheet: Sheet, number: int) -> None:
        self.number, self.filled = number, 1
        self._look, self._sheet = look, sheet
        self._widths = [max(NARROWEST, len(name) + 4) for name in sheet.columns]
        self._page: Any = book.add_worksheet(sheet.name if number == 1 else f"{sheet.name} ({number})")
        self._page.set_tab_color({"Leads": NAVY, "Attempts": TEAL}.get(sheet.name, GREY))
        self._page.set_row(0, 22)
        self._page.freeze_panes(1, 0)
        self._page.set_landscape()
        self._page.fit_to_pages(1, 0)
        self._page.repeat_rows(0)
        for column, name in enumerate(sheet.columns):
            put_text(self._page, 0, column, name, look.given if column < sheet.given else look.ours)

    def write(self, row: Sequence[Cell]) -> None:
        """Write the next row."""
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    put_text(self._page, self.filled, column, cell, self._look.text)
            elif isinstance(cell, datetime):
                self._page.write_datetime(self.filled, column, cell.replace(microsecond=0), self._look.instant)
            elif cell is not None:
                self._page.write_number(self.filled, column, cell, self._look.decimal if cell % 1 else None)
        if self.filled <= MEASURED:
            self._widths = [
                max(width, INSTANT_WIDTH if isinstance(cell, datetime) else len(str(cell or "")) + 2)
                for width, cell in zip(self._widths, row, strict=True)
            ]
        self.filled += 1

    def finish(self) -> None:
        """Set what depends on how much was written: filter, widths, colours."""
        last, names = self.filled - 1, self._sheet.columns
        self._page.autofilter(0, 0, last, len(names) - 1)
        self._page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        for column, width in enumerate(self._widths):
            self._page.set_column(column, column, min(width, WIDEST))
        # Ours is called dialer_state where the list has a column State of its own, which is left alone.
        ours = (at for at, name in enumerate(names) if at >= self._sheet.given and name.endswith("state"))
        state = next(ours, None)
        if state is not None and last:
            colours = {ContactState.DONE: self._look.good, ContactState.HELD: self._look.doubt}
            for word, colour in colours.items():
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": colour}
                self._page.conditional_format(1, state, last, state, rule)
