import pytest

from campaigns.leads.lead import Phone
from campaigns.leads.phones import Refusal, read_phones
from campaigns.leads.zones import american_state, person_zones, zone_named

EASTERN, CENTRAL, PACIFIC = "America/New_York", "America/Chicago", "America/Los_Angeles"


def zones(number: str) -> set[str]:
    phone = only(number)

    return set(phone.zones)


def only(text: str) -> Phone:
    (phone,) = answer if not isinstance(answer := read_phones(text, None), Refusal) else ()
    return phone


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+12125550123", {EASTERN}),
        ("+18085550123", {"Pacific/Honolulu"}),
        ("+18765550123", {"America/Jamaica"}),
        ("+33970123456", {"Europe/Paris"}),
        ("+442079460958", {"Europe/London"}),
    ],
)
def test_a_number_that_names_its_place(number: str, expected: set[str]) -> None:
    assert zones(number) == expected


@pytest.mark.parametrize("number", ["+18005550199", "+15005550123", "+19005550123", "+80012345678"])
def test_a_number_of_no_place_has_no_zones(number: str) -> None:
    assert zones(number) == set()


@pytest.mark.parametrize(("number", "many"), [("+447400123456", 4), ("+61412345678", 8), ("+34612345678", 2)])
def test_a_mobile_stands_for_its_whole_country(number: str, many: int) -> None:
    assert len(zones(number)) == many


@pytest.mark.parametrize(
    ("area_code", "expected"),
    [
        ("689", {EASTERN, CENTRAL}),  # the library alone says Chicago: 22:00 in Orlando
        ("448", {EASTERN, CENTRAL}),
        ("423", {EASTERN, CENTRAL}),
        ("915", {CENTRAL, "America/Denver"}),
        ("474", {"America/Regina"}),
    ],
)
def test_area_codes_on_two_clocks_give_both(area_code: str, expected: set[str]) -> None:
    assert zones(f"+1{area_code}5550123") == expected


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("america/chicago", CENTRAL),
        ("Europe/London", "Europe/London"),
        ("Eastern Time - US & Canada", EASTERN),
        ("PST", PACIFIC),
        ("", None),
        ("soon", None),
    ],
)
def test_zone_column(text: str, zone: str | None) -> None:
    assert zone_named(text) == zone


@pytest.mark.parametrize(("text", "state"), [("tx", "TX"), ("New  York", "NY"), ("ON", None), ("", None)])
def test_state_column(text: str, state: str | None) -> None:
    assert american_state(text) == state


@pytest.mark.parametrize(
    ("by_number", "named", "state", "expected", "source"),
    [
        ((), None, None, set(), ""),
        ((EASTERN,), None, None, {EASTERN}, "number"),
        ((), CENTRAL, None, {CENTRAL}, "zone column"),
        ((EASTERN, CENTRAL), CENTRAL, None, {CENTRAL}, "zone column"),
        ((EASTERN,), PACIFIC, None, {PACIFIC, EASTERN}, "zone column and number"),
        ((EASTERN,), PACIFIC, "CA", {PACIFIC, EASTERN}, "zone column and number"),
        ((PACIFIC,), None, "CA", {PACIFIC}, "number and state"),
        ((EASTERN,), None, "CA", {PACIFIC, EASTERN}, "state and number"),
        ((EASTERN,), None, "FL", {EASTERN}, "number and state"),
        ((), None, "FL", {EASTERN, CENTRAL}, "state"),
        ((EASTERN, CENTRAL), None, "AL", {EASTERN, CENTRAL}, "state and number"),
    ],
)
def test_all_candidates_are_kept(
    by_number: tuple[str, ...], named: str | None, state: str | None, expected: set[str], source: str
) -> None:
    found, why = person_zones(by_number, named, state)
    assert (set(found), why) == (expected, source)
