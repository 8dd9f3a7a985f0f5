"""What is no lead list is refused in one line that says what it is."""

import gzip
import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from campaigns.errors import ListRefused
from campaigns.leads.lists import open_list
from campaigns.leads.reading import archives, files
from campaigns.leads.reading.archives import spooled_stdin
from campaigns.leads.reading.files import read_tables
from campaigns.spec import Leads
from tests.corpus.writing import workbook, xls, xlsb

BOF = bytes.fromhex("0908100000060500") + bytes(12)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(path: Path, **leads: str) -> str:
    with pytest.raises(ListRefused) as caught:
        open_list(path, Leads(**{"country": "US", **leads}))  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message
    return message


def words(value: object) -> str | None:
    """A test's name holds no bytes: a packed file holds the time it was packed."""
    return "" if isinstance(value, bytes | dict) else None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \r\n\r\n", "empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n,,\r\n", "empty"),
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"%PDF-1.7\nfoo", "a PDF"),
        ("a.csv", b"%PDF-1.7\nfoo", "a PDF"),
        ("a.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("a.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", OLE + bytes(600) + BOF + b"\x2f\x00", "password"),
        ("a.doc", OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "no workbook"),
        ("a.xls", OLE + bytes(600) + "Workbook".encode("utf-16-le"), "cannot be read"),
        ("a.xls", b"<html><table>", "web page"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "neither text"),
        ("a.csv", b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        ("a.gz", b"\x1f\x8bgarbage", "archive"),
        ("a.gz", gzip.compress(b"Phone\n+12025550123\n")[:-9], "breaks off"),
        ("a.gz", gzip.compress(b"Phone\n+12025550123\n") + b"trailing", "cannot be unpacked"),
        ("a.gz", gzip.compress(gzip.compress(b"Phone\n")), "archive in an archive"),
        ("a.csv", b"Phone\n" + b"1" * 70_000 + b"\0\n", "NUL"),
        ("a.csv", b"Name,Email\nAnn,a@example.com\n", "no column holds phone numbers"),
    ],
    ids=words,
)
def test_refused_by_content(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    message = refused(path)
    assert said in message
    assert str(path) in message


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "leads.csv")
    assert "not a file" in refused(tmp_path)
    assert "cannot be read" in refused(tmp_path / ("x" * 300))


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    path.write_bytes(b"Phone\n")
    os.truncate(path, 2_000_000_000)
    assert "2,000 MB" in refused(path)


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"word/document.xml": b"x"}, "a Word document"),
        ({"content.xml": b"x"}, "cannot be read"),
        ({"xl/workbook.bin": b"x"}, "cannot be read"),
        ({"a.csv": b"Phone", "b.csv": b"Phone"}, r"2 files (a.csv, b.csv)"),
        ({".DS_Store": b"x"}, "no file"),
        ({"a.csv.gz": gzip.compress(b"Phone")}, "archive in an archive"),
        ({"a.pdf": b"%PDF-1.7"}, "a PDF"),
        ({"content.xml": b"x", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}, "password"),
    ],
    ids=words,
)
def test_other_archives(tmp_path: Path, members: dict[str, bytes], said: str) -> None:
    path = tmp_path / "leads.zip"
    path.write_bytes(packed(members))
    assert said in refused(path)


def test_a_zip_that_wants_a_password(tmp_path: Path) -> None:
    content = bytearray(packed({"a.csv": b"Phone\n+12025550123\n"}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + at] |= 1
    path = tmp_path / "leads.zip"
    path.write_bytes(content)
    assert "password" in refused(path)


WORKBOOK = workbook({"Leads": [["Name", "Phone"], ["Ann", "+12025550123"]]})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leads.csv.gz", gzip.compress(b"Name,Phone\nAnn,+12025550123\n")),
        ("leads.zip", packed({"x/leads.csv": b"Name,Phone\nAnn,+12025550123\n", "__MACOSX/x/._leads.csv": b"\0"})),
        ("leads.json.gz", gzip.compress(b'[{"Name": "Ann", "Phone": "+12025550123"}]')),
        ("leads.zip", packed({"leads.xlsx": WORKBOOK})),
        ("leads.xlsx.gz", gzip.compress(WORKBOOK)),
        ("leads.xls", WORKBOOK),
        ("leads.xlsx", b"Name,Phone\nAnn,+12025550123\n"),
        ("leads.txt", xls("Leads", [["Name", "Phone"], ["Ann", "+12025550123"]])),
        ("leads.zip", packed({"leads.xlsb": xlsb("Leads", [["Name", "Phone"], ["Ann", "+12025550123"]])})),
    ],
    ids=words,
)
def test_what_it_is_shows_in_its_bytes_packed_or_not(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (table,) = read_tables(path, Leads())
    assert [cells for _, cells in table.records()] == [["Name", "Phone"], ["Ann", "+12025550123"]]


def test_unpacked_content_is_there_as_long_as_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    path = tmp_path / "leads.csv.gz"
    path.write_bytes(gzip.compress(b"Phone\n+12025550123\n"))
    (table,) = read_tables(path, Leads())
    assert len(list(table.records())) == len(list(table.records())) == 2
    assert len(list(spool.iterdir())) == 1
    del table
    assert list(spool.iterdir()) == []
    path.write_bytes(gzip.compress(b"Phone\n+12025550123\n")[:-5])
    assert "breaks off" in refused(path)
    assert list(spool.iterdir()) == []


def test_standard_input_is_a_file_while_it_is_used() -> None:
    with spooled_stdin(io.BytesIO(b"Phone\n+12025550123\n")) as path:
        assert [lead.row for lead in open_list(path, Leads())] == [2]
        assert path.name == "standard-input"
    assert not path.exists()


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: packed({"a.csv": content})])
def test_a_packed_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Any) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1_000_000)
    path = tmp_path / "bomb"
    path.write_bytes(pack(b"Phone\n" + b"0" * 2_000_000))
    assert path.stat().st_size < 10_000
    assert "too large" in refused(path)
    with pytest.raises(ListRefused, match="standard input: too large"), spooled_stdin(io.BytesIO(bytes(2_000_000))):
        pass


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED", 1_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 2_000_000)
    assert path.stat().st_size < 10_000
    assert "unpacks to" in refused(path)


def test_a_workbook_that_only_looks_like_one(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not really")
    assert "cannot be read" in refused(path)


def test_unknown_country(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Phone\n+12025550123\n")
    assert '"XX"' in refused(path, country="XX")
