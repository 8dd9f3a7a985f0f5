"""What a sheet's XML says of its cells that the reader of workbooks does not: formats, errors, missing results.

The XML is searched, not parsed: any parser takes longer than reading the whole workbook otherwise does.
Source: ECMA-376 part 1, §18.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import IO

from campaigns.errors import ListRefused
from campaigns.leads.reading.cells import NO_VALUE, Value
from campaigns.leads.reading.flaws import Flaws, column_number
from campaigns.leads.reading.formats import Show

PIECE = 4 << 20
MAX_PIECE = 64 << 20
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_CELLS = 50_000_000
"""A sheet is laid out whole, empty cells too: one stray mark in the last corner would end the process."""

MAX_KINDS = 255
"""Kinds are kept as bytes."""

MAX_FORMATS = 235
"""So many of the kinds are number formats; the others are for errors and missing results."""

SAFE_COLUMNS = MAX_CELLS // 1_000_000
"""A sheet no wider than this is within bounds, however many rows of up to six digits it has."""

FAR_CELL = re.compile(rb' r="(?:([A-Za-z]{2,})|[A-Za-z]?\d{7})')
ANY_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
HIDDEN_ROW = re.compile(rb' hidden="(?:1|true)"[^>/]*>')
"""A row with cells; an element that is hidden and closed at once is a column, or a row without any."""

CELL = rb'<(?:\w+:)?c(?=[^>]*\sr="([A-Za-z]+)(\d+)")'
USUAL_CELL = re.compile(rb'<(?:\w+:)?c r="[A-Z]+\d+"(?: s="\d+")?(?: t="\w+")?\s*/?>')
STYLED_USUALLY = rb' r="([A-Za-z]++)(\d++)" s="(%s)"'
STYLED = CELL + rb'[^>]*\ss="(%s)"'
ERROR = re.compile(
    CELL + rb'[^>]*\st="e"[^>]*>(?:<(?:\w+:)?f(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]*)<'
)
FORMULA = CELL + rb'(?![^>]*\st="(?:str|e)")[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*'
NO_RESULT = rb"(?:<(?:\w+:)?v\s*(?:/>|>%s</(?:\w+:)?v>))?\s*</(?:\w+:)?c>"


@dataclass(slots=True)
class Marks:
    """The cells of a sheet that are not simply shown as their values, and its hidden rows.

    ``columns``: for a column and row, both from 0, which of ``kinds`` shows the cell; 0 means as usual, as do the
    ``formats_left_out``.
    """

    kinds: list[Show] = field(default_factory=lambda: [str])
    columns: dict[int, bytearray] = field(default_factory=dict)
    hidden_rows: int = 0
    formats_left_out: int = 0
    errors: Flaws = field(default_factory=lambda: Flaws("Cells with an error such as #N/A"))
    no_values: Flaws = field(
        default_factory=lambda: Flaws(
            f"Formulas without a result, read as {NO_VALUE}", "; open and save the file in Excel"
        )
    )

    def put(self, found: Iterable[tuple[bytes, bytes, bytes]], kinds: Mapping[bytes, int]) -> None:
        """Note of cells (letters, digits, and a key of ``kinds``) by which kind they are shown."""
        columns: dict[bytes, bytearray] = {}
        for letters, digits, key in found:
            marked = columns.get(letters)
            if marked is None:
                marked = columns[letters] = self.columns.setdefault(column_number(letters) - 1, bytearray())
            row = int(digits) - 1
            if row >= len(marked):
                marked.extend(bytes(row - len(marked) + (1 << 14)))
            marked[row] = kinds[key]

    def kind(self, show: Show) -> int:
        """The number of this kind; those beyond the limit are shown as usual."""
        if show not in self.kinds and len(self.kinds) < MAX_KINDS:
            self.kinds.append(show)
        return self.kinds.index(show) if show in self.kinds else 0

    @property
    def height(self) -> int:
        """Rows down to the last mark."""
        return max((len(marked.rstrip(b"\0")) for marked in self.columns.values()), default=0)


def find_marks(open_sheet: Callable[[], IO[bytes]], name: str, shows: Mapping[bytes, Show], zeros: bool) -> Marks:
    """Search a sheet's XML; ``shows`` are the styles, ``name`` is for messages, ``zeros``: no formula's zero is true.

    Raises ListRefused where the sheet spans more cells than can be laid out.
    """
    marks = Marks()
    formats = list(dict.fromkeys(shows.values()))
    kept = set(formats[:MAX_FORMATS])
    marks.formats_left_out = len(formats) - len(kept)
    kinds = {style: marks.kind(show) for style, show in shows.items() if show in kept}
    styled: re.Pattern[bytes] | None = None
    no_result = re.compile(FORMULA + NO_RESULT % (b"0?" if zeros else b""))
    formulas = False
    far: set[bytes] = set()
    for xml in _pieces(open_sheet, name):
        far.update(FAR_CELL.findall(xml))
        if b"'" in xml and b" r='" in xml:
            far.add(b"")
        marks.hidden_rows += len(HIDDEN_ROW.findall(xml))
        if kinds:
            styled = styled or _styled(xml, kinds)
            marks.put(styled.findall(xml), kinds)
        if b't="e"' in xml:
            errors = ERROR.findall(xml)
            marks.errors.add(errors)
            marks.put(errors, {text: marks.kind(_always(text.decode("ascii", "replace"))) for _, _, text in errors})
        formulas = formulas or b"</f>" in xml or b":f>" in xml
        if formulas:
            unknown = [(*cell, b"") for cell in no_result.findall(xml)]
            marks.no_values.add(unknown)
            marks.put(unknown, {b"": marks.kind(_always(NO_VALUE))} if unknown else {})
    if any(not letters or column_number(letters) > SAFE_COLUMNS for letters in far):
        _check_extent(open_sheet, name)
    return marks


def _check_extent(open_sheet: Callable[[], IO[bytes]], name: str) -> None:
    """Look at every cell. What a sheet says of its own size is not trusted."""
    columns = rows = 0
    for xml in _pieces(open_sheet, name):
        found = ANY_CELL.findall(xml)
        columns = max(columns, *(column_number(letters) for letters in {letters for letters, _ in found}), 0)
        rows = max(rows, *(int(digits) for _, digits in found), 0)
    if columns > MAX_COLUMNS or rows > MAX_ROWS:
        raise ListRefused(
            f"{name} is damaged: it has a cell in row {rows:,}, column {columns:,}; save it again in Excel"
        )
    if columns * rows > MAX_CELLS:
        raise ListRefused(f"{name} spans {columns * rows:,} cells; delete its far rows and columns, or save it as CSV")


@cache
def _always(text: str) -> Show:
    def show(_: Value) -> str:
        return text

    return show


def _styled(xml: bytes, kinds: Mapping[bytes, int]) -> re.Pattern[bytes]:
    """Finds styled cells; twice as fast where attributes stand in the order in which nearly all programs write them."""
    usual = len(USUAL_CELL.findall(xml)) == len(re.findall(rb"<(?:\w+:)?c[ >/]", xml))
    return re.compile((STYLED_USUALLY if usual else STYLED) % b"|".join(kinds))


def _pieces(open_sheet: Callable[[], IO[bytes]], name: str) -> Iterator[bytes]:
    """The XML in pieces that begin with a cell, so that none is cut in two."""
    rest = b""
    with open_sheet() as sheet:
        while data := sheet.read(PIECE):
            rest += data
            cut = max(rest.rfind(b"<c "), rest.rfind(b":c "))
            cut = rest.rfind(b"<", 0, cut + 1)
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > MAX_PIECE:
                raise ListRefused(f"{name} has a cell of more than {MAX_PIECE / 1e6:,.0f} MB")
    yield rest
