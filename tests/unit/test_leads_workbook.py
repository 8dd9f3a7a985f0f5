from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from campaigns.errors import ListRefused
from campaigns.leads.cells import displayed
from campaigns.leads.lists import open_list
from campaigns.spec import Leads

US = Leads(country="US")
Sheet = tuple[str, int, list[list[Any]]]


def workbook(path: Path, *sheets: Sheet, hidden: str = "") -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "default_date_format": "mm/dd/yyyy"}) as book:
        for name, top, lines in sheets:
            sheet = book.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            else:
                sheet.activate()  # a sheet that is active cannot be hidden
            for row, line in enumerate(lines, start=top):
                sheet.write_row(row, 0, line)
    return path


def test_numbers_dates_and_text_as_displayed(tmp_path: Path) -> None:
    line = [12025550123, "02134", 5, 2.5, True, date(2026, 3, 12), "=1+1"]
    header = ["Phone", "Zip", "Seats", "Price", "Member", "Since", "Note"]
    lead_list = open_list(workbook(tmp_path / "a.xlsx", ("Leads", 0, [header, line])), US)
    (lead,) = lead_list
    assert [phone.e164 for phone in lead.phones] == ["+12025550123"]
    assert lead.cells == ("12025550123", "02134", "5", "2.5", "TRUE", "2026-03-12", "=1+1")
    info = lead_list.info
    assert (info.sheet, info.header_row, info.encoding, info.delimiter) == ("Leads", 1, None, None)


def test_a_german_number_stored_as_a_float(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ("Leads", 0, [["Telefon"], [4930123456.0]]))
    (lead,) = open_list(path, Leads(country="DE"))
    assert lead.phones[0].e164 != "+49301234560"


def test_rows_are_numbered_as_excel_numbers_them(tmp_path: Path) -> None:
    lines = [["Leads of March"], [], ["Name", "Phone"], ["Ann", "202-555-0101"], [], ["Bob", "202-555-0102"]]
    lead_list = open_list(workbook(tmp_path / "a.xlsx", ("Leads", 2, lines)), US)
    assert lead_list.info.header_row == 5
    assert [(lead.row, lead.fields["Name"]) for lead in lead_list] == [(6, "Ann"), (8, "Bob")]


def test_the_first_visible_sheet_with_phones(tmp_path: Path) -> None:
    phones = [["Phone"], ["202-555-0101"]]
    prices: Sheet = ("Prices", 0, [["Item", "Price"], ["Chair", 3]])
    path = workbook(tmp_path / "a.xlsx", ("Old", 0, phones), ("Empty", 0, []), prices, ("New", 0, phones), hidden="Old")
    assert open_list(path, US).info.sheet == "New"
    assert open_list(path, Leads(country="US", sheet="Old")).info.sheet == "Old"
    with pytest.raises(ListRefused, match="Old, Empty, Prices, New"):
        open_list(path, Leads(sheet="Nowhere"))
    with pytest.raises(ListRefused, match="no column holds phone numbers"):
        open_list(path, Leads(country="US", sheet="Prices"))
    with pytest.raises(ListRefused, match="empty"):
        open_list(path, Leads(country="US", sheet="Empty"))


def test_a_stray_cell_in_the_last_corner_does_not_end_the_process(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Phone", "202-555-0101"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(ListRefused, match="delete its far rows and columns"):
        open_list(path, US)


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ("Leads", 0, [["Phone"], ["202-555-0101"]])).rename(tmp_path / "a.csv")
    assert open_list(path, US).info.sheet == "Leads"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12025550123.0, "12025550123"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (1e16, "1e+16"),
        (False, "FALSE"),
        (datetime(2026, 3, 12, 9, 30), "2026-03-12 09:30:00"),
        (time(9, 30), "09:30:00"),
    ],
)
def test_displayed(value: Any, text: str) -> None:
    assert displayed(value) == text
