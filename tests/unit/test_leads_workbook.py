import re
import struct
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from campaigns.errors import ListRefused
from campaigns.leads.lists import open_list
from campaigns.leads.reading.cells import NO_VALUE, displayed
from campaigns.leads.reading.files import read_tables
from campaigns.spec import Leads
from tests.corpus.writing import ods, patched, xls, xlsb

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
    assert lead.cells == ("12025550123", "02134", "5", "2.5", "TRUE", "03/12/2026", "=1+1")
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


def test_a_cell_that_lies_about_where_the_sheet_ends(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ("Leads", 0, [["Phone", "Name"], ["202-555-0101", "Ann"]]))
    for far, said in [
        (b"XFD1048576", "spans 17,179,869,184 cells"),
        (b"A99999999999", "damaged"),
        (b"ZZZZ2", "damaged"),
        (b"CV999999", "spans"),
    ]:
        lying = patched(path.read_bytes(), lambda name, part, far=far: part.replace(b'r="B2"', b'r="%s"' % far))
        (tmp_path / "b.xlsx").write_bytes(lying)
        with pytest.raises(ListRefused, match=said):
            list(read_tables(tmp_path / "b.xlsx", US))


def rows(path: Path, content: bytes | None = None, leads: Leads = US) -> list[list[str]]:
    if content is not None:
        path.write_bytes(content)
    (table,) = read_tables(path, leads)
    once, again = [cells for _, cells in table.records()], [cells for _, cells in table.records()]
    assert once == again
    return once


SHOWN: list[tuple[Any, str, str]] = [
    (2134, "00000", "02134"),
    (21345678, "00000-0000", "02134-5678"),
    (2025550123, "(###) ###-####", "2025550123"),
    (2025550123, "[<=9999999]###-####;(###) ###-####", "2025550123"),
    (2025550123, "000-000-0000", "202-555-0123"),
    (2025550123, "#,##0.00", "2025550123"),
    (2025550123, "0.00E+00", "2025550123"),
    (12025550123, '"+"0', "+12025550123"),
    (2079460958, "00000000000", "02079460958"),
    (1234.5, "#,##0.00", "1,234.50"),
    (-1234.5, "$#,##0.00;($#,##0.00)", "($1,234.50)"),
    (2.675, "0.00", "2.68"),
    (0.125, "0.0%", "12.5%"),
    (5, "0", "5"),
    (5.25, "# ?/?", "5.25"),
    (datetime(2026, 3, 5, 15, 7), "m/d/yyyy h:mm AM/PM", "3/5/2026 3:07 PM"),
    (date(2026, 3, 5), "dd.mm.yyyy", "05.03.2026"),
    (date(2026, 3, 5), "d-mmm-yy", "5-Mar-26"),
    (date(2026, 3, 5), "[$-407]d. mmmm yyyy", "2026-03-05"),
    (time(9, 5), "hh:mm", "09:05"),
    (timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
    ("02134", "00000", "02134"),
    (True, "0.00", "TRUE"),
]


def test_dates_and_numbers_as_their_formats_show_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for column, (value, code, _) in enumerate(SHOWN):
            sheet.write(0, column, value, book.add_format({"num_format": code}))
    assert rows(path)[0] == [shown for _, _, shown in SHOWN]


@pytest.mark.parametrize(("country", "shown"), [("US", "3/12/2026"), ("DE", "2026-03-12"), (None, "2026-03-12")])
def test_short_dates_have_the_order_of_the_country_or_none(tmp_path: Path, country: str | None, shown: str) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write(0, 0, date(2026, 3, 12), book.add_format({"num_format": 14}))
    assert rows(path, leads=Leads(country=country)) == [[shown]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb'<c r="([A-Z]+\d+)" s="(\d+)"( t="\w+")?', rb'<c\3 s="\2" r="\1"'),
        (rb"<(/?)(worksheet|sheetData|row|c|v|is|t|f)\b", rb"<\1x:\2"),
    ],
)
def test_other_programs_write_the_same_in_other_ways(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Zip", "Sum"])
        sheet.write(1, 0, 2134, book.add_format({"num_format": "00000"}))
        sheet.write_formula(1, 1, "=1+1", value="#N/A")
        sheet.set_row(1, None, None, {"hidden": True})

    def rewritten(name: str, part: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return part
        return re.sub(old, new, part).replace(b"<x:worksheet xmlns=", b"<x:worksheet xmlns:x=")

    assert rows(path, patched(path.read_bytes(), rewritten)) == [["Zip", "Sum"], ["02134", "#N/A"]]
    (table,) = read_tables(path, US)
    assert [note for note in table.notes if "idden rows" in note and "1" in note]


def test_errors_and_formulas_without_a_result_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 1, ["Name", "Sum", "Zero", "Far"])
        sheet.write_formula("A2", '="+1"&B2', value="gone")
        sheet.write_formula("B2", '="Ann"', value="Ann")
        sheet.write_formula("C2", "=1/0", value="#DIV/0!")
        sheet.write_formula("D2", "=1-1", value=0)
        sheet.write_formula("E2", '=""', value="")
        sheet.write_formula("A9", '="+1"&B9', value="gone")

    def uncached(name: str, part: bytes) -> bytes:
        return (
            part.replace(b' t="str"><f>"+1"&amp;B2</f><v>gone</v>', b'><f>"+1"&amp;B2</f>')
            .replace(b' t="str"><f>"+1"&amp;B9</f><v>gone</v>', b'><f>"+1"&amp;B9</f><v></v>')
            .replace(b' fullCalcOnLoad="1"', b"")
            .replace(b'<c r="E2">', b'<c r="E2" t="str">')
        )

    assert rows(tmp_path / "b.xlsx", patched(path.read_bytes(), uncached)) == [
        ["", "Name", "Sum", "Zero", "Far"],
        [NO_VALUE, "Ann", "#DIV/0!", "0", ""],
        [NO_VALUE, "", "", "", ""],
    ]
    (table,) = read_tables(tmp_path / "b.xlsx", US)
    assert [row for row, _ in table.records()] == [1, 2, 9]
    assert [flaws.note(["", "Name", "Sum"]) for flaws in table.flaws] == [
        'Cells with an error such as #N/A: 1 (column "Sum", row 2).',
        f'Formulas without a result, read as {NO_VALUE}: 2 (column "", rows 2, 9); open and save the file in Excel.',
    ]
    # the program that wrote this says itself that its zeros are no results
    assert rows(path)[1][3] == NO_VALUE


def test_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:E1", "Leads of March")
        sheet.merge_range("A2:A3", "Company")
        sheet.merge_range("B2:C2", "Person")
        sheet.merge_range("D2:E3", "Phone")
        sheet.write_row("B3", ["First", "Last"])
        sheet.merge_range("A4:A6", "Acme")
        sheet.write_row("B4", ["Ann", "Lee", "202-555-0101", "202-555-0102"])
        sheet.write_row("B5", ["Bob", "Ray", "202-555-0103"])
    assert rows(path) == [
        ["Leads of March", "", "", "", ""],
        ["Company", "Person", "", "Phone", ""],
        ["Company", "First", "Last", "Phone", ""],
        ["Acme", "Ann", "Lee", "202-555-0101", "202-555-0102"],
        ["Acme", "Bob", "Ray", "202-555-0103", ""],
    ]


def test_hidden_rows_and_other_sheets_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Leads", "Notes", "Old"):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["Phone", "202-555-0101", "202-555-0102"])
            sheet.set_column(3, 4, None, None, {"hidden": True})
            sheet.set_row(2, None, None, {"hidden": True})
            sheet.set_row(7, None, None, {"hidden": True})
        sheet.hide()
    leads, notes = read_tables(path, US)
    assert (leads.sheet, notes.sheet) == ("Leads", "Notes")
    assert leads.notes == ('Other sheets, not read: "Notes", "Old" (hidden).', "Hidden rows, read like the others: 1.")
    assert len(list(leads.records())) == 3


TABLE = [["Name", "Phone", "Score"], ["Ann", "+12025550123", 2.5], [], ["Zoë", 12025550124, 3]]


@pytest.mark.parametrize("content", [xls("S", TABLE), xlsb("S", TABLE), ods({"S": TABLE})], ids=["xls", "xlsb", "ods"])
def test_other_workbooks(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    (table,) = read_tables(tmp_path / "a", US)
    read = [(row, cells[:3]) for row, cells in table.records()]
    assert read == [(1, TABLE[0]), (2, ["Ann", "+12025550123", "2.5"]), (4, ["Zoë", "12025550124", "3"])]
    assert list(table.records()) == list(table.records())
    with pytest.raises(ListRefused, match='there is no sheet "T"; there are: S'):
        list(read_tables(tmp_path / "a", Leads(sheet="T")))


def test_damage_that_ends_the_library_is_refused_in_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    far = xls("S", TABLE).replace(
        struct.pack("<3H", 3, 1, 0) + struct.pack("<d", 12025550124),
        struct.pack("<3H", 65535, 65535, 0) + struct.pack("<d", 12025550124),
    )
    lost = patched(
        xlsb("S", TABLE), lambda name, part: part.replace("rId1".encode("utf-16-le"), "rId7".encode("utf-16-le"))
    )
    for content in (far, lost):
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(ListRefused) as caught:
            list(read_tables(tmp_path / "a", US))
        assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


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
