"""What is no lead list is refused in one line that says what it is."""

import os
import zipfile
from pathlib import Path

import pytest

from campaigns.errors import ListRefused
from campaigns.leads import files
from campaigns.leads.lists import open_list
from campaigns.spec import Leads

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(path: Path, **leads: str) -> str:
    with pytest.raises(ListRefused) as caught:
        open_list(path, Leads(**{"country": "US", **leads}))  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \r\n\r\n", "empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n,,\r\n", "empty"),
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"%PDF-1.7\nfoo", "a PDF"),
        ("a.csv", b"%PDF-1.7\nfoo", "a PDF"),
        ("a.xlsx", b"Phone\n+12025550123\n", "no Excel workbook"),
        ("a.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("a.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", OLE + bytes(600), ".xls"),
        ("a.xls", b"<html><table>", "web page"),
        ("a.jsonl", b'{"phone": "+12025550123"}', "not supported yet"),
        ("a.csv", "\ufeffPhone\n".encode("utf-16-le"), "UTF-16"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0", "neither text"),
        ("a.csv", b"Phone\n" + b"1" * 70_000 + b"\0\n", "NUL"),
        ("a.csv", "Phone,データ\n+12025550123,ー\n".encode("shift-jis"), "neither UTF-8 nor Windows-1252"),
        ("a.csv", b"Name,Email\nAnn,a@example.com\n", "no column holds phone numbers"),
    ],
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


@pytest.mark.parametrize(
    ("member", "said"),
    [("readme.txt", "without a workbook"), ("content.xml", "OpenDocument"), ("xl/workbook.bin", ".xlsb")],
)
def test_other_archives(tmp_path: Path, member: str, said: str) -> None:
    path = tmp_path / "leads.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    assert said in refused(path)


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
