"""What a registry is delivered in: text, XML or a workbook, plain, in .gz, or several files in a .zip; always streamed.

A text is given as chunks of whole lines, an XML document and a workbook as lines with commas between their values.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from campaigns.errors import InputRefused
from campaigns.leads.reading.archives import LITTER, ZIP_ERRORS, Source, one_line, opened_zip
from campaigns.leads.reading.files import Kind, read_tables, recognise
from campaigns.spec import Leads

CHUNK = 1 << 22
MOST_BYTES = 20_000_000_000
"""Unpacked; the whole American registry has about 3 GB."""
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
ROWS = 10_000


def chunks_of(path: Path) -> Iterator[bytes]:
    """The lines of a registry's file, many at a time; each chunk ends with a line feed. Raises InputRefused."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if path.suffix.lower() in WORKBOOKS:
            yield from _rows(path)
        elif head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                yield from _text(packed, path.name)  # type: ignore[arg-type]
        elif head.startswith(b"PK"):
            yield from _archive(path)
        else:
            with path.open("rb") as file:
                yield from _text(file, path.name)
    except (OSError, EOFError, zlib.error) as error:
        raise InputRefused(f"{path}: cannot be read: {one_line(error)}") from error


def _archive(path: Path) -> Iterator[bytes]:
    source = Source(str(path), path)
    if recognise(source) is not Kind.ZIP:
        yield from _rows(path)
        return
    with opened_zip(source) as archive, ExitStack() as opened:
        for entry in archive.infolist():
            if entry.is_dir() or Path(entry.filename).name.startswith(LITTER):
                continue
            try:
                member = opened.enter_context(archive.open(entry))
                yield from _text(member, f"{path.name} ({entry.filename})")  # type: ignore[arg-type]
            except ZIP_ERRORS as error:
                raise InputRefused(f"{path}: {entry.filename} is damaged ({one_line(error)})") from error


def _rows(path: Path) -> Iterator[bytes]:
    for table in read_tables(path, Leads()):
        lines: list[str] = []
        for _, cells in table.records():
            lines.append(",".join(cell.replace("\n", " ") for cell in cells))
            if len(lines) == ROWS:
                yield ("\n".join(lines) + "\n").encode()
                lines = []
        if lines:
            yield ("\n".join(lines) + "\n").encode()


def _text(file: BinaryIO, name: str) -> Iterator[bytes]:
    pieces = _decoded(_pieces(file, name))
    first = next(pieces, b"").removeprefix(codecs.BOM_UTF8)
    if first.lstrip().startswith(b"<"):
        yield from _xml(first, pieces, name)
        return
    if b"\0" in first:
        raise InputRefused(f"{name}: this is no text, so no registry that can be read")
    rest = b""
    for piece in _chained(first, pieces):
        lines, feed, tail = (rest + piece).rpartition(b"\n")
        if feed:
            yield _ended(lines + feed)
        rest = tail
        if len(rest) > CHUNK:
            raise InputRefused(f"{name}: a line has more than {CHUNK:,} bytes; a registry has a number on each")
    if rest.strip():
        yield _ended(rest + b"\n")


def _ended(lines: bytes) -> bytes:
    """The lines with one line feed each, whatever ended them."""
    return lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in lines else lines


def _pieces(file: BinaryIO, name: str) -> Iterator[bytes]:
    read = 0
    while piece := file.read(CHUNK):
        read += len(piece)
        if read > MOST_BYTES:
            raise InputRefused(f"{name}: holds more than {MOST_BYTES / 1e9:.0f} GB; no registry does")
        yield piece


def _decoded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    encoding = UTF16.get(first[:2])
    if not encoding:
        yield from _chained(first, pieces)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in _chained(first[2:], pieces):
        yield decoder.decode(piece).encode()


def _chained(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from others


class _Document:
    """Collects what an XML document says as lines: an area code is joined to the numbers below it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._area = ""
        self._text = ""

    def start(self, _: str, attributes: dict[str, str]) -> None:
        self._text = ""
        self._take(list(attributes.values()))

    def text(self, text: str) -> None:
        self._text += text

    def end(self, _: str) -> None:
        self._take([self._text])
        self._text = ""

    def _take(self, values: list[str]) -> None:
        values = [value.strip() for value in values if value.strip()]
        area = next((value for value in values if value.isdecimal() and len(value) == 3), "")
        local = next((value for value in values if value.isdecimal() and len(value) == 7), "")
        self._area = area or self._area
        if local:
            self.lines.append(",".join([self._area, *(value for value in values if value != area)]))
        elif any(sum(map(str.isdecimal, value)) >= 10 for value in values):
            self.lines.append(",".join(values))


def _xml(first: bytes, pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    document, parser = _Document(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = document.start, document.end
    parser.CharacterDataHandler = document.text

    def refuse(*_: object) -> None:
        raise InputRefused(f"{name}: the document declares entities, which no registry needs")

    parser.EntityDeclHandler = refuse
    try:
        for piece in _chained(first, pieces):
            parser.Parse(piece, False)
            if document.lines:
                yield ("\n".join(document.lines) + "\n").encode()
                document.lines.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputRefused(f"{name}: the XML document is damaged: {error}") from error
