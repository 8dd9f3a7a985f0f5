"""Reads workbooks: the visible sheets, rows numbered as Excel numbers them.

Of .xlsx files ``marks`` adds what the library leaves out. The other formats are read as it gives them, and a note
says so: no number formats, dates as ISO, error cells and formulas without a result blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain
from operator import attrgetter
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from campaigns.errors import ListRefused
from campaigns.leads.reading.apart import read_apart
from campaigns.leads.reading.archives import Source, one_line, opened_zip
from campaigns.leads.reading.cells import Value, displayed
from campaigns.leads.reading.marks import MAX_FORMATS, Marks, find_marks
from campaigns.leads.reading.merges import MAX_AREAS, TOO_MANY_AREAS, Area, spread
from campaigns.leads.reading.ooxml import Parts
from campaigns.leads.reading.table import MAX_CELL, Record, Table

PANIC = "PanicException"
"""What the library raises where it meets a fault of its own; the class is no Exception and cannot be imported."""

NOT_SEEN = (
    "Of .xls, .xlsb and .ods files number formats, hidden rows, errors and formulas without a result are not seen;"
    " where that matters, save the file as .xlsx."
)


def read_old_sheets(source: Source, wanted: str | None) -> Iterator[Table]:
    """The visible sheets of an .xls, .xlsb or .ods workbook one by one, or only the ``wanted`` one, be it hidden.

    Raises ListRefused, also while records are read.
    """
    sheets = {sheet.name: sheet for sheet in read_apart(source)}
    for name, notes in _chosen(source, {name: sheet.visible for name, sheet in sheets.items()}, wanted):
        sheet = sheets[name]
        records = partial(_checked, source.name, sheet.records, sheet.areas)
        yield Table(records, sheet=name, notes=(*notes, NOT_SEEN, *_of_areas(sheet.areas)))


def read_sheets(source: Source, wanted: str | None, american: bool) -> Iterator[Table]:
    """The same for an .xlsx workbook; ``american``: how short dates are shown."""
    with _refusing(source), ExitStack() as stack:
        # as a file object, for a path is judged by its suffix
        workbook = stack.enter_context(CalamineWorkbook.from_filelike(stack.enter_context(source.path.open("rb"))))
        visible = {
            sheet.name: sheet.visible == SheetVisibleEnum.Visible
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        }
        find = _searcher(source, stack.enter_context(opened_zip(source)), american)
        for name, notes in _chosen(source, visible, wanted):
            marks = find(name)
            sheet = workbook.get_sheet_by_name(name)
            areas = sheet.merged_cell_ranges or []
            records = partial(_checked, source.name, partial(_records, sheet, marks), areas)
            flaws = tuple(filter(attrgetter("count"), (marks.errors, marks.no_values)))
            yield Table(records, sheet=name, notes=(*notes, *_notes(marks), *_of_areas(areas)), flaws=flaws)


def _checked(name: str, records: Callable[[], Iterator[Record]], areas: Sequence[Area]) -> Iterator[Record]:
    """The records with merged cells filled in, and nothing in them that is no text."""
    for row, cells in spread(records(), areas) if 0 < len(areas) <= MAX_AREAS else records():
        text = "".join(cells)
        if "\0" in text:
            raise ListRefused(f"{name}: row {row} holds a NUL character, which is no text; clear that cell")
        if len(text) > MAX_CELL and max(map(len, cells)) > MAX_CELL:
            raise ListRefused(f"{name}: row {row} has a cell of more than {MAX_CELL:,} characters")
        yield row, cells


def _searcher(source: Source, archive: ZipFile, american: bool) -> Callable[[str], Marks]:
    parts = Parts(source.name, archive)
    shows, members, zeros = parts.shows(american), parts.sheets(), parts.recalculates()

    def find(name: str) -> Marks:
        if name not in members:
            raise ListRefused(f'{source.name}: the sheet "{name}" is not in the file; save it again in Excel')
        return find_marks(partial(archive.open, members[name]), f'{source.name}: the sheet "{name}"', shows, zeros)

    return find


@contextmanager
def _refusing(source: Source) -> Iterator[None]:
    """Whatever the library raises is a ListRefused, its panics too."""
    try:
        yield
    except CalamineError as error:
        raise ListRefused(_damaged(source, error)) from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise ListRefused(_damaged(source, error)) from error


def _damaged(source: Source, error: BaseException) -> str:
    return f"{source.name}: the workbook cannot be read ({one_line(error)}); save it again in Excel"


def _chosen(source: Source, visible: Mapping[str, bool], wanted: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """The sheets to read, each with a note on those left out."""
    if wanted is not None and wanted not in visible:
        raise ListRefused(f'{source.name}: there is no sheet "{wanted}"; there are: {", ".join(visible)}')
    shown = [f'"{name}"' + ("" if visible[name] else " (hidden)") for name in visible]
    chosen = [wanted] if wanted is not None else [name for name in visible if visible[name]]
    return [(name, _others(name, list(visible), shown)) for name in chosen]


def _others(name: str, names: list[str], shown: list[str]) -> tuple[str, ...]:
    others = [text for other, text in zip(names, shown, strict=True) if other != name]
    return (f"Other sheets, not read: {', '.join(others)}.",) if others else ()


def _notes(marks: Marks) -> Iterator[str]:
    if marks.hidden_rows:
        yield f"Hidden rows, read like the others: {marks.hidden_rows:,}."
    if marks.formats_left_out:
        yield (
            f"The workbook has more than {MAX_FORMATS} number formats: cells with one of the other"
            f" {marks.formats_left_out:,} are read without it."
        )


def _of_areas(areas: Sequence[Area]) -> tuple[str, ...]:
    return (TOO_MANY_AREAS,) if len(areas) > MAX_AREAS else ()


def _records(sheet: CalamineSheet, marks: Marks) -> Iterator[Record]:
    for row, cells in enumerate(_rows(sheet, marks), start=1):
        if cells[0].strip() or any(map(str.strip, cells)):
            yield row, cells


def _rows(sheet: CalamineSheet, marks: Marks) -> Iterator[list[str]]:
    """The cells of every row as displayed, from A1 on."""
    left = sheet.start[1] if sheet.start else 0
    bottom = sheet.end[0] + 1 if sheet.end else 0
    right = left + sheet.width
    width = max([right, 1, *(column + 1 for column in marks.columns)])
    before, after = [""] * left, [""] * (width - right)
    height = max(bottom, marks.height)
    blank: Iterator[list[Value]] = ([""] * sheet.width for _ in range(bottom, height))
    kinds = marks.kinds
    marked = [(column, kind.ljust(height, b"\0")) for column, kind in marks.columns.items()]
    for row, values in enumerate(chain(sheet.iter_rows(), blank)):
        if before or after:
            values = [*before, *values, *after]
        for column, kind in marked:
            if kind[row]:
                values[column] = kinds[kind[row]](values[column])
        yield [value if type(value) is str else displayed(value) for value in values]
