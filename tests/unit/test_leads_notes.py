"""What a list's notes say of a workbook: cells to look at, and what was not read as Excel shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from campaigns.leads.lists import LeadList, open_list
from campaigns.leads.reading.cells import NO_VALUE
from campaigns.spec import Leads
from tests.corpus.writing import ods, patched, workbook, xls, xlsb

US = Leads(country="US")
PEOPLE = [["Name", "Phone", "Sum"], *([f"Lead {at}", f"202-555-01{at:02}", at] for at in range(9))]


def opened(tmp_path: Path, content: bytes) -> LeadList:
    path = tmp_path / "leads.xlsx"
    path.write_bytes(content)
    return open_list(path, US)


def test_cells_with_an_error_and_formulas_without_a_result_are_named_by_column_and_row(tmp_path: Path) -> None:
    def paint(_: Any, made: dict[str, Any]) -> None:
        sheet = made["Sheet1"]
        for row in (2, 4, 5, 9):
            sheet.write_formula(f"C{row}", "=1/0", value="#DIV/0!")
        sheet.write_formula("A4", '=VLOOKUP("Ann",X1:Y9,2)', value="#N/A")
        sheet.write_formula("A7", '="A"&B7', value="gone")

    def uncached(_: str, part: bytes) -> bytes:
        return part.replace(b' t="str"><f>"A"&amp;B7</f><v>gone</v>', b'><f>"A"&amp;B7</f>')

    content = patched(workbook({"Sheet1": PEOPLE}, paint), uncached)
    assert opened(tmp_path, content).info.notes == (
        'Cells with an error such as #N/A: 5 (column "Sum", rows 2, 4, 5, …; column "Name", row 4).',
        f'Formulas without a result, read as {NO_VALUE}: 1 (column "Name", row 7); open and save the file in Excel.',
    )


def test_of_many_columns_with_errors_the_first_are_named(tmp_path: Path) -> None:
    def paint(_: Any, made: dict[str, Any]) -> None:
        for column, letter in enumerate("CDEFG"):
            made["Sheet1"].write(f"{letter}1", "verdict" if column == 4 else f"Sum {column}")
            made["Sheet1"].write_formula(f"{letter}3", "=1/0", value="#DIV/0!")

    (note,) = opened(tmp_path, workbook({"Sheet1": PEOPLE}, paint)).info.notes
    assert note.endswith(': 5 (column "Sum 0", row 3; column "Sum 1", row 3; column "Sum 2", row 3; … (2 more)).')


def test_a_column_of_ours_has_no_header_any_more_and_is_named_by_its_letter(tmp_path: Path) -> None:
    ours = ["verdict", "reason", "in_plain_words", "phone_e164", "country", "phone_type", "zones", "suggestion"]

    def paint(_: Any, made: dict[str, Any]) -> None:
        made["Sheet1"].write_formula("D2", "=1/0", value="#DIV/0!")

    (note,) = opened(tmp_path, workbook({"Sheet1": [[*PEOPLE[0], *ours], *PEOPLE[1:]]}, paint)).info.notes
    assert note == "Cells with an error such as #N/A: 1 (column D, row 2)."


def test_more_number_formats_than_are_kept_are_told_of_and_take_no_errors_place(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Phone", "Code", "Sum"])
        for row in range(1, 301):
            sheet.write(row, 0, f"202-555-{row:04}")
            sheet.write(row, 1, 5, book.add_format({"num_format": f'0"-{row}"'}))
        sheet.write_formula(1, 2, "=1/0", value="#DIV/0!")
    lead_list = open_list(path, US)
    codes = [lead.cells[1] for lead in lead_list]
    assert (codes[0], codes[-1]) == ("5-1", "5")
    left_out = codes.count("5")
    assert lead_list.info.notes[0] == (
        f"The workbook has more than {300 - left_out} number formats: cells with one of the other {left_out} are read"
        " without it."
    )
    assert next(iter(lead_list)).cells[2] == "#DIV/0!"


def merged(areas: int) -> bytes:
    def paint(_: Any, made: dict[str, Any]) -> None:
        made["Sheet1"].merge_range("A2:A3", "Acme")
        for row in range(10, 10 + 2 * areas - 2, 2):
            made["Sheet1"].merge_range(row, 4, row + 1, 4, "")

    return workbook({"Sheet1": [["Company", "Phone"], ["", "202-555-0101"], ["", "202-555-0102"]]}, paint)


def test_more_merged_areas_than_are_filled_in_are_told_of(tmp_path: Path) -> None:
    few = opened(tmp_path, merged(10_000))
    assert ([lead.cells[0] for lead in few], few.info.notes) == (["Acme", "Acme"], ())
    many = opened(tmp_path, merged(10_001))
    assert [lead.cells[0] for lead in many] == ["Acme", ""]
    assert many.info.notes == (
        "Merged cells are not filled in, there being more than 10,000 of them: only the first cell of each has its"
        " text.",
    )


@pytest.mark.parametrize(
    "content", [xls("S", PEOPLE), xlsb("S", PEOPLE), ods({"S": PEOPLE})], ids=["xls", "xlsb", "ods"]
)
def test_an_older_format_says_what_is_not_seen_in_it(tmp_path: Path, content: bytes) -> None:
    (note,) = opened(tmp_path, content).info.notes
    for unseen in ("number formats", "hidden rows", "errors", "formulas without a result", "as .xlsx"):
        assert unseen in note
