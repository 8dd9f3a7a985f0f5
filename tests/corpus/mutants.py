"""Lists that were harmed: corpus files with bytes changed, cut, doubled or swapped, bare noise, and a few giants."""

from __future__ import annotations

import gzip
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from tests.corpus.make import cases
from tests.corpus.writing import gzipped, ods, patched, workbook, zipped

ENDINGS = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "xlsb", "ods", "json", "jsonl", "csv.gz", "csv.zip", "xlsx.zip")
LARGEST = 64_000
"""Only files up to this size are harmed: larger ones are mostly one long cell."""
JUNK = (
    *(b"\0", b'"', b"'", b",", b";", b"\t", b"|", b"\r", b"\n", b"\r\n", b"+", b"=", b"{", b"[", b"}", b"<", b"\x1a"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\xe2\x80\x8b", b"&#0;", b"]]>", b"\\u0000", b"\\ud800"),
    *(b"e+99", b"1e999", b"NaN", b"null", b'""""', b"9" * 400),
)


def mutants(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """``count`` harmed files with their names, the same for the same seed."""
    chance = random.Random(seed)
    whole = [(case.name, case.content) for case in cases() if len(case.content) <= LARGEST]
    for _ in range(count):
        name, content = chance.choice(whole)
        way = chance.random()
        if way < 0.04:
            ending, content = chance.choice(ENDINGS), chance.randbytes(chance.randrange(4000))
            name = f"noise.{ending}"
        elif way < 0.4 and content.startswith(b"PK"):
            content = harmed_inside(chance, content)
        elif way < 0.4 and name == "plain.csv.gz":
            content = gzipped(harmed(chance, gzip.decompress(content)))
        else:
            content = harmed(chance, content, whole)
        if chance.random() < 0.1:
            name = f"renamed.{chance.choice(ENDINGS)}"
        yield name, content


def harmed(chance: random.Random, content: bytes, whole: list[tuple[str, bytes]] | None = None) -> bytes:
    """The content after one to six harms."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        at, to = sorted(chance.randrange(len(changed) + 1) for _ in range(2))
        to = min(to, at + chance.choice((1, 8, 300)))
        way = chance.randrange(8)
        if way == 0:
            del changed[at:]
        elif way == 1:
            del changed[at:to]
        elif way == 2:
            changed[at:at] = changed[at:to] * chance.choice((1, 2, 50))
        elif way == 3:
            changed[at:to] = chance.randbytes(to - at)
        elif way == 4 and whole:
            changed[at:at] = chance.choice(whole)[1][:2000]
        else:
            changed[at:at] = chance.choice(JUNK) * chance.choice((1, 1, 1, 2, 30))
    return bytes(changed)


def harmed_inside(chance: random.Random, archive: bytes) -> bytes:
    """The archive with one of its members harmed, so that its checksums are right."""
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            chosen = chance.choice([member.filename for member in opened.infolist() if member.file_size < LARGEST])
        return patched(archive, lambda name, part: harmed(chance, part) if name == chosen else part)
    except (IndexError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        return harmed(chance, archive)


def giants() -> Iterator[tuple[str, bytes]]:
    """Files that ask for far more than their size."""
    phone = b"+14155552671"
    yield "million_columns.csv", b"Phone" + b",x" * 1_000_000 + b"\n" + phone + b"," * 1_000_000 + b"\n"
    yield "million_delimiters.csv", b"Phone,Name\n" + phone + b"," * 1_000_000 + b"\n"
    yield "long_cell.csv", b"Phone,Note\n" + phone + b"," + b"x" * 10_000_000 + b"\n"
    yield "long_phone.csv", b"Phone,Note\n" + b"5" * 10_000_000 + b",x\n" + phone + b",y\n"
    yield "long_phones.csv", b"Phone,Note\n" + b"415-555-2671/" * 500_000 + b",x\n"
    yield "open_quote.csv", b'Phone,Note\n+14155552671,"' + b"x,\n" * 4_000_000
    yield "long_line.csv", b"9" * 30_000_000
    yield "blank_lines.csv", b"Phone\n" + b"\n" * 5_000_000 + phone
    yield "zeros.csv", bytes(20_000_000)
    yield "deep.json", b"[" * 2_000_000
    yield "deep_object.json", b'{"a":' * 200_000 + b"1" + b"}" * 200_000
    yield "deep_line.jsonl", b'{"phone": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    yield "long_string.json", b'[{"phone": "' + b"5" * 10_000_000 + b'"}]'
    yield "long_number.json", b'[{"phone": ' + b"5" * 1_000_000 + b"}]"
    yield "many_keys.jsonl", b"".join(b'{"k%d": "+14155552671"}\n' % at for at in range(100_000))
    yield "zeros.csv.gz", gzipped(bytes(300_000_000))
    yield "one_line.csv.gz", gzipped(b"x" * 300_000_000)
    yield "gz_in_gz.csv.gz", gzipped(gzipped(gzipped(b"Phone\n+14155552671\n")))
    yield "many_members.zip", zipped({f"{at}.csv": "Phone\n+14155552671\n" for at in range(20_000)})
    book = workbook({"Sheet1": [["Phone", "Note"], ["+14155552671", "x" * 32_000]]})
    far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>far</v></c></row></sheetData>'
    yield "far_cell.xlsx", inside(book, b"</sheetData>", far)
    yield "far_column.xlsx", inside(book, b"</row></sheetData>", b'<c r="XFD2"><v>1</v></c></row></sheetData>')
    yield "no_such_cell.xlsx", inside(book, b'r="A2"', b'r="ZZZZ99999999999"')
    yield "long_cell.xlsx", inside(book, b"x" * 32_000, b"x" * 10_000_000)
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10 if at else b"lol") for at in range(9))
    yield "laughs.xlsx", inside(inside(book, b"<sst", b"<!DOCTYPE sst [" + laughs + b"]><sst"), b"x" * 32_000, b"&a8;")
    sheet = ods({"Sheet1": [["Phone", "Note"], ["+14155552671", "x"]]})
    empty = b'<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
    rest = b'<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated='
    tail = rest + b'"16384"/></table:table-row></table:table>'
    padded = inside(inside(sheet, b"</table:table-row>", empty), b"</table:table>", tail)
    yield "padded.ods", padded
    wide = b'<table:table-cell table:number-columns-repeated="100000000" office:value-type="string"><text:p>x</text:p>'
    yield "repeated_columns.ods", inside(sheet, b"<table:table-cell", wide + b"</table:table-cell><table:table-cell")
    tall = b'<table:table-row table:number-rows-repeated="1000000000"'
    yield "repeated_rows.ods", inside(sheet, b"<table:table-row", tall)
    yield "overlong_stream.xls", struct.pack("<8s", bytes.fromhex("d0cf11e0a1b11ae1")) + b"\xff" * 100_000


def inside(archive: bytes, old: bytes, new: bytes) -> bytes:
    """The archive with ``old`` replaced by ``new`` in every member."""
    return patched(archive, lambda _, part: part.replace(old, new))
