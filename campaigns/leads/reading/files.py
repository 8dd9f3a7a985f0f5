"""What a file really is, whatever its name says; what cannot be read is refused here, in one line."""

from __future__ import annotations

import codecs
import hashlib
import mmap
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from campaigns.errors import ListRefused
from campaigns.leads.reading.archives import MAX_BYTES, Source, opened_zip, ungzipped, unzipped
from campaigns.leads.reading.csvs import read_text
from campaigns.leads.reading.encodings import encoding_of
from campaigns.leads.reading.jsons import looks_like_json, read_json
from campaigns.leads.reading.table import Table
from campaigns.leads.reading.workbooks import read_old_sheets, read_sheets
from campaigns.spec import Leads

MAX_UNPACKED = 2_000_000_000
"""A workbook is a zip archive: 2 GB unpacked is far above any real list, and below what harms a machine."""

MAX_WORKBOOK = 500_000_000
"""The reader of workbooks holds their bytes in memory."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
FILEPASS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
"""The record after the first one of a .xls workbook that is encrypted ([MS-XLS] 2.4.117)."""

FOREIGN = {
    b"%pdf": "a PDF",
    b"{\\rtf": "a Word document",
    b"<html": "a web page",
    b"<!doctype": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML document",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"rar!": "a RAR archive",
    b"bzh": "a bzip2 archive",
    b"\xfd7zxz": "an xz archive",
    b"(\xb5/\xfd": "a Zstandard archive",
    b"par1": "a Parquet file",
    b"sqlite format 3": "a SQLite database",
}
SUPPORTED = "CSV or other delimited text, JSON, .xlsx, .xlsm, .xls, .xlsb or .ods, plain, in .gz or alone in .zip"
AMERICAN = ("US", "PR", "GU", "VI", "AS", "MP")
"""Countries whose computers write short dates as 3/12/2026."""


class Kind(Enum):
    """What a file's bytes are."""

    TEXT = "text"
    GZIP = "gzip"
    ZIP = "zip"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"


MEMBERS = {"xl/workbook.xml": Kind.XLSX, "xl/workbook.bin": Kind.XLSB, "content.xml": Kind.ODS}
"""The members that tell what a zip archive is."""

OTHER_MEMBERS = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a PowerPoint presentation"}


def read_tables(path: Path, leads: Leads) -> Iterator[Table]:
    """The tables of the list at ``path``: the visible sheets one by one, or only ``leads.sheet``; a text is one table.

    ``leads.encoding`` goes before what is found; ``leads.country`` decides how short dates are shown. What was packed
    is unpacked into a temporary file that lives as long as the tables. Raises ListRefused, also while records are read.
    """
    source = Source(str(path), path)
    kind = recognise(source)
    if kind in (Kind.GZIP, Kind.ZIP):
        source = ungzipped(source) if kind is Kind.GZIP else unzipped(source)
        kind = recognise(source)
        if kind in (Kind.GZIP, Kind.ZIP):
            raise ListRefused(f"{source.name}: an archive in an archive; unpack it once")
    if kind is Kind.TEXT:
        yield _read_text(source, leads.encoding)
    elif kind is Kind.XLSX:
        yield from read_sheets(source, leads.sheet, leads.country in AMERICAN)
    else:
        yield from read_old_sheets(source, leads.sheet)


def recognise(source: Source) -> Kind:
    """What the file is, by its bytes; raises ListRefused for what is no list, and for what is too large to be one."""
    size, head = _beginning(source)
    if size > MAX_BYTES:
        raise ListRefused(
            f"{source.name}: {size / 1e6:,.0f} MB is more than the {MAX_BYTES / 1e6:,.0f} MB a list may have"
        )
    if not head.strip():
        raise ListRefused(f"{source.name}: the file is empty")
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        kind = _archive(source)
    elif head.startswith(OLE):
        kind = _ole(source)
    else:
        _refuse_foreign(source, head)
        kind = Kind.TEXT
    if kind in (Kind.XLSX, Kind.XLSB, Kind.ODS, Kind.XLS) and size > MAX_WORKBOOK:
        limit = f"{MAX_WORKBOOK / 1e6:,.0f} MB a workbook may have; save it as CSV"
        raise ListRefused(f"{source.name}: {size / 1e6:,.0f} MB is more than the {limit}")
    return kind


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beginning(source: Source) -> tuple[int, bytes]:
    try:
        if not source.path.exists():
            raise ListRefused(f"{source.name}: no such file")
        if not source.path.is_file():
            raise ListRefused(f"{source.name}: is not a file; give a lead list ({SUPPORTED})")
        with source.path.open("rb") as file:
            return source.path.stat().st_size, file.read(1 << 16)
    except (OSError, ValueError) as error:
        raise ListRefused(f"{source.name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _read_text(source: Source, wanted: str | None) -> Table:
    encoding = encoding_of(source, wanted)
    with source.path.open(encoding=encoding.name, newline="") as file:
        head = file.read(1 << 12)
    return read_json(source, encoding) if looks_like_json(head) else read_text(source, encoding)


def _refuse_foreign(source: Source, head: bytes) -> None:
    opening = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    what = next((name for magic, name in FOREIGN.items() if opening.startswith(magic)), None)
    if what:
        advice = "open it in Excel and save it as .xlsx" if b"<" in opening[:1] else f"give a lead list: {SUPPORTED}"
        raise ListRefused(f"{source.name}: this is {what}; {advice}")
    zeros = head.count(0)
    # UTF-16 has its zeros in one of two places, UTF-32 in three of four; other NUL bytes are in no text
    if zeros and not head.startswith(UTF16) and head[0::2].count(0) and head[1::2].count(0):
        raise ListRefused(f"{source.name}: this is neither text nor a workbook; give a lead list: {SUPPORTED}")


def _ole(source: Source) -> Kind:
    with source.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0 or FILEPASS.search(content):
            raise ListRefused(_protected(source))
        if not any(content.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook", "Book")):
            raise ListRefused(f"{source.name}: an Office document, but no workbook; give a lead list: {SUPPORTED}")
    return Kind.XLS


def _archive(source: Source) -> Kind:
    with opened_zip(source) as archive:
        entries = archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise ListRefused(_protected(source))
        names = {entry.filename.replace("\\", "/").lower() for entry in entries}
        if what := next((what for name, what in OTHER_MEMBERS.items() if name in names), None):
            raise ListRefused(f"{source.name}: this is {what}; give a lead list: {SUPPORTED}")
        kind = next((kind for name, kind in MEMBERS.items() if name in names), Kind.ZIP)
        unpacked = sum(entry.file_size for entry in entries)
        if kind is not Kind.ZIP and unpacked > MAX_UNPACKED:
            raise ListRefused(
                f"{source.name}: unpacks to {unpacked / 1e9:.1f} GB, more than {MAX_UNPACKED / 1e9:.0f} GB"
            )
        if kind is Kind.ODS and "meta-inf/manifest.xml" in names:
            with archive.open(
                next(entry for entry in entries if entry.filename.lower() == "meta-inf/manifest.xml")
            ) as part:
                if b"encryption-data" in part.read(1 << 20):
                    raise ListRefused(_protected(source))
        return kind


def _protected(source: Source) -> str:
    return f"{source.name}: protected by a password; save a copy without one"
