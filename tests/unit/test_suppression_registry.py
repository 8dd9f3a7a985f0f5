"""A registry's delivery, in every shape seen, becomes a compact file that answers as a set would."""

from __future__ import annotations

import gzip
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from campaigns.errors import InputRefused, RegistryMissing
from campaigns.suppression import registry, sorting
from campaigns.suppression.importing import import_registry
from campaigns.suppression.registry import Registry, write_registry
from campaigns.suppression.shelf import Shelf
from campaigns.suppression.sorting import Sorter, changed

A, B, C = 12125550101, 12125550102, 19995550103


def numbers_of(path: Path, region: str = "US", base: Registry | None = None) -> list[int]:
    shelf = Shelf(path.parent / "shelf")
    done = import_registry(path, region, shelf, base)
    found = shelf.take("test", done.sha256)
    assert found is not None
    numbers = [int(number) for block in found.blocks() for number in block]
    assert len(numbers) == done.numbers == found.count
    return numbers


TEXTS = {
    "ten digits": "2125550101\n2125550102\n9995550103\n",
    "area code apart": "212,5550101\r\n212,5550102\r\n999,5550103\r\n",
    "area code apart, quoted": '"212","5550101"\n"212","5550102"\n"999","5550103"',
    "eleven digits": "12125550101\n+12125550102\n+1 (999) 555-0103\n",
    "punctuation, blank lines": "(212) 555-0101\n\n212.555.0102\n  999-555-0103  \n",
    "header": "Phone Number\n2125550101\n2125550102\n9995550103\n",
    "byte order mark": "\ufeff2125550101\n2125550102\n9995550103\n",
    "not in order, twice": "9995550103\n2125550102\n2125550101\n2125550102\n",
    "more fields": "2125550101,2026-11-01,A\n2025-01-31;212;5550102;A\n9995550103|A|20261101\n",
    "tabs": "number\tdate\n2125550101\t01/02/2026\n2125550102\t01/02/2026\n9995550103\t01/02/2026\n",
    "xml, attributes": "<?xml version='1.0'?><list><ac val='212'><ph val='5550101'/><ph val='5550102'/></ac>"
    "<ac val='999'><ph val='5550103'/></ac></list>",
    "xml, text": "<dnc>\n<n>2125550101</n><n>2125550102</n>\n<row><area>999</area><local>5550103</local></row></dnc>",
}


PACKED = [
    pytest.param(text, pack, id=f"{pack}-{name}")
    for name, text in TEXTS.items()
    for pack in ("plain", "gz", "zip", "utf16")
    if pack != "utf16" or not text.startswith("<")  # an XML document says its own encoding
]


@pytest.mark.parametrize(("text", "pack"), PACKED)
def test_every_shape_of_text(tmp_path: Path, text: str, pack: str) -> None:
    path = tmp_path / "list.txt"
    if pack == "gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif pack == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("national/list.txt", text)
    else:
        path.write_text(text, "utf-16" if pack == "utf16" else "utf-8")
    assert numbers_of(path) == [A, B, C]


def test_a_zip_of_one_file_for_each_area_code(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("212.txt", "2125550101\n2125550102")
        archive.writestr("__MACOSX/._212.txt", "\0")
        archive.writestr("999.txt", "9995550103\n")
    assert numbers_of(tmp_path / "all.zip") == [A, B, C]


def test_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Area", "Number"], [212, 5550101], ["212", "5550102"], ["+1 999 555 0103"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    assert numbers_of(tmp_path / "list.xlsx") == [A, B, C]


def test_another_countrys_registry(tmp_path: Path) -> None:
    (tmp_path / "tps.txt").write_text("020 7946 0000\n+44 20 7946 0001\n07911123456,2026-01-01\nnonsense 1234567\n")
    assert numbers_of(tmp_path / "tps.txt", "GB") == [442079460000, 442079460001, 447911123456]


def test_a_change_list_puts_in_and_takes_out(tmp_path: Path) -> None:
    (tmp_path / "full.txt").write_text("2125550101\n2125550102\n")
    shelf = Shelf(tmp_path / "shelf")
    base = Registry(shelf.path(import_registry(tmp_path / "full.txt", "US", shelf).sha256))
    (tmp_path / "change.txt").write_text(
        "2125550101,2026-11-20,D\n999,5550103,2026-11-20,A\n2125550102,D\n212,5550102,A\n"
    )
    assert numbers_of(tmp_path / "change.txt", base=base) == [B, C]


def test_digits_that_are_no_number_in_their_order_are_not_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("5550101,212\n5550102,212\n" * 5 + "2125550101\n")
    done = import_registry(tmp_path / "list.txt", "US", Shelf(tmp_path / "shelf"))
    assert (done.numbers, done.bad) == (1, 10)


@pytest.mark.parametrize(
    "text",
    ["", "nothing here\n", "555-0101\n", "\0\1\2", "<a><b>2125550101</a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"],
)
def test_what_is_no_registry_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.txt").write_text(text)
    with pytest.raises(InputRefused) as refused:
        numbers_of(tmp_path / "list.txt")
    assert "\n" not in str(refused.value)
    assert [path.name for path in (tmp_path / "shelf").iterdir()] == []


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.one_of(st.integers(0, 50), st.integers(12_000_000_000, 12_000_003_000), st.integers(0, 10**15 - 1))),
    st.lists(st.integers(0, 10**15 - 1)),
)
def test_it_answers_as_a_set_would(
    tmp_path_factory: pytest.TempPathFactory, members: set[int], others: list[int]
) -> None:
    path = tmp_path_factory.mktemp("set") / "file"
    some = np.array(sorted(members), np.int64)
    if not len(some):
        return
    write_registry(path, np.array_split(some, 3))
    found = Registry(path)
    near = [number + step for number in members for step in (-1, 0, 1)]
    asked = sorted({*near, *others, *members} - {-1})
    assert [number in found for number in asked] == [number in members for number in asked]
    assert found.among(np.array(asked, np.int64)).tolist() == [number in members for number in asked]


def test_look_ups_over_many_pages(tmp_path: Path) -> None:
    rnd = random.Random(1)
    members = {rnd.randrange(12_000_000_000, 20_000_000_000) for _ in range(5 * registry.PAGE)}
    write_registry(tmp_path / "file", [np.array(sorted(members), np.int64)])
    found = Registry(tmp_path / "file")
    assert all(number in found for number in members)
    assert not any(number + 1 in found for number in members if number + 1 not in members)


def test_more_than_memory_is_sorted_by_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "RUN", 100)
    monkeypatch.setattr(sorting, "BLOCK", 64)
    rnd, sorter, every = random.Random(2), Sorter(tmp_path), set[int]()
    for _ in range(40):
        some = [rnd.randrange(2000) for _ in range(37)]
        every |= set(some)
        sorter.add(np.array(some, np.int64))
    blocks = list(sorter.blocks())
    assert len(blocks) > 5
    assert np.concatenate(blocks).tolist() == sorted(every)
    gone = np.array(sorted(every)[::2], np.int64)
    left = np.concatenate(list(changed(iter(blocks), np.array([1, 5000]), gone)))
    assert left.tolist() == sorted(set(sorted(every)[1::2]) | {1, 5000})


def test_the_same_numbers_give_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("2125550101\n9995550103\n")
    (tmp_path / "two.csv").write_text("999,5550103\n212,5550101\n")
    shelf = Shelf(tmp_path / "shelf")
    assert import_registry(tmp_path / "one.txt", "US", shelf).sha256 == (
        import_registry(tmp_path / "two.csv", "US", shelf).sha256
    )


def test_a_file_that_is_missing_or_not_the_very_one_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("2125550101\n")
    sha256 = import_registry(tmp_path / "list.txt", "US", Shelf(tmp_path)).sha256
    path = Shelf(tmp_path).path(sha256)
    with pytest.raises(RegistryMissing, match="DIALER_REGISTRIES"):
        Shelf(None).take("us", sha256)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(RegistryMissing, match=r'"us".* is damaged; remove it'):
        Shelf(tmp_path).take("us", sha256)
    path.unlink()
    with pytest.raises(RegistryMissing, match=r'"us".* is not here, so nobody may be called; copy it'):
        Shelf(tmp_path).take("us", sha256)
    assert Shelf(tmp_path, may_lack=True).take("us", sha256) is None
