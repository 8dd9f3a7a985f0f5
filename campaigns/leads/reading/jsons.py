"""Reads JSON: one object per line, a list of objects, or an object that holds one such list. Keys are the headers.

Everything is streamed, so a list may be as large as a CSV file; only a single object is ever held.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from textwrap import shorten
from typing import Any

from campaigns.errors import ListRefused
from campaigns.leads.reading.archives import Source
from campaigns.leads.reading.encodings import Encoding
from campaigns.leads.reading.scanner import NotJson, Scanner, compact, decode
from campaigns.leads.reading.table import MAX_CELL, MAX_COLUMNS, MAX_LINE, Record, Table, too_many_columns

OPENING = re.compile(r'\ufeff?\s*(\{\s*["}]|\[\s*([\[\]{]|"[^"]*"\s*[,\]\n]\s*"))')
BLANK = "\ufeff \t\r\n"
MOST_KEYS, LONGEST_KEY = 20, 40
"""How much of its keys a refusal names."""
HEADER_ROW = 0
"""The keys stand above the first object."""

Items = Iterator[tuple[int, Any]]
"""What is listed: the line on which it starts, and what it is."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the objects are: one to a line, in the list that is the document, or in the list under ``key``."""

    lines: bool = False
    key: str | None = None


def looks_like_json(head: str) -> bool:
    """Whether a text that begins like this is JSON rather than a table whose first cell holds a bracket."""
    return OPENING.match(head) is not None


def read_json(source: Source, encoding: Encoding) -> Table:
    """The table of a JSON text, read through once for its keys: every key that occurs anywhere is a column.

    Numbers come as written, nested values as compact JSON, null blank. A row's number is the line on which its object
    starts or, where objects share lines, its place in the list. Raises ListRefused for what is no list of objects.
    """
    try:
        shape = _shape(source, encoding)
        if shape.lines and encoding.longest_line > MAX_LINE:
            raise ListRefused(f"{source.name}: a line has more than {MAX_LINE:,} characters")
        keys: dict[str, None] = {}
        last, own_lines = 0, True
        for line, item in _items(source, encoding, shape):
            if not isinstance(item, dict):
                raise NotJson(line, f"holds {compact(item)[:40]} where an object with keys is expected")
            if not keys.keys() >= item.keys():
                _check("".join(item), line)
                keys.update(dict.fromkeys(item))
            last, own_lines = line, own_lines and line > last
            if len(keys) > MAX_COLUMNS:
                raise NotJson(line, f"gives {too_many_columns(len(keys))}")
    except NotJson as error:
        raise _refusal(source, error) from error
    if not last:
        raise ListRefused(f"{source.name}: the file is empty: there is not one object in its list")
    notes: tuple[str, ...] = () if shape.key is None else (f'The rows are the objects of "{shape.key}".',)
    if not own_lines:
        notes += ("Rows are counted object by object, for they do not start on lines of their own.",)
    records = partial(_records, source, encoding, shape, list(keys), own_lines)
    return Table(records, encoding=encoding.name, guesses=_guesses(encoding), notes=notes)


def _records(source: Source, encoding: Encoding, shape: Shape, keys: list[str], own_lines: bool) -> Iterator[Record]:
    if any(map(str.strip, keys)):
        yield HEADER_ROW, keys
    try:
        for place, (line, item) in enumerate(_items(source, encoding, shape), start=1):
            cells = [_cell(item.get(key)) for key in keys]
            text = "".join(cells)
            if not text.strip():
                continue
            if len(text) > MAX_CELL and max(map(len, cells)) > MAX_CELL:
                raise NotJson(line, f"has a value of more than {MAX_CELL:,} characters")
            _check(text, line)
            yield line if own_lines else place, cells
    except NotJson as error:
        raise _refusal(source, error) from error
    except RecursionError:
        raise ListRefused(f"{source.name}: a value is nested too deeply") from None


def _check(text: str, line: int) -> None:
    if "\0" in text or (not text.isascii() and re.search("[\ud800-\udfff]", text)):
        raise NotJson(line, "holds a character that is no text (\\u0000 or half a pair)")


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return compact(value)


def _shape(source: Source, encoding: Encoding) -> Shape:
    with source.path.open(encoding=encoding.name, newline="") as file:
        first = file.readline(MAX_LINE).lstrip(BLANK)
        while not first:
            first = file.readline(MAX_LINE).lstrip(BLANK)
        more = file.read(1 << 16).strip()
    if first.startswith("["):
        return Shape()
    with suppress(NotJson):
        whole = decode(first, 1)
        if more or not any(map(_is_list, whole.values())):
            return Shape(lines=True)
    keys = list(dict.fromkeys(key for key, _, _ in _listed(source, encoding)))
    if len(keys) == 1:
        return Shape(key=keys[0])
    named = ", ".join(shorten(key, LONGEST_KEY, placeholder="…") for key in keys[:MOST_KEYS])
    found = f"are several: {named}" if keys else "is none"
    raise NotJson(1, f"begins an object in which one list of objects is expected; there {found}")


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _items(source: Source, encoding: Encoding, shape: Shape) -> Items:
    if shape.key is not None:
        yield from ((line, item) for key, line, item in _listed(source, encoding) if key == shape.key)
        return
    with source.path.open(encoding=encoding.name, newline="") as file:
        if not shape.lines:
            scanner = Scanner(file)
            yield from scanner.items()
            scanner.end()
            return
        for line, text in enumerate(file, start=1):
            if bare := text.strip(BLANK):
                yield line, decode(bare, line)


def _listed(source: Source, encoding: Encoding) -> Iterator[tuple[str, int, Any]]:
    """The objects of all lists in the object that the document is, each with its list's key and its line."""
    with source.path.open(encoding=encoding.name, newline="") as file:
        scanner = Scanner(file)
        for key in scanner.members():
            if not scanner.begins_list_of_objects():
                scanner.value()
                continue
            for line, item in scanner.items():
                yield key, line, item
        scanner.end()


def _refusal(source: Source, error: NotJson) -> ListRefused:
    return ListRefused(f"{source.name}: line {error.line} {error}")


def _guesses(encoding: Encoding) -> tuple[str, ...]:
    return tuple(line.strip()[:80] for line in encoding.guessed[:5])
