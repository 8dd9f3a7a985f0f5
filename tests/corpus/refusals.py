"""Files that must be refused as a whole, and what the one sentence must say."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from tests.corpus.case import Case
from tests.corpus.writing import compound, delimited, gzipped, json_lines, patched, workbook, zipped

PEOPLE = [["Name", "Phone"], *([f"Person {at}", f"+1212736{5000 + at}"] for at in range(200))]


def cases() -> Iterator[Case]:
    for name, content, words in [*texts(), *workbooks(), *archives()]:
        yield Case(name, content, refused=words)
    words = "(?i)Leads2.*Leads|sheet"
    yield Case("no_such_sheet.xlsx", workbook({"Leads": PEOPLE}), leads={"sheet": "Leads2"}, refused=words)
    yield Case(
        "wrong_encoding.csv",
        "Name,Phone\nZoë,+14155552671\n".encode("cp1252"),
        leads={"encoding": "utf-8"},
        refused="(?i)utf-?8",
    )
    yield Case("no_such_encoding.csv", delimited(PEOPLE), leads={"encoding": "klingon"}, refused="klingon")


def texts() -> Iterator[tuple[str, bytes, str]]:
    plain = delimited(PEOPLE)
    yield "empty.csv", b"", "(?i)empty"
    yield "only_blank_lines.csv", b"\r\n\r\n\r\n", "(?i)empty|no rows|nothing"
    yield "only_a_bom.csv", b"\xef\xbb\xbf", "(?i)empty"
    yield "empty.json", b"", "(?i)empty"
    yield "empty_array.json", b"[]", "(?i)empty|no rows|no lead|no record|nothing"
    yield "nul_bytes.csv", plain[:300] + bytes(7) + plain[300:], "(?i)nul|zero byte|binary|not text|damaged"
    yield "binary.csv", bytes(range(256)) * 40, "(?i)nul|binary|not text|not a|unknown|damaged"
    yield "picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "(?i)png|picture|image|nul|binary|not text|not a"
    yield "no_phones.csv", delimited([["Name", "City"], ["Ann", "Boston"], ["Bob", "Oslo"]]), "(?i)phone"
    yield "prose.txt", b"Dear Ann,\n\nplease find the list attached.\n\nBob\n", "(?i)phone"
    yield "page.csv", b"<!DOCTYPE html><html><body><p>Please log in</p></body></html>", "(?i)html|web page|phone"
    yield (
        "broken_line.jsonl",
        json_lines([{"phone": "+14155552671"}] * 2) + b'{"phone": \n{"phone": "+12127365000"}\n',
        "3",
    )
    yield "broken.json", b'[{"phone": "+14155552671"}, {"phone": ', "(?i)json"
    yield "a_number.json", b"42", "(?i)json|list|object|phone"
    yield "strings.json", b'["Ann", "Bob"]', "(?i)json|object|phone"


def workbooks() -> Iterator[tuple[str, bytes, str]]:
    book = workbook({"Leads": PEOPLE})
    pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + b"x" * 2000
    yield "document.xlsx", pdf, "PDF"
    yield "document.csv", pdf, "PDF"
    yield (
        "truncated.xlsx",
        book[: len(book) * 2 // 3],
        "(?i)damaged|truncated|cut|incomplete|not a|broken|cannot be read",
    )
    yield "empty.xlsx", b"", "(?i)empty"
    yield "no_cells.xlsx", workbook({"Sheet1": []}), "(?i)empty|no rows|phone"
    yield "no_phones.xlsx", workbook({"A": [["Name", "City"], ["Ann", "Boston"]], "B": []}), "(?i)phone"
    locked = {"EncryptedPackage": bytes(range(256)) * 20, "EncryptionInfo": b"\4\0\4\0\x40\0\0\0<encryption/>"}
    yield "password.xlsx", compound(locked), "(?i)password|encrypted"
    yield "not_a_book.xlsx", zipped({"hello.txt": "hello"}), "(?i)workbook|excel|sheet|damaged|phone"
    yield (
        "letter.docx.xlsx",
        zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
        "(?i)workbook|excel|sheet|word",
    )

    def cut_sheet(name: str, part: bytes) -> bytes:
        return part[: len(part) // 2] if name.endswith("sheet1.xml") else part

    yield "half_a_sheet.xlsx", patched(book, cut_sheet), "(?i)damaged|truncated|cut|incomplete|broken|cannot be read"
    yield (
        "bomb.xlsx",
        declared(patched(book, lambda _, part: part), "xl/worksheets/sheet1.xml"),
        "(?i)large|big|GB|bytes|limit|unpack",
    )


def archives() -> Iterator[tuple[str, bytes, str]]:
    plain = delimited(PEOPLE)
    one = zipped({"leads.csv": plain})
    packed = gzipped(plain)
    yield "locked.zip", locked(one), "(?i)password|encrypted"
    yield "bomb.zip", declared(one, "leads.csv"), "(?i)large|big|GB|bytes|limit|unpack"
    yield "two_lists.zip", zipped({"a.csv": plain, "b.csv": plain}), r"(?i)a\.csv|two|2|several|one file"
    yield "nothing.zip", zipped({}), "(?i)empty|no file|nothing"
    yield "truncated.zip", one[: len(one) // 2], "(?i)damaged|truncated|cut|incomplete|not a|broken|cannot be read"
    yield (
        "truncated.csv.gz",
        packed[: len(packed) * 2 // 3],
        "(?i)damaged|truncated|cut|incomplete|ends|broken|cannot be read",
    )
    yield "not_packed.csv.gz", b"\x1f\x8b" + plain, "(?i)damaged|gzip|gz|not a|broken|cannot be read"
    yield "wrong_sum.csv.gz", packed[:-8] + bytes(4) + packed[-4:], "(?i)damaged|checksum|crc|broken|cannot be read"
    yield "zip_in_zip.zip", zipped({"leads.zip": one}), "(?i)zip|archive"


def declared(archive: bytes, name: str) -> bytes:
    """The archive saying of a member that it unpacks to 3.9 GB."""
    changed = bytearray(archive)
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        member = opened.getinfo(name)
    central = archive.index(b"PK\x01\x02")
    while changed[central + 46 : central + 46 + len(name)] != name.encode():
        central = archive.index(b"PK\x01\x02", central + 4)
    for at in (central + 24, member.header_offset + 22):
        changed[at : at + 4] = struct.pack("<I", 3_900_000_000)
    return bytes(changed)


def locked(archive: bytes) -> bytes:
    """The archive with its first member marked as encrypted."""
    changed = bytearray(archive)
    for at in (6, archive.index(b"PK\x01\x02") + 8):
        changed[at] |= 1
    return bytes(changed)
