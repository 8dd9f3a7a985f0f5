"""What a file really is, whatever its name says; what cannot be read is refused here, in one line."""

from __future__ import annotations

import codecs
import hashlib
import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from campaigns.errors import ListRefused

MAX_BYTES = 500_000_000
MAX_UNPACKED = 2_000_000_000
"""A workbook is a zip archive: 2 GB unpacked is far above any real list, and below what harms a machine."""

MAX_CELLS = 50_000_000
"""The reader lays a sheet out whole, empty cells too: one stray mark in the last corner would end the process."""

DIMENSION = re.compile(rb'<dimension ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
FOREIGN = {
    b"%pdf": "a PDF",
    b"{\\rtf": "a Word document",
    b"\x1f\x8b": "a gzip archive",
    b"<html": "a web page",
    b"<!doctype": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML document",
}
WORKBOOKS = (".xlsx", ".xlsm")
LATER = (".xls", ".xlsb", ".ods", ".json", ".jsonl")
SUPPORTED = "CSV, TSV or text, and .xlsx or .xlsm workbooks"


def recognise(path: Path) -> Literal["text", "workbook"]:
    """Tell text from a workbook by the file's bytes; raises ListRefused for everything else."""
    size = _size(path)
    if size > MAX_BYTES:
        raise ListRefused(f"{path}: {size / 1e6:,.0f} MB is more than the {MAX_BYTES / 1e6:,.0f} MB a list may have")
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head.strip():
        raise ListRefused(f"{path}: the file is empty")
    if head.startswith(OLE):
        raise ListRefused(_ole(path))
    if head.startswith(b"PK\x03\x04"):
        _inspect_archive(path)
        return "workbook"
    _refuse_foreign(path, head)
    return "text"


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(path: Path) -> int:
    try:
        if not path.exists():
            raise ListRefused(f"{path}: no such file")
        if not path.is_file():
            raise ListRefused(f"{path}: is not a file; give a lead list ({SUPPORTED})")
        with path.open("rb"):
            return path.stat().st_size
    except (OSError, ValueError) as error:
        raise ListRefused(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _refuse_foreign(path: Path, head: bytes) -> None:
    suffix = path.suffix.lower()
    opening = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    what = next((name for magic, name in FOREIGN.items() if opening.startswith(magic)), None)
    if what:
        raise ListRefused(f"{path}: this is {what}; give a lead list ({SUPPORTED})")
    if suffix in WORKBOOKS:
        raise ListRefused(f"{path}: named {suffix}, but this is no Excel workbook; save it again in Excel")
    if suffix in LATER:
        raise ListRefused(f"{path}: {suffix} is not supported yet; save it as .xlsx or CSV")
    if head.startswith(UTF16):
        raise ListRefused(f'{path}: UTF-16 text is not supported yet; save it as "CSV UTF-8"')
    if b"\0" in head:
        raise ListRefused(f"{path}: this is neither text nor an Excel workbook; give a lead list ({SUPPORTED})")


def _ole(path: Path) -> str:
    if ENCRYPTED in path.read_bytes():
        return f"{path}: the workbook is protected by a password; save a copy without one"
    return f"{path}: an old Excel file (.xls), which is not supported yet; save it as .xlsx"


def _inspect_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _refuse_encrypted(path, entries)
            cells = max((_cells_of(archive, entry) for entry in entries), default=0)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise ListRefused(f"{path}: the workbook is damaged ({error}); save it again in Excel") from error
    names = {entry.filename for entry in entries}
    if "xl/workbook.bin" in names:
        raise ListRefused(f"{path}: .xlsb is not supported yet; save it as .xlsx")
    if "xl/workbook.xml" not in names:
        kind = "an OpenDocument sheet" if "content.xml" in names else "a zip archive without a workbook"
        raise ListRefused(f"{path}: this is {kind}, which is not supported yet; save it as .xlsx or CSV")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise ListRefused(f"{path}: unpacks to {unpacked / 1e9:.1f} GB, more than {MAX_UNPACKED / 1e9:.0f} GB")
    if cells > MAX_CELLS:
        raise ListRefused(f"{path}: a sheet spans {cells:,} cells; delete its far rows and columns, or save it as CSV")


def _refuse_encrypted(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise ListRefused(f"{path}: the archive is protected by a password; save a copy without one")


def _cells_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    if not entry.filename.startswith("xl/worksheets/"):
        return 0
    with archive.open(entry) as sheet:
        match = DIMENSION.search(sheet.read(4096))
    if not match:
        return 0
    left, top, right, bottom = _column(match[1]), int(match[2]), _column(match[3]), int(match[4])
    return (right - left + 1) * (bottom - top + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
