"""The user's own list with our verdict beside every row."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from campaigns.errors import InputRefused, ReportError
from campaigns.leads.lists import LeadList, open_list
from campaigns.leads.ours import OF_CHECK
from campaigns.reports.annotated import write_annotated, write_to_fix
from campaigns.spec import Leads

TEXT = """Name,Phone,Country,Note
Ann,(212) 555-0101,US,=1+1
Bob,212-555-01,US,+call after six
Cy,2125550101,US,-
Di,3.05782E+09,US,@home
"""
TITLED = """Leads of March,,
,,
Exported by Ann,,
Name,Phone,City
Ann,(212) 555-0101,
Bob,+44 7911 123456,
Cy,212-555-01,
Di,2125550101,
Ed,+1 800 234 5678,
Total: 5,,
"""


@pytest.fixture
def leads(tmp_path: Path) -> LeadList:
    (tmp_path / "leads.csv").write_text(TEXT)
    return open_list(tmp_path / "leads.csv", Leads())


def rows_of(path: Path) -> list[tuple[object, ...]]:
    (sheet,) = openpyxl.load_workbook(path).worksheets
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_every_row_in_its_order_with_its_cells_and_our_verdict(leads: LeadList, tmp_path: Path) -> None:
    path = write_annotated(leads, tmp_path / "out.xlsx")
    header, *rows = rows_of(path)
    assert header[:4] == ("Name", "Phone", "Country", "Note")
    assert header[4:] == tuple("dialer_country" if name == "country" else name for name in OF_CHECK)
    assert [row[:4] for row in rows] == [tuple(cells.split(",")) for cells in TEXT.splitlines()[1:]]
    assert [row[4:6] for row in rows] == [
        ("accepted", None), ("rejected", "bad_number"), ("duplicate", "duplicate_in_file"),
        ("rejected", "shortened_number"),
    ]  # fmt: skip
    assert rows[0][7] == "+12125550101"
    assert rows[2][6] == "row 2 has the same number"
    assert "Excel" in str(rows[3][-2])


def test_what_is_known_of_the_number_stands_beside_its_row_in_the_users_file(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(TITLED)
    leads = open_list(tmp_path / "leads.csv", Leads(country="US"))
    header, *rows = rows_of(write_annotated(leads, tmp_path / "out.xlsx"))
    ours = [dict(zip(header[3:], row[3:], strict=True)) for row in rows]
    assert [row[0] for row in rows] == ["Ann", "Bob", "Cy", "Di", "Ed"]
    american = "landline or mobile or fixedVoip or nonFixedVoip"
    assert [(row["country"], row["phone_type"], row["zones"]) for row in ours] == [
        ("US", american, "America/New_York"),
        ("GG", "mobile", "Europe/Guernsey, Europe/Isle_of_Man, Europe/Jersey, Europe/London"),
        (None, None, None),
        ("US", american, "America/New_York"),
        ("US", "tollFree", None),
    ]
    assert [row["source_row"] for row in ours] == [5, 6, 7, 8, 9]
    assert ours[3]["in_plain_words"] == "row 5 has the same number"
    (_, fix) = rows_of(write_to_fix(leads, tmp_path / "fix.xlsx"))
    assert (fix[0], fix[-1]) == ("Cy", 7)


def test_the_rows_to_fix_can_be_corrected_and_read_again(leads: LeadList, tmp_path: Path) -> None:
    path = write_to_fix(leads, tmp_path / "fix.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Bob", "Di"]
    sheet["B2"], sheet["B3"] = "212-555-0102", "305-782-0000"
    book.save(path)
    fixed = open_list(path, Leads())
    assert [(lead.verdict, lead.phones[0].e164) for lead in fixed] == [
        ("accepted", "+12125550102"), ("accepted", "+13057820000"),
    ]  # fmt: skip
    assert list(next(iter(fixed)).fields) == ["Name", "Country", "Note"]


def test_as_csv_and_never_over_a_file_that_is_there(leads: LeadList, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine")
    path = write_annotated(leads, tmp_path / "out.csv")
    assert path.name == "out (2).csv"
    assert (tmp_path / "out.csv").read_text() == "mine"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["verdict"] for row in rows] == ["accepted", "rejected", "duplicate", "rejected"]
    assert rows[0]["Note"] == "'=1+1"


def test_a_name_of_no_list_or_in_no_folder_is_refused(leads: LeadList, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"an \.xlsx or a \.csv"):
        write_annotated(leads, tmp_path / "out.pdf")
    with pytest.raises(ReportError, match="no folder"):
        write_annotated(leads, tmp_path / "missing" / "out.xlsx")
