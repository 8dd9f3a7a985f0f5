from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from campaigns.leads.places.american import american_state, city_zones, clock, state_zones, zip_place
from campaigns.rules.zones import zone
from campaigns.shipped import table

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
ARIZONA, ALASKA, HAWAII = "America/Phoenix", "America/Anchorage", "Pacific/Honolulu"


@pytest.mark.parametrize(
    ("code", "state", "zones"),
    [
        ("10001", "NY", {EASTERN}),
        ("90210", "CA", {PACIFIC}),
        ("86503", "AZ", {MOUNTAIN}),  # Chinle: the Navajo Nation has summer time
        ("86039", "AZ", {ARIZONA, MOUNTAIN}),  # Kykotsmovi: Hopi, an island of Arizona's time amid it
        ("85001", "AZ", {ARIZONA}),
        ("86001", "AZ", {ARIZONA}),  # Flagstaff
        ("84536", "UT", {MOUNTAIN}),  # Monument Valley
        ("87420", "NM", {MOUNTAIN}),  # Shiprock
        ("89883", "NV", {PACIFIC, MOUNTAIN}),  # West Wendover
        ("89835", "NV", {PACIFIC}),  # Wells, an hour's drive away
        ("97914", "OR", {MOUNTAIN}),  # Ontario, Malheur County
        ("97801", "OR", {PACIFIC}),
        ("36867", "AL", {CENTRAL, EASTERN}),  # Phenix City: Central by law, Eastern in life
        ("36801", "AL", {CENTRAL}),
        ("31901", "GA", {EASTERN}),  # Columbus, across the river
        ("40202", "KY", {EASTERN}),  # Louisville
        ("42101", "KY", {CENTRAL}),  # Bowling Green
        ("37402", "TN", {EASTERN}),  # Chattanooga
        ("37201", "TN", {CENTRAL}),  # Nashville
        ("46204", "IN", {EASTERN}),  # Indianapolis
        ("46402", "IN", {CENTRAL}),  # Gary
        ("47708", "IN", {CENTRAL}),  # Evansville
        ("32501", "FL", {CENTRAL}),  # Pensacola
        ("32301", "FL", {EASTERN}),  # Tallahassee
        ("32801", "FL", {EASTERN}),  # Orlando
        ("79901", "TX", {MOUNTAIN}),  # El Paso
        ("88540", "TX", {MOUNTAIN}),
        ("79701", "TX", {CENTRAL}),
        ("67735", "KS", {MOUNTAIN, CENTRAL}),  # Goodland, whose neighbours keep Central
        ("69101", "NE", {CENTRAL}),  # North Platte
        ("69361", "NE", {MOUNTAIN}),  # Scottsbluff
        ("58601", "ND", {MOUNTAIN}),  # Dickinson
        ("57701", "SD", {MOUNTAIN}),  # Rapid City
        ("57104", "SD", {CENTRAL}),  # Sioux Falls
        ("57532", "SD", {CENTRAL, MOUNTAIN}),  # Fort Pierre: across the river, but with the capital
        ("58535", "ND", {CENTRAL, MOUNTAIN}),  # Flasher: its county changed its clock in 2003
        ("49938", "MI", {CENTRAL}),  # Ironwood
        ("48201", "MI", {EASTERN}),
        ("83501", "ID", {PACIFIC}),  # Lewiston
        ("83702", "ID", {MOUNTAIN}),  # Boise
        ("99501", "AK", {ALASKA}),
        ("99546", "AK", {"America/Adak"}),
        ("96813", "HI", {HAWAII}),
        ("00901", "PR", {"America/Puerto_Rico"}),
        ("00801", "VI", {"America/St_Thomas"}),
        ("96910", "GU", {"Pacific/Guam"}),
        ("96799", "AS", {"Pacific/Pago_Pago"}),
        ("96950", "MP", {"Pacific/Saipan"}),
        ("96960", None, {"Pacific/Majuro"}),  # American post, another state
        ("06390", "NY", {EASTERN}),  # among Connecticut's
        ("83414", "WY", {MOUNTAIN}),  # among Idaho's
    ],
)
def test_where_a_zip_is(code: str, state: str | None, zones: set[str]) -> None:
    place = zip_place(code)
    assert (place.state, set(place.zones)) == (state, zones)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("2134", "MA"),
        ("501", "NY"),
        ("901", "PR"),
        ("2134.0", "MA"),
        ("'02134", "MA"),
        ("02134-1234", "MA"),
        ("021341234", "MA"),
        ("02134 1234", "MA"),
        ("2134-1234", "MA"),
        ("21341234", "MA"),
    ],
)
def test_a_zip_however_written(text: str, state: str) -> None:
    assert zip_place(text).state == state


@pytest.mark.parametrize(
    "text",
    [
        *("09012", "34001", "96201", "9012"),  # military: AE, AA, AP
        *(
            "00000",
            "99999x",
            "12",
            "123456",
            "1234567890",
            "K1A 0B1",
            "M5V2T6",
            "SW1A 1AA",
            "123-45-6789",
            "９０２１０",
            "",
        ),
    ],
)
def test_what_is_no_zip_is_nowhere(text: str) -> None:
    assert zip_place(text) == ((), None)


def test_a_zip_not_in_use_has_every_clock_of_its_neighbours() -> None:
    assert set(zip_place("47599").zones) == {EASTERN, CENTRAL}
    assert zip_place("10999") == ((EASTERN,), "NY")


@pytest.mark.parametrize(
    ("city", "state", "zones"),
    [
        ("El Paso", "TX", {MOUNTAIN}),
        ("el  paso", "TX", {MOUNTAIN}),
        ("Dallas", "TX", {CENTRAL}),
        ("Saint Augustine", "FL", {EASTERN}),
        ("St. Augustine", "FL", {EASTERN}),
        ("Ft. Wayne", "IN", {EASTERN}),
        ("Pensacola", "FL", {CENTRAL}),
        ("Knoxville", "TN", {EASTERN}),
        ("West Wendover", "NV", {PACIFIC, MOUNTAIN}),
        ("Phenix City", "AL", {CENTRAL, EASTERN}),
        ("Boston", "MA", set()),  # the state says it already
        ("Nowhere Springs", "TX", set()),
        ("El Paso", None, set()),
        ("", "TX", set()),
    ],
)
def test_cities_of_states_with_two_clocks(city: str, state: str | None, zones: set[str]) -> None:
    assert set(city_zones(city, state)) == zones


@pytest.mark.parametrize(
    ("text", "state"),
    [
        *(("tx", "TX"), ("New  York", "NY"), ("Tex.", "TX"), ("US-TX", "TX"), ("N.Y.", "NY"), ("D.C.", "DC")),
        *(("Washington DC", "DC"), ("Washington, D.C.", "DC"), ("Washington", "WA"), ("W. Va.", "WV"), ("Calif", "CA")),
        *(("Puerto Rico", "PR"), ("U.S. Virgin Islands", "VI"), ("ON", None), ("AE", None), ("FM", None), ("", None)),
    ],
)
def test_state_column(text: str, state: str | None) -> None:
    assert american_state(text) == state


def test_every_zip_keeps_its_states_time_but_for_some_of_alabama() -> None:
    strange = set()
    for line in table("leads/data/us_zips.csv"):
        if line["state"] and not set(line["zones"].split()) <= set(state_zones(line["state"])):
            strange.add((line["state"], line["zones"], line["zips"][:3]))
    assert strange == {
        ("AL", f"{CENTRAL} {EASTERN}", "368"),
        ("GU", "Pacific/Guam Pacific/Saipan", "969"),
        ("HI", f"{HAWAII} Pacific/Pago_Pago", "967"),
    }


def test_the_tables_name_every_state_and_only_zones_that_exist() -> None:
    states = {line["state"] for line in table("leads/data/us_states.csv")}
    assert {line["state"] for line in table("leads/data/us_zips.csv")} == states | {""}
    for name in ("us_states.csv", "us_zips.csv", "us_cities.csv", "split_area_codes.csv"):
        assert {zone for line in table(f"leads/data/{name}") for zone in line["zones"].split()} <= available_timezones()
    assert {line["zone"] for line in table("leads/data/zone_names.csv")} <= available_timezones()


def test_zones_of_one_clock_show_one_time() -> None:
    start = datetime(2026, 12, 1, tzinfo=UTC)
    instants = [start + timedelta(days=days) for days in range(0, 3650, 9)]
    offsets: dict[str, set[tuple[timedelta | None, ...]]] = {}
    for name in available_timezones() - {"Factory"}:
        known = zone(name)
        assert known
        offsets.setdefault(clock(name), set()).add(tuple(instant.astimezone(known).utcoffset() for instant in instants))
    assert {rule for rule, shown in offsets.items() if len(shown) > 1} == set()
    assert clock("America/Detroit") == clock("US/Eastern") != clock("America/Panama")
