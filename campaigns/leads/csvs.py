"""Reads delimited text: finds out encoding and delimiter, then streams the rows."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

from campaigns.errors import ListRefused
from campaigns.leads.table import Record, Table

DELIMITERS = ",;\t|"
SAMPLE_LINES = 200
END = "\0end"
"""A last line of our own: it comes out alone, or a quote before it was never closed. NUL is refused in files."""


def read_text(path: Path) -> Table:
    """The table of the delimited text file at ``path``.

    Strict UTF-8 is tried first, then Windows-1252; bytes that are neither are refused, never replaced. Raises
    ListRefused here or, for a quote that is never closed and an overlong cell, while the records are read.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = list(islice(file, SAMPLE_LINES))
    delimiter = _delimiter(sample)
    return Table(partial(_records, path, encoding, delimiter), encoding=encoding, delimiter=delimiter)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(chain(file, [END]), delimiter=delimiter)
        start = 1
        try:
            for cells in reader:
                if cells == [END]:
                    return
                if cells and END in cells[-1]:
                    raise ListRefused(f"{path}: line {start}: a quotation mark is opened here and never closed")
                if any(cell.strip() for cell in cells):
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise ListRefused(f"{path}: line {start}: {error}; is a quotation mark never closed?") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        marked = file.read(3) == codecs.BOM_UTF8
    for encoding in ("utf-8-sig" if marked else "utf-8", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise ListRefused(f'{path}: the text is neither UTF-8 nor Windows-1252; save it as "CSV UTF-8"')


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                if b"\0" in chunk:
                    raise ListRefused(f"{path}: holds NUL bytes, so it is not text; save it again as CSV")
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: list[str]) -> str:
    fits = {delimiter: _fit(sample, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: fits[delimiter])


def _fit(sample: list[str], delimiter: str) -> tuple[float, int]:
    # Measured by equal width, not by csv.Sniffer: the sniffer raises on one column, where cells may hold "a; b".
    rows = _sample_rows(sample, delimiter)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 1
    width, count = widths.most_common(1)[0]
    if _holds_number(next(row for row in rows if len(row) == width)) and len(rows[0]) == 1:
        return 0.0, 1
    return count / len(rows), width


def _sample_rows(sample: Iterable[str], delimiter: str) -> list[list[str]]:
    try:
        rows = [row for row in csv.reader(sample, delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error:
        return []
    # the sample may end inside a quoted cell
    return rows[:-1] if len(rows) > 2 else rows


def _holds_number(row: list[str]) -> bool:
    return any(sum(char.isdigit() for char in cell) >= 7 for cell in row)
