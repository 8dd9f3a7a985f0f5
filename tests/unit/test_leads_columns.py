"""Which row is the header, what the cells say, and the mapping that can be written down and read again."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from campaigns.errors import ListRefused
from campaigns.leads.headings.layout import Layout, lay_out, mapping_of
from campaigns.leads.ours import OF_CHECK, OF_REPORT, own_names
from tests.lead_exports import EXPORTS

NUMBERS = [f"(212) 555-01{n:02}" for n in range(20)]


def read(*rows: list[str], mapped: dict[str, str] | None = None, country: str | None = "US") -> Layout:
    head = [(line, row) for line, row in enumerate(rows, start=1)]
    return lay_out(head, max(map(len, rows)), mapped or {}, country)


def phones(layout: Layout) -> list[str]:
    return [layout.columns[at].header for at in layout.phones]


def fields(layout: Layout) -> dict[str, str | None]:
    return {column.header: column.field for column in layout.columns}


def table(**columns: list[str]) -> list[list[str]]:
    return [list(columns), *map(list, zip(*columns.values(), strict=True))]


def shape(layout: Layout) -> tuple[Any, ...]:
    columns = [(column.header, column.field, column.samples) for column in layout.columns]
    return layout.header_row, columns, layout.phones, layout.places


@pytest.mark.parametrize("export", EXPORTS)
def test_a_mapping_given_back_yields_the_same_layout(export: str) -> None:
    row = EXPORTS[export][0]
    layout = read(list(row), list(row.values()))
    mapping = mapping_of(layout)
    assert set(mapping) == set(row)
    again = read(list(row), list(row.values()), mapped=mapping)
    assert shape(again) == shape(layout)
    assert {column.why for column in again.columns} == {"campaign file"}


HEADERS = st.sampled_from([
    "Phone", "phone", "Phone (2)", "Mobile", "Name", "Nombre", "Nom", "Country Code", "Country", "ID", "#", "", " ",
    "DNC", "Question 1", "Response 1", "Number", "City", "Mailing City", "Wer", "電話", "User Email", "Invitee Email",
])  # fmt: skip
CELLS = st.sampled_from(
    [*NUMBERS[:4], "+442079460958", "1", "US", "Ann Lee", "a@example.com", "", "yes", "What is your phone?"]
)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.integers(1, 6), st.integers(0, 7), st.booleans())
def test_every_mapping_comes_back_the_same(data: st.DataObject, width: int, rows: int, headed: bool) -> None:
    def row(cells: st.SearchStrategy[str]) -> list[str]:
        return data.draw(st.lists(cells, min_size=width, max_size=width))

    table = [*([row(HEADERS)] if headed else []), *(row(CELLS) for _ in range(rows + 1))]
    layout = read(*table)
    assume(any("555" in cell for at in layout.phones for cell in layout.columns[at].samples))
    assert shape(read(*table, mapped=mapping_of(layout))) == shape(layout)
    assert len({column.header for column in layout.columns}) == len(layout.columns) == width


@pytest.mark.parametrize(
    "rows",
    [
        [["Phone", "phone", "Phone 2", "PHONE"], [*NUMBERS[:4]], [*NUMBERS[4:8]]],
        [["#", "%", "Phone", ""], ["1", "2", NUMBERS[0], "x"]],
        [["Ann Lee", NUMBERS[0], "a@example.com", "7"], ["Bob Ray", NUMBERS[1], "b@example.com", "8"]],
        [["Name", "Name", "Phone"], ["Ann", "Lee", NUMBERS[0]]],
    ],
)
def test_odd_headers_survive_the_round_trip(rows: list[list[str]]) -> None:
    layout = read(*rows)
    assert len(fields(layout)) == len(rows[0])
    assert layout.phones
    assert shape(read(*rows, mapped=mapping_of(layout))) == shape(layout)


def test_the_campaign_files_order_of_keys_is_the_order_of_calling() -> None:
    rows = [["Home Phone", "Mobile", "Kontakt"], NUMBERS[:3]]
    leads = tomllib.loads('[leads.map]\nKontakt = "phone"\n"home phone" = "phone"\n')["leads"]
    layout = read(*rows, mapped=leads["map"])
    assert phones(layout) == ["Kontakt", "Home Phone"]
    assert fields(layout)["Mobile"] is None


def test_why_and_samples() -> None:
    rows = table(
        Phone=["", *NUMBERS[:4]], Country_Code=["1"] * 5, Zip=["02134", "02134", "", "10001", "90001"],
        Plan=["a", "b", "c", "d", "e"], Stop=["no"] * 5,
    )  # fmt: skip
    layout = read(*rows, mapped={"Stop": "do_not_call"})
    assert [(column.field, column.why, column.samples) for column in layout.columns] == [
        ("phone", "header", tuple(NUMBERS[:3])),
        ("phone_prefix", "header and content", ("1",)),
        ("postal_code", "header", ("02134", "10001", "90001")),
        (None, "custom field", ("a", "b", "c")),
        ("do_not_call", "campaign file", ("no",)),
    ]


def test_phones_in_the_order_of_calling() -> None:
    headers = ["Company Phone", "Other Phone", "Home Phone", "Work Phone", "Phone", "Direct Phone", "Mobile", "Cell 2"]
    assert phones(read(headers, NUMBERS[:8])) == [
        "Mobile", "Cell 2", "Direct Phone", "Phone", "Work Phone", "Home Phone", "Other Phone", "Company Phone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "codes", "field"),
    [
        ("Country Code", ["1", "44", ""], "phone_prefix"),
        ("Country Code", ["US", "GB", "DE"], "country"),
        ("Country", ["+1", "0044", "49"], "phone_prefix"),
        ("Country", ["Germany", "France", "Atlantis"], "country"),
        ("Country", ["Narnia", "Atlantis", ""], "country"),
        ("phone_code", ["1.0", "44.0", "49.0"], "phone_prefix"),
        ("Phone code", ["215", "310", "404"], None),
        ("Dial code", ["US", "GB", "DE"], "country"),
        ("Country code", ["77100", "77200", "77300"], None),
        ("País", ["España", "Portugal", ""], "country"),
    ],
)
def test_dial_codes_and_countries_are_told_apart_by_the_cells(header: str, codes: list[str], field: str | None) -> None:
    layout = read(["Phone", header], *map(list, zip(NUMBERS, codes, strict=False)))
    assert layout.columns[1].field == field


@pytest.mark.parametrize(("said", "field"), [("id-{}", "external_id"), ("HOUSE-1", None)])
def test_an_id_that_repeats_is_nobodys(said: str, field: str | None) -> None:
    rows = [[said.format(n), NUMBERS[n]] for n in range(6)]
    assert fields(read(["Account Number", "Phone"], *rows))["Account Number"] == field


def test_the_plainest_header_of_a_field_goes_first() -> None:
    layout = read(["Phone", "Mailing City", "Billing City", "City"], [NUMBERS[0], "A", "B", "C"])
    assert layout.places["city"] == (3, 1, 2)


ADVERSARIES = {
    "ids before the phones": (
        {"Account Number": NUMBERS, "Order number": NUMBERS, "Mobile app installed": ["yes"] * 20, "Tel": NUMBERS},
        ["Tel"],
    ),
    "a phone model is no phone": (
        {"Phone": ["iPhone", "Pixel", "Galaxy", "iPhone", "None"] * 4, "Mobile number": NUMBERS}, ["Mobile number"],
    ),
    "yes and no below Mobile": ({"Mobile": ["yes", "no"] * 10, "Telephone": NUMBERS}, ["Telephone"]),
    "only garbage below Phone": ({"Phone": ["12", "x"] * 10, "Member": NUMBERS}, ["Phone"]),
    "nothing below Phone": ({"Phone": [""] * 20, "Member": NUMBERS}, ["Phone"]),
    "a vague header above phones": ({"Best phone to call": ["x"] * 20, "Phone to ring": NUMBERS}, ["Phone to ring"]),
    "a phone word beside a bare one": ({"Number": NUMBERS, "Phone to ring": NUMBERS}, ["Phone to ring"]),
    "a vague header above counts": ({"Number": list("12345" * 4), "Reach": NUMBERS}, ["Reach"]),
    "a bare Number above short numbers": ({"Number": [f"{n:08}" for n in range(20)]}, []),
    "the shop's own number on every row": ({"Store phone line": [NUMBERS[0]] * 20, "Ask": ["x"] * 20}, []),
    "somebody else's phone": ({"Emergency phone": NUMBERS, "Assistant phone": NUMBERS, "Name": ["Ann"] * 20}, []),
    "coordinates": ({"Where": [f"52.5200{n:02}" for n in range(20)]}, []),
    "dates": ({"When": [f"2026-01-{n:02}" for n in range(1, 21)], "Day": [f"202601{n:02}" for n in range(1, 21)]}, []),
    "times with offsets": ({"When": [f"2026-08-07T10:{n:02}:00+0000" for n in range(20)]}, []),
    "phones below a word nobody knows": ({"Wer": ["Ann"] * 20, "Wohin": NUMBERS}, ["Wohin"]),
    "the better of two": ({"A": ["2125550101", "12", "2125550103", "2125550104"] * 5, "B": NUMBERS}, ["B"]),
    "a question about a phone": (
        {"Question 1": ["Phone number?"] * 20, "Response 1": NUMBERS, "Response 2": NUMBERS, "Mobile": NUMBERS},
        ["Mobile", "Response 1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ADVERSARIES)
@pytest.mark.parametrize("country", ["US", "DE"])
def test_a_wrong_column_is_never_called(case: str, country: str) -> None:
    columns, expected = ADVERSARIES[case]
    rows = [[cell if cell not in NUMBERS else "+1 " + cell for cell in row] for row in table(**columns)]
    assert phones(read(*rows, country=country)) == expected


def test_numbers_of_no_known_country_are_a_phones_all_the_same() -> None:
    layout = read(["number", "name"], ["2125550101", "Ann"], ["4155550101", "Bob"], country=None)
    assert phones(layout) == ["number"]


def test_cells_are_read_with_their_own_rows_country() -> None:
    rows = [["Reach", "Land"], ["020 7946 0958", "UK"], ["01 42 68 53 00", "France"], ["030 901820", "Deutschland"]]
    assert phones(read(*rows)) == ["Reach"]


@pytest.mark.parametrize(
    ("rows", "header_row", "headers"),
    [
        ([["Leads of March"], ["Exported", "2026-11-20 10:00"], ["Name", "Tel"], ["Ann", NUMBERS[0]]], 3, "Name,Tel"),
        ([["20261120"], ["Name", "Phone", "Zip"], ["Ann", NUMBERS[0], ""]], 2, "Name,Phone,Zip"),
        ([["Call 1-800-555-0100"], ["Name", "Phone", "Zip"], ["Ann", NUMBERS[0], "1"]], 2, "Name,Phone,Zip"),
        ([["Name", "Phone", "Zip"], ["", NUMBERS[0], ""], ["Ann", NUMBERS[1], "1"]], 1, "Name,Phone,Zip"),
        ([["Person", "", "Reach", ""], ["First", "Last", "Mobile", "Email"], ["A", "B", NUMBERS[0], ""]], 2,
         "First,Last,Mobile,Email"),
        ([["Name", "Phones", "", "City"], ["", "Home", "Mobile", ""], ["A", NUMBERS[0], NUMBERS[1], "B"]], 2,
         "Name,Phones Home,Mobile,City"),
        ([["Name", "Phone", "", "", "City"], ["A", NUMBERS[0], NUMBERS[1], "x", "B"]], 1,
         "Name,Phone,Phone (2),column 4,City"),
        ([["Name", "", "Phone"], ["A", "B", NUMBERS[0]]], 1, "Name,Name (2),Phone"),
        ([["", "Phone", ""], ["0", NUMBERS[0], ""]], 1, "column 1,Phone,column 3"),
        ([["Phone", "PHONE ", "Phone (2)"], NUMBERS[:3]], 1, "Phone,PHONE  (2),Phone (2) (2)"),
        ([["Who", "Reach"], ["Ann", NUMBERS[0]]], 1, "Who,Reach"),
        ([["Ann Lee", NUMBERS[0], "12"], ["Bob Ray", NUMBERS[1], "13"]], None, "name,phone,column 3"),
        ([["Ann Lee", "n/a", "12"], ["Bob Ray", NUMBERS[1], "13"]], None, "name,phone,column 3"),
        ([["Ann Lee", "", "NY"], ["Bob Ray", NUMBERS[1], "LA"]], None, "name,phone,column 3"),
        ([["a@example.com", NUMBERS[0], NUMBERS[1]], ["b@example.com", NUMBERS[2], NUMBERS[3]]], None,
         "email,phone,phone (2)"),
        ([["New York, NY", "Acme Inc", NUMBERS[0]], ["Reno, NV", "Beta Ltd", NUMBERS[1]]], None,
         "column 1,column 2,phone"),
        ([[NUMBERS[0]], [NUMBERS[1]]], None, "phone"),
    ],
)  # fmt: skip
def test_the_header_and_its_names(rows: list[list[str]], header_row: int | None, headers: str) -> None:
    layout = read(*rows)
    assert layout.header_row == header_row
    assert [column.header for column in layout.columns] == headers.split(",")
    assert layout.phones


def test_a_list_without_header_says_so() -> None:
    layout = read(["Ann Lee", NUMBERS[0], "a@example.com"], ["Bob Ray", NUMBERS[1], "b@example.com"])
    assert [(column.field, column.why) for column in layout.columns] == [
        ("full_name", "content"), ("phone", "content"), ("email", "content"),
    ]  # fmt: skip


def test_columns_that_we_added_are_left_off() -> None:
    headers = ["Name", "Phone", "State"]
    for names in (OF_REPORT, OF_CHECK):
        added = own_names(names, headers)
        layout = read([*headers, *added], ["Ann", NUMBERS[0], "NY", *[NUMBERS[1]] * len(added)])
        assert [column.header for column in layout.columns] == headers


def test_a_mapping_that_does_not_fit() -> None:
    rows = [["Phone"], [NUMBERS[0]]]
    with pytest.raises(ListRefused, match='no column "Fon"; it has: Phone'):
        read(*rows, mapped={"Fon": "phone"})
    with pytest.raises(ListRefused, match='"fone" is no field; there are: full_name, '):
        read(*rows, mapped={"Phone": "fone"})
    with pytest.raises(ListRefused, match='"country_code" is no field'):
        read(*rows, mapped={"Phone": "country_code"})


def test_nothing_at_all() -> None:
    assert lay_out([], 0, {}, "US") == Layout(None, (), (), {})
    assert lay_out([(1, [])], 3, {}, None).phones == ()
