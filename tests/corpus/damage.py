# ruff: noqa: E501
"""What spreadsheet programs and people do to lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from tests.corpus.case import Case, Line, bad, numbered, ok, out
from tests.corpus.numbers import column
from tests.corpus.writing import delimited, ods, patched, table, workbook

US, GB, DE, IT = {"country": "US"}, {"country": "GB"}, {"country": "DE"}, {"country": "IT"}
BOOK: dict[str, Any] = {"encoding": None, "delimiter": None, "sheet": "Sheet1"}
NONE = "bad_number|no_number"


def cases() -> Iterator[Case]:
    yield from digits()
    yield from looks()
    yield from formulas()
    yield from heads()
    yield from merged()
    yield from sheets()
    yield from feet()


def digits() -> Iterator[Case]:
    yield column(
        "floats.csv",
        {
            "4155552671.0": ok("+14155552671"),
            "14155552672.0": ok("+14155552672"),
            "4155552673.00": ok("+14155552673"),
            "4155552674.": ok("+14155552674"),
        },
        US,
    )
    yield column(
        "floats_de.csv",
        {"4930123456.0": ok("+4930123456"), "30901820.0": ok("+4930901820"), "493090182100,0": ok("+493090182100")},
        DE,
    )
    yield column(
        "scientific.csv",
        {
            "1.4155552671E+10": ok("+14155552671"),
            "4.155552672E+09": ok("+14155552672"),
            "4.155552673e9": ok("+14155552673"),
            "1,4155552674E+10": ok("+14155552674"),
            "4.42079460958E+11": bad("bad_number"),
            "1.2E+10": bad("shortened_number", says="Text"),
            "3.05782E+09": bad("shortened_number", says=r"(?i)305.?782[\s\S]*Text|Text[\s\S]*305.?782"),
            "1.41556E+10": bad("shortened_number", says="Text"),
        },
        US,
    )
    yield column(
        "scientific_gb.csv",
        {
            "4.42079460958E+11": ok("+442079460958"),
            "4.42079E+11": bad("shortened_number", says="Text"),
            "7.400123456E+09": ok("+447400123456"),
            "7.40012E+09": bad("shortened_number"),
        },
        GB,
    )
    yield column("hashes.csv", {"########": bad(NONE), "4155552671": ok("+14155552671"), "#######": bad(NONE)}, US)
    yield column(
        "lost_zeros_it.csv",
        {"06 1234 5678": ok("+390612345678"), "612345679": ok("+390612345679"), "3123456789": ok("+393123456789")},
        IT,
    )
    yield column("lost_zeros_gb.csv", {"7400123456": ok("+447400123456"), "2079460958": ok("+442079460958")}, GB)
    zips = table("""
Name | Phone | Zip
Ann | 800-356-9377 | 2134
Bob | 800-692-7753 | 02134-1001
Cy | 888-555-0123 | 501
Dee | 877-555-0123 | 90210.0
""")
    ny, la = ("America/New_York",), ("America/Los_Angeles",)
    rows = numbered(
        ok("+18003569377", clocks=ny),
        ok("+18006927753", clocks=ny),
        ok("+18885550123", clocks=ny),
        ok("+18775550123", clocks=la),
    )
    yield Case("lost_zeros_zip.csv", delimited(zips), rows, US, columns={"Zip": "postal_code"})


def looks() -> Iterator[Case]:
    """Cells as Excel shows them."""

    def paint(book: Any, made: dict[str, Any]) -> None:
        sheet = made["Sheet1"]
        shown = [
            (14155552671, "0"), (2134, "00000"), (date(2026, 3, 12), "mm/dd/yyyy"), (datetime(2026, 3, 12, 14, 30), "yyyy-mm-dd hh:mm"),
            (0.15, "0%"), (1234.5, "$#,##0.00"), (time(14, 30), "h:mm AM/PM"), (5, "General"), (1.5, "General"), (True, "General"),
        ]  # fmt: skip
        for at, (value, look) in enumerate(shown, 1):
            write = sheet.write_datetime if isinstance(value, (date, time)) else sheet.write
            write(1, at, value, book.add_format({"num_format": look}))
        sheet.write(2, 1, 2127365000, book.add_format({"num_format": "[<=9999999]###-####;(###) ###-####"}))
        sheet.write_datetime(2, 3, date(2026, 12, 3), book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_datetime(2, 4, datetime(2026, 3, 12), book.add_format({"num_format": "d-mmm-yy"}))
        sheet.write(2, 5, 0.125, book.add_format({"num_format": "0.0%"}))

    head = ["Name", "Phone", "Zip", "Appointment", "Sent", "Share", "Amount", "Time", "Count", "Score", "Member"]
    book = workbook({"Sheet1": [head, ["Ann"], ["Bob", None, 10001]]}, paint)
    rows = numbered(
        ok("+14155552671", clocks=("America/New_York", "America/Los_Angeles"), fields={
            "Zip": "02134", "Appointment": "03/12/2026", "Sent": "2026-03-12 14:30", "Share": "15%", "Amount": "$1,234.50",
            "Time": "2:30 PM", "Count": "5", "Score": "1.5", "Member": "TRUE",
        }),
        ok("+12127365000", fields={"Zip": "10001", "Appointment": "03.12.2026", "Sent": "12-Mar-26", "Share": "12.5%", "Amount": ""}),
    )  # fmt: skip
    yield Case("as_displayed.xlsx", book, rows, US, **BOOK)
    plain: list[list[Any]] = [
        ["Name", "Phone", "Age"],
        ["Ann", 14155552671, 41],
        ["Bob", 2127365000.0, 41.5],
        ["Cy", 442079460958, None],
        ["Dee", "'+13057820000", 0],
    ]
    rows = numbered(
        ok("+14155552671", fields={"Age": "41"}),
        ok("+12127365000", fields={"Age": "41.5"}),
        bad(),
        ok("+13057820000", fields={"Age": "0"}),
    )
    yield Case("numbers.xlsx", workbook({"Sheet1": plain}), rows, US, **BOOK)
    british: list[list[Any]] = [["Name", "Phone"], ["Ann", 442079460958], ["Bob", 7400123456], ["Cy", "07400 123457"]]
    rows = numbered(ok("+442079460958"), ok("+447400123456"), ok("+447400123457"))
    yield Case("numbers_gb.xlsx", workbook({"Sheet1": british}), rows, GB, **BOOK)
    flags: list[list[Any]] = [
        ["Phone", "Do Not Call"],
        [4155552671, True],
        [2127365000, False],
        [3057820000, 0],
        [2025550123, 1],
        [7862345678, None],
    ]
    rows = numbered(out(), ok("+12127365000"), ok("+13057820000"), out(), ok("+17862345678"))
    yield Case("opt_out_booleans.xlsx", workbook({"Sheet1": flags}), rows, US, **BOOK)


def formulas() -> Iterator[Case]:
    def paint(book: Any, made: dict[str, Any]) -> None:
        sheet = made["Sheet1"]
        sheet.write_formula(1, 1, '="+1"&"4155552671"', value="+14155552671")
        sheet.write_formula(2, 1, '="+1"&C3', value="uncached")
        sheet.write_formula(3, 1, "=NA()", value="#N/A")
        sheet.write_formula(4, 1, "=1/0", value="#DIV/0!")
        sheet.write_formula(5, 1, "=4155552600+72", value=4155552672)
        sheet.write_formula(6, 2, "=NA()", value="#N/A")

    def strip(name: str, part: bytes) -> bytes:
        return (
            re.sub(rb' t="str"><f>([^<]*)</f><v>uncached</v>', rb"><f>\1</f>", part)
            if name.endswith("sheet1.xml")
            else part
        )

    rows: list[list[Any]] = [
        ["Name", "Phone", "Local"],
        ["Ann"],
        ["Bob", None, "2127365000"],
        ["Cy"],
        ["Dee"],
        ["Ed"],
        ["Fay", "+13057820000"],
    ]
    expected = numbered(
        ok("+14155552671"),
        bad(NONE, says="(?i)formula"),
        bad(NONE, says="#N/A|(?i:error)"),
        bad(NONE, says="#DIV/0!|(?i:error)"),
        ok("+14155552672"),
        ok("+13057820000", fields={"Name": "Fay"}),
    )
    content = patched(workbook({"Sheet1": rows}, paint), strip)
    yield Case("formulas.xlsx", content, expected, US, **BOOK)


def heads() -> Iterator[Case]:
    people: list[list[Any]] = [
        ["Ann", "+14155552671", "Boston"],
        ["Bob", "+12127365000", "Oslo"],
        ["Cy", "+442079460958", "London"],
    ]
    answers = (ok("+14155552671"), ok("+12127365000"), ok("+442079460958"))
    named = [["Name", "Phone Number", "City"], *people]
    top = b"Phone leads of March\r\nExported 2026-03-12 10:30\r\n\r\n"
    full = tuple(line._replace(fields={"City": person[2]}) for line, person in zip(answers, people, strict=True))
    yield Case("title_lines.csv", top + delimited(named), numbered(*full, first=5), header_row=4)
    titles: list[list[Any]] = [
        ["Phone leads of March", "", ""],
        ["Call +1 800 356 9377 with questions", "", ""],
        ["", "", ""],
    ]
    yield Case("title_rows.csv", delimited([*titles, *named]), numbered(*full, first=5), header_row=4)
    titled = workbook({"Sheet1": [["Phone leads of March"], ["Exported", 46093.4], [], *named]})
    yield Case("title_rows.xlsx", titled, numbered(*full, first=5), header_row=4, **BOOK)
    lower = workbook({"Sheet1": [[], [], [None, *named[0]], *([None, *person] for person in people)]})
    yield Case("table_in_the_middle.xlsx", lower, numbered(*full, first=4), header_row=3, **BOOK)
    for name, content, facts in (
        ("no_header.csv", delimited(people), {}),
        ("no_header.xlsx", workbook({"Sheet1": people}), BOOK),
    ):
        values = tuple(
            line._replace(values=(person[0], person[2])) for line, person in zip(answers, people, strict=True)
        )
        yield Case(name, content, numbered(*values, first=1), header_row=None, **facts)
    national = [["Ann", "415-555-2671", "12"], ["Bob", "212-736-5000", "7"], ["Cy", "", "9"]]
    yield Case(
        "no_header_national.csv",
        delimited(national),
        numbered(ok("+14155552671"), ok("+12127365000"), bad("no_number"), first=1),
        US,
        None,
    )
    odd = [["Wer", "Wohin", "Was"], *people]
    yield Case(
        "unknown_headers.csv", delimited(odd), numbered(*answers), columns={"Wohin": "phone", "Wer": None, "Was": None}
    )
    double = [
        ["Note", "Phone", "Note", "Note", ""],
        ["first", "+14155552671", "second", "third", "fourth"],
        ["a", "+12127365000", "b", "c", ""],
    ]
    rows = numbered(
        ok("+14155552671", fields={"Note": "first"}, values=("first", "second", "third", "fourth")),
        ok("+12127365000", values=("a", "b", "c")),
    )
    yield Case("duplicate_headers.csv", delimited(double), rows)
    phones = [
        ["Phone", "Name", "Phone", "phone"],
        ["+14155552671", "Ann", "+12127365000", ""],
        ["", "Bob", "", "+13057820000"],
    ]
    yield Case(
        "duplicate_phone_headers.csv",
        delimited(phones),
        numbered(ok("+14155552671", "+12127365000"), ok("+13057820000")),
    )
    messy = [["\ufeff  FULL_NAME ", "Phone\u00a0Number:", "E-Mail"], ["Ann", "+14155552671", "ann@example.com"]]
    columns = {"Phone\u00a0Number:": "phone", "E-Mail": "email"}
    yield Case(
        "messy_headers.csv", delimited(messy), numbered(ok("+14155552671")), encoding="utf-8-sig", columns=columns
    )
    repeated = delimited(named) + delimited(named[:1]) + delimited([["Dee", "+13057820000", "Miami"]])
    rows = (*numbered(*answers), bad(NONE)._replace(row=5), ok("+13057820000")._replace(row=6))
    yield Case("header_again_in_the_middle.csv", repeated, rows)


def merged() -> Iterator[Case]:
    def groups(book: Any, made: dict[str, Any]) -> None:
        look = book.add_format({"bold": True})
        made["Sheet1"].merge_range("A1:D1", "Leads of March", look)
        made["Sheet1"].merge_range("A2:B2", "Person", look)
        made["Sheet1"].merge_range("C2:D2", "Reach", look)

    rows: list[list[Any]] = [
        [],
        [],
        ["First Name", "Last Name", "Mobile", "Email"],
        ["Ann", "Lee", "+14155552671", ""],
        ["Bob", "Ray", "+12127365000", ""],
    ]
    answers = numbered(ok("+14155552671", fields={"First Name": "Ann"}), ok("+12127365000"), first=4)
    yield Case("merged_groups.xlsx", workbook({"Sheet1": rows}, groups), answers, header_row=3, **BOOK)

    def wide(book: Any, made: dict[str, Any]) -> None:
        made["Sheet1"].merge_range("B1:C1", "Phone", book.add_format())

    rows = [
        ["Name", None, None, "City"],
        ["Ann", "+14155552671", "+12127365000", "Boston"],
        ["Bob", "", "+13057820000", ""],
    ]
    answers = numbered(ok("+14155552671", "+12127365000", fields={"City": "Boston"}), ok("+13057820000"))
    yield Case("merged_header.xlsx", workbook({"Sheet1": rows}, wide), answers, **BOOK)

    def tall(book: Any, made: dict[str, Any]) -> None:
        made["Sheet1"].merge_range("A1:A2", "Name", book.add_format())
        made["Sheet1"].merge_range("B1:C1", "Phones", book.add_format())

    rows = [[], [None, "Home", "Mobile"], ["Ann", "+14155552671", "+12127365000"], ["Bob", "", "+13057820000"]]
    answers = numbered(ok("+12127365000", "+14155552671", values=("Ann",)), ok("+13057820000"), first=3)
    yield Case("merged_tall_header.xlsx", workbook({"Sheet1": rows}, tall), answers, header_row=2, **BOOK)


def sheets() -> Iterator[Case]:
    people: list[list[Any]] = [
        ["Name", "Phone"],
        ["Ann", "+14155552671"],
        ["Bob", "+12127365000"],
        ["Cy", "+13057820000"],
        ["Dee", "+442079460958"],
    ]
    rows = numbered(ok("+14155552671"), ok("+12127365000"), ok("+13057820000"), ok("+442079460958"))

    def hidden_rows(book: Any, made: dict[str, Any]) -> None:
        made["Sheet1"].set_row(2, None, None, {"hidden": True})
        made["Sheet1"].set_row(3, None, None, {"hidden": True})

    yield Case(
        "hidden_rows.xlsx",
        workbook({"Sheet1": people}, hidden_rows),
        rows,
        notes=(r"(?i)\b(2|two)\b.*hidden|hidden.*\b(2|two)\b",),
        **BOOK,
    )
    other = [["Name", "Phone"], ["Old", "+19175550123"]]
    words = [["How to use this workbook"], ["1. Fill in the second sheet"], ["2. Send it back"]]
    summary: list[list[Any]] = [["Month", "Leads", "Cost"], ["January", 120, 33.5], ["February", 99, 12]]

    def hide(book: Any, made: dict[str, Any]) -> None:
        made["Sheet1"].activate()
        made["Sheet1"].set_first_sheet()
        made["Archive"].hide()

    several = {"Archive": other, "Sheet1": people}
    yield Case("hidden_sheet.xlsx", workbook(several, hide), rows, notes=("Archive",), **BOOK)
    second = workbook({"Read me": words, "Summary": summary, "Sheet1": people, "More": other})
    yield Case("third_sheet.xlsx", second, rows, notes=("Read me|Summary", "More"), **BOOK)
    told = {"sheet": "More"}
    yield Case("told_sheet.xlsx", second, numbered(ok("+19175550123")), told, **BOOK | {"sheet": "More"})
    told = {"sheet": "Archive"}
    yield Case(
        "told_hidden_sheet.xlsx",
        workbook(several, hide),
        numbered(ok("+19175550123")),
        told,
        **BOOK | {"sheet": "Archive"},
    )
    yield Case("third_sheet.ods", ods({"Read me": words, "Summary": summary, "Sheet1": people}), rows, **BOOK)
    gaps = [*people[:2], [], [None, None], *people[2:]]
    rows = tuple(line._replace(row=row) for line, row in zip(rows, (2, 5, 6, 7), strict=True))
    yield Case("gaps.xlsx", workbook({"Sheet1": gaps}), rows, **BOOK)


def feet() -> Iterator[Case]:
    people: list[list[Any]] = [
        ["Name", "Phone", "Amount"],
        ["Ann", "+14155552671", "10"],
        ["Bob", "", "20"],
        ["Cy", "+12127365000", "30"],
    ]
    answers: tuple[Line, ...] = numbered(ok("+14155552671"), bad("no_number"), ok("+12127365000"))
    foot = [["Total", "", "60"], ["Confidential: do not distribute", "", ""]]
    yield Case("footer.csv", delimited([*people, [], *foot]), answers, notes=(r"\b(2|two)\b",))
    yield Case("footer.xlsx", workbook({"Sheet1": [*people, [], *foot]}), answers, notes=(r"\b(2|two)\b",), **BOOK)
