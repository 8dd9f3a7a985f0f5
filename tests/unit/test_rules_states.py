"""Which states bind a call: the column's and the area code's, drawn from the library and never from memory."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from campaigns.area_codes import states_of_area_code
from campaigns.rules.states import states_of


@pytest.mark.parametrize(
    ("number", "region", "state", "states"),
    [
        ("+12125550100", "US", None, ("NY",)),
        ("+12125550100", "US", "NY", ("NY",)),
        ("+12125550100", "US", "FL", ("FL", "NY")),
        ("+12025550100", "US", None, ("DC",)),
        ("+12065550100", "US", None, ("WA",)),
        ("+17875550100", "PR", None, ("PR",)),
        ("+16715550100", "GU", "FL", ("FL", "GU")),
        ("+18005550100", "US", None, ()),
        ("+18005550100", "US", "TX", ("TX",)),
        ("+14165550100", "CA", None, ()),
        ("+442071838750", "GB", "NY", ("NY",)),
        ("+442122121212", "GB", None, ()),
        ("", "US", None, ()),
    ],
)
def test_the_column_and_the_area_code_both_count(
    number: str, region: str, state: str | None, states: tuple[str, ...]
) -> None:
    assert states_of(number, region, state) == states


def test_the_table_is_what_the_librarys_geocoding_data_says() -> None:
    """Drawn again, so that a new release of ``phonenumbers`` shows what changed."""
    from phonenumbers.geodata import GEOCODE_DATA

    text = resources.files("campaigns.leads").joinpath("data/us_states.csv").read_text(encoding="utf-8")
    names = {line["name"]: line["state"] for line in csv.DictReader(text.splitlines())}
    names |= {"Washington State": "WA", "Washington D.C.": "DC"}
    drawn: dict[str, set[str]] = {}
    for prefix, descriptions in GEOCODE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            place = descriptions.get("en", "")
            after_comma = place.rpartition(", ")[2]
            state = names.get(place) or (after_comma if after_comma in names.values() else None)
            if state:
                drawn.setdefault(prefix[1:4], set()).add(state)
    assert len(drawn) > 350
    assert {code: states_of_area_code(code) for code in drawn} == {c: tuple(sorted(s)) for c, s in drawn.items()}
    table = resources.files("campaigns").joinpath("data/area_codes.csv").read_text(encoding="utf-8")
    assert {line["area_code"] for line in csv.DictReader(table.splitlines())} == set(drawn)
