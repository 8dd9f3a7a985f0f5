"""The bytes of files, written the same every time."""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

Row = Sequence[Any]
Paint = Callable[[Any, dict[str, Any]], None]
BORN = datetime(2026, 3, 12, 10, 30)


def table(text: str) -> list[list[str]]:
    """Rows of cells from lines whose cells stand between bars."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]


def delimited(rows: Sequence[Row], delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(sheets: Mapping[str, Sequence[Row]], paint: Paint | None = None) -> bytes:
    """An Excel workbook: text stays text, numbers numbers; ``paint`` gets the workbook and its sheets for the rest."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": BORN})
        made = {name: book.add_worksheet(name) for name in sheets}
        for name, rows in sheets.items():
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None and not isinstance(value, (date, time)):
                        made[name].write(at, column, value)
        if paint:
            paint(book, made)
    return out.getvalue()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def patched(archive: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The archive with each member's content changed."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        return zipped({name: change(name, old.read(name)) for name in old.namelist()})


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def json_lines(records: Sequence[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def json_array(records: Sequence[Mapping[str, Any]], around: str = "%s") -> bytes:
    """A JSON list, one record per line from the first line on, so that a record's line is also its place."""
    return (around % ("[" + ",\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "]")).encode()


def ods(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """An OpenDocument spreadsheet."""

    def cell(value: Any) -> str:
        if value in (None, ""):
            return "<table:table-cell/>"
        if isinstance(value, (int, float)):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'

    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return zipped(
        {
            "mimetype": kind,
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
            f'office:version="1.2"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
            "</office:document-content>",
            "META-INF/manifest.xml": f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{manifest}">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        }
    )


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file, the envelope of .xls and of encrypted workbooks; each stream is padded past 4096 bytes."""
    sector, free, end, fat_mark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {
        name: content.ljust(max(4096, -(-len(content) // sector) * sector), b"\0") for name, content in streams.items()
    }
    fat, body, entries = [fat_mark, end], b"", []
    for name, content in padded.items():
        start, count = len(fat), len(content) // sector
        fat += [*range(start + 1, start + count), end]
        body += content
        entries.append((name, 2, start, len(content)))
    directory = b""
    links = [(free, free, 1)] + [(free, at + 2 if at + 1 < len(entries) else free, free) for at in range(len(entries))]
    for (name, kind, start, size), (left, right, child) in zip(
        [("Root Entry", 5, end, 0), *entries], links, strict=True
    ):
        text = name.encode("utf-16-le") + b"\0\0"
        directory += text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, left, right, child)
        directory += bytes(36) + struct.pack("<IQ", start, size)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sector, b"\xff")
    return head + table + directory.ljust(sector, b"\0") + body


def xls(sheet: str, rows: Sequence[Row]) -> bytes:
    """An Excel 97 workbook of one sheet: BIFF8 records in a compound file."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<4H2I", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 6))

    cells = b""
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<3H", at, column, 0)
            if isinstance(value, (int, float)):
                cells += record(0x0203, place + struct.pack("<d", value))
            elif value:
                text = value.encode("utf-16-le")
                cells += record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
    size = struct.pack("<2I3H", 0, len(rows), 0, max(map(len, rows)), 0)
    page = begin(0x10) + record(0x0200, size) + cells + record(0x0A, b"")
    top = begin(0x05) + record(0x42, struct.pack("<H", 1200))
    name = sheet.encode("latin-1")
    entry = struct.pack("<2BBB", 0, 0, len(name), 0) + name
    offset = len(top) + 4 + 4 + len(entry) + 4
    book = top + record(0x85, struct.pack("<I", offset) + entry) + record(0x0A, b"")
    return compound({"Workbook": book + page})


def xlsb(sheet: str, rows: Sequence[Row]) -> bytes:
    """A binary Excel workbook of one sheet, its text within the cells."""

    def record(kind: int, body: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size, length = len(body), b""
        while size > 127:
            length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
        return head + length + bytes([size]) + body

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    cells = b""
    for at, row in enumerate(rows):
        cells += record(0, struct.pack("<IIHBBBI", at, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(row):
            if isinstance(value, (int, float)):
                cells += record(5, struct.pack("<II", column, 0) + struct.pack("<d", value))
            elif value:
                cells += record(6, struct.pack("<II", column, 0) + text(value))
    size = struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    page = record(129) + record(148, size) + record(145) + cells + record(146) + record(130)
    book = record(131) + record(143) + record(156, struct.pack("<2I", 0, 1) + text("rId1") + text(sheet))
    book += record(144) + record(132)
    base = "http://schemas.openxmlformats.org"
    relations = f'xmlns="{base}/package/2006/relationships"'
    kinds = f"{base}/officeDocument/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{base}/package/2006/content-types">'
            '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
            "_rels/.rels": f'<Relationships {relations}><Relationship Id="rId1" Type="{kinds}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>',
            "xl/workbook.bin": book + b"",
            "xl/_rels/workbook.bin.rels": f'<Relationships {relations}><Relationship Id="rId1" '
            f'Type="{kinds}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": page,
        }
    )
