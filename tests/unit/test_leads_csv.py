import csv
import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.errors import ListRefused
from campaigns.leads.account import summarise
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList, open_list
from campaigns.leads.reading.csvs import Dialect, rows_of
from campaigns.leads.reading.files import read_tables
from campaigns.leads.reading.table import Table
from campaigns.spec import Leads

US = Leads(country="US")


def opened(tmp_path: Path, text: str, encoding: str = "utf-8", leads: Leads = US) -> LeadList:
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode(encoding))
    return open_list(path, leads)


def rows(lead_list: LeadList) -> list[tuple[int, str, list[str]]]:
    return [(lead.row, lead.verdict.value, [phone.e164 for phone in lead.phones]) for lead in lead_list]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "reported"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252")]
)
def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str, reported: str) -> None:
    lines = [["Prénom", "Phone", "Amount", "Note"], ["Zoë", "(202) 555-0123", "1,5", "a; b, c | d"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([*lines, ["Jürgen", "+442079460958", "2,5", ""]])
    lead_list = opened(tmp_path, text.getvalue(), encoding)
    info = lead_list.info
    assert (info.encoding, info.delimiter, info.header_row) == (reported, delimiter, 1)
    assert rows(lead_list) == [(2, "accepted", ["+12025550123"]), (3, "accepted", ["+442079460958"])]
    first = next(iter(lead_list))
    assert first.fields == {"Prénom": "Zoë", "Amount": "1,5", "Note": "a; b, c | d"}
    assert first.cells == ("Zoë", "(202) 555-0123", "1,5", "a; b, c | d")


def test_one_column_whose_cells_hold_delimiters(tmp_path: Path) -> None:
    lead_list = opened(tmp_path, "Phone\n+12025550123;+12025550124\n+12025550125;+12025550126\n")
    assert rows(lead_list) == [
        (2, "accepted", ["+12025550123", "+12025550124"]),
        (3, "accepted", ["+12025550125", "+12025550126"]),
    ]


@settings(deadline=None, max_examples=500)
@given(st.text('ab ";,\r\n', max_size=60), st.booleans(), st.booleans())
def test_rows_are_those_of_the_csv_module(text: str, spaced: bool, declared: bool) -> None:
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, skipinitialspace=spaced)
    expected, start = [], 1
    for cells in reader:
        if cells:  # it has a row without cells for a blank line
            expected.append((start, cells))
        start = reader.line_num + 1
    first = ["sep=,\n"] if declared else []
    found = rows_of("leads.csv", iter(first + lines), Dialect(",", declared, spaced))
    assert [(line - declared, cells) for line, cells in found] == expected


@pytest.mark.parametrize("first", ['sep="', "sep=", "sep=\r"])
def test_what_declares_no_delimiter_is_a_line_above_the_table(tmp_path: Path, first: str) -> None:
    assert rows(opened(tmp_path, f"{first}\nName,Phone\nAnn,202-555-0101\n"))[-1][1:] == ("accepted", ["+12025550101"])


def test_row_is_the_line_where_the_record_starts(tmp_path: Path) -> None:
    text = '\nName,Phone,Note\r\n\r\n"Ann",202-555-0101,"two\r\nlines"\r\n,,\r\n'
    text += 'Bob,202-555-0102,"x\n\ny"\nCy,202-555-0103,'
    assert [(lead.row, lead.fields["Name"]) for lead in opened(tmp_path, text)] == [(4, "Ann"), (7, "Bob"), (10, "Cy")]


def test_title_lines_above_the_header(tmp_path: Path) -> None:
    text = "Phone leads of March\nExported 2026-03-12 10:30\n\nFull Name,Phone Number,City\nAnn,202-555-0101,Boston\n"
    lead_list = opened(tmp_path, text)
    assert lead_list.info.header_row == 4
    assert rows(lead_list) == [(5, "accepted", ["+12025550101"])]


def test_no_header_at_all_loses_no_row(tmp_path: Path) -> None:
    lead_list = opened(tmp_path, "Ann,202-555-0101\nBob,202-555-0102\n")
    assert lead_list.info.header_row is None
    assert rows(lead_list) == [(1, "accepted", ["+12025550101"]), (2, "accepted", ["+12025550102"])]


def test_odd_headers_and_ragged_rows(tmp_path: Path) -> None:
    text = "Phone,Tag,,Tag\n202-555-0101,a,b,c,d\n202-555-0102\n202-555-0103,,,,,,\n"
    lead_list = opened(tmp_path, text)
    leads = list(lead_list)
    assert list(leads[0].fields.values()) == ["a", "b", "c", "d"]
    assert {len(lead.cells) for lead in leads} == {5}


def test_cells_are_kept_as_displayed(tmp_path: Path) -> None:
    lead = next(iter(opened(tmp_path, "Phone,Zip,When,Sum\n2025550101,02134,03/12/2026,=1+1\n")))
    assert lead.fields == {"Zip": "02134", "When": "03/12/2026", "Sum": "=1+1"}


def tables_of(path: Path, **leads: Any) -> list[Table]:
    return list(read_tables(path, Leads(**leads)))


def records(tmp_path: Path, content: bytes, **leads: Any) -> list[tuple[int, list[str]]]:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    (table,) = tables_of(path, **leads)
    once, again = list(table.records()), list(table.records())
    assert once == again
    return once


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_a_first_line_that_tells_the_delimiter(tmp_path: Path, first: str) -> None:
    text = f"{first}\r\na,b;c\r\n1,2;3\r\n"
    assert records(tmp_path, text.encode("utf-8-sig")) == [(2, ["a,b", "c"]), (3, ["1,2", "3"])]


def test_blanks_before_quotation_marks(tmp_path: Path) -> None:
    text = b'Name, "Phone, mobile", Note\nAnn, "202, 555", say "hi"\n'
    assert records(tmp_path, text) == [(1, ["Name", "Phone, mobile", "Note"]), (2, ["Ann", "202, 555", 'say "hi"'])]


def test_blank_lines_are_no_rows_however_they_are_blank(tmp_path: Path) -> None:
    text = 'a,b\n\n,\n , \n\u00a0,\n,x\n "",y\n'
    assert records(tmp_path, text.encode()) == [(1, ["a", "b"]), (6, ["", "x"]), (7, [' ""', "y"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    assert records(tmp_path, end.join(["a,b", "1,2", ""]).encode()) == [(1, ["a", "b"]), (2, ["1", "2"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Phone\n" + b'"' + b"x" * 10_000_000 + b'"\n', "line 2: a cell has more than 1,000,000 characters"),
        (b"Phone," * 1_000_000 + b"\n", "1,000,001 columns"),
        (b"Phone\n" + b"x" * 20_000_000, "a line has more than 16,000,000 characters"),
        (b"Phone\n1\n" + b"," * 20_000 + b"\n1" + b"," * 20_000, "line 4: 20,001 columns"),
    ],
)
def test_what_no_table_has_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ListRefused, match=said):
        records(tmp_path, content)


def test_memory_does_not_grow_with_rows(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Name,Phone\n" + "Ann,2025550101\n" * 100_000)
    (table,) = tables_of(path)
    tracemalloc.start()
    assert sum(1 for _ in table.records()) == 100_001
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_quote_never_closed_swallows_nothing(tmp_path: Path) -> None:
    text = 'Name,Phone\nAnn,202-555-0101\n"Bob,202-555-0102\nCy,202-555-0103\n'
    with pytest.raises(ListRefused, match=r"line 3.*never closed"):
        opened(tmp_path, text)


def test_it_can_be_read_twice(tmp_path: Path) -> None:
    lead_list = opened(tmp_path, "Phone\n2025550101\n2025550101\n")
    assert rows(lead_list) == rows(lead_list)


cells = st.one_of(
    st.sampled_from(["Phone", "202-555-0101", "+12025550123", "3.05782E+09", "Do Not Call", "yes", "State", "TX", ""]),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
tables = st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables, st.sampled_from([",", ";", "\t", "|"]), st.booleans(), st.sampled_from([None, "US", "DE"]))
def test_rows_always_tie(tmp_path: Path, table: list[list[str]], delimiter: str, quoted: bool, country: str) -> None:
    text = io.StringIO()
    if quoted:
        csv.writer(text, delimiter=delimiter).writerows(table)
    else:
        text.write("\n".join(delimiter.join(row) for row in table))
    seen: list[Lead] = []
    try:
        lead_list = opened(tmp_path, text.getvalue(), leads=Leads(country=country))
    except ListRefused:
        return
    total = summarise(lead_list, seen.extend)
    assert total["rows"] == len(seen)
    assert total["rows"] == sum(total[name] for name in ("accepted", "rejected", "duplicates", "excluded"))
    assert sum(total["reasons"].values()) == total["rows"] - total["accepted"]
    assert [lead.row for lead in seen] == sorted({lead.row for lead in seen})
    assert all(lead.detail for lead in seen if lead.reason)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(b"Phone\n" + content)
    try:
        lead_list = open_list(path, US)
    except ListRefused:
        return
    assert summarise(lead_list)["rows"] == len(list(lead_list))
