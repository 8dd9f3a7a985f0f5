"""Reads delimited text: finds out the delimiter, then streams the rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TextIO

from campaigns.errors import ListRefused
from campaigns.leads.reading.archives import Source
from campaigns.leads.reading.encodings import Encoding
from campaigns.leads.reading.table import MAX_CELL, MAX_COLUMNS, MAX_LINE, Record, Table, too_many_columns

DELIMITERS = ",;\t|"
SAMPLE_LINES = 200
SAMPLE_CHARS = 1_000_000
GUESSES = 5

DECLARED = re.compile(r'"?sep=([^"\r\n])"?[,;\t|]*[\r\n]*', re.IGNORECASE)
"""A first line that tells Excel the delimiter: ``sep=;``."""

csv.field_size_limit(MAX_CELL)  # the module's own limit is an eighth of it, and there is one for all readers

LINE_END = 2
"""The most characters that end a line, ``\\r\\n``."""
END = "\0end"
"""A last line of our own: it comes out alone, or a quote before it was never closed. NUL is refused in files."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the text is cut; ``declared``: by its first line, which is no row; ``spaced``: blanks stand before quotes."""

    delimiter: str
    declared: bool = False
    spaced: bool = False


def read_text(source: Source, encoding: Encoding) -> Table:
    """The table of delimited text, known to be readable in ``encoding``.

    Raises ListRefused while the records are read: for a quote that is never closed, an overlong cell, too many columns.
    """
    if encoding.longest_line > MAX_LINE:
        raise ListRefused(f"{source.name}: a line has more than {MAX_LINE:,} characters, so this is no table")
    with source.path.open(encoding=encoding.name, newline="") as file:
        dialect = _dialect(_sample(file))
    return Table(
        partial(_records, source, encoding.name, dialect),
        encoding=encoding.name,
        delimiter=dialect.delimiter,
        guesses=_guesses(encoding.guessed, dialect.delimiter),
    )


def _records(source: Source, encoding: str, dialect: Dialect) -> Iterator[Record]:
    with source.path.open(encoding=encoding, newline="") as file:
        start, held = 0, [""]
        for line, cells in rows_of(source.name, chain(file, [END]), dialect):
            # asked of the first cell alone wherever that is filled: this runs once for every row of a long file
            if held[0].strip() or any(map(str.strip, held)):
                if len(held) > MAX_COLUMNS:
                    raise ListRefused(f"{source.name}: line {start}: {too_many_columns(len(held))}")
                yield start, held
            start, held = line, cells
        if held != [END]:
            raise ListRefused(f"{source.name}: line {start}: a quotation mark is opened here and never closed")


def rows_of(name: str, lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Each row of these lines behind the line, counted from 1, where it starts; a blank line is none.

    A line without a quote is a row: to cut it takes half as long as the csv module, which is asked for the others.
    Raises ListRefused, in the name of the file.
    """
    at_hand: list[str] = []

    def fed() -> Iterator[str]:
        while (line := at_hand.pop() if at_hand else next(lines, None)) is not None:
            yield line

    delimiter, spaced = dialect.delimiter, dialect.spaced
    reader = csv.reader(fed(), delimiter=delimiter, skipinitialspace=spaced)
    number = len(list(islice(lines, int(dialect.declared))))
    for line in lines:
        number += 1
        if len(line) <= LINE_END and not line.strip("\r\n"):  # there may be millions
            continue
        if not spaced and '"' not in line and len(line) <= MAX_CELL:
            yield number, line.rstrip("\r\n").split(delimiter)
            continue
        at_hand.append(line)
        before = reader.line_num
        try:
            cells = next(reader)
        except csv.Error as error:
            why = f"{_plain(error)}; is a quotation mark never closed?"
            raise ListRefused(f"{name}: line {number}: {why}") from error
        yield number, cells
        number += reader.line_num - before - 1


def _plain(error: csv.Error) -> str:
    return f"a cell has more than {MAX_CELL:,} characters" if "field limit" in str(error) else str(error)


def _sample(file: TextIO) -> list[str]:
    lines: list[str] = []
    left = SAMPLE_CHARS
    for line in islice(file, SAMPLE_LINES):
        lines.append(line)
        left -= len(line)
        if left < 0:
            break
    return lines


def _dialect(sample: list[str]) -> Dialect:
    if sample and (declared := DECLARED.fullmatch(sample[0])):
        return Dialect(declared[1], declared=True)
    fits = {delimiter: _fit(sample, delimiter) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda delimiter: fits[delimiter])
    rows = _sample_rows(sample, delimiter)
    return Dialect(
        delimiter, spaced=any(cell.lstrip(" ").startswith('"') for row in rows for cell in row if cell[:1] == " ")
    )


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


def _guesses(lines: Iterable[str], delimiter: str) -> tuple[str, ...]:
    """Up to five different cells with foreign letters, for a person to judge the guess by."""
    try:
        cells = [cell.strip() for row in csv.reader(lines, delimiter=delimiter) for cell in row]
    except csv.Error:
        cells = []
    return tuple(islice(dict.fromkeys(cell for cell in cells if cell and not cell.isascii()), GUESSES))
