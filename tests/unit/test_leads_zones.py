import phonenumbers
import pytest

from campaigns.leads.places.zones import person_zones, zone_named, zones_of_number

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
ALASKA = {"America/Anchorage", "America/Adak", "Pacific/Honolulu"}
CLOCKS = {"ET": EASTERN, "CT": CENTRAL, "MT": MOUNTAIN, "PT": PACIFIC, "AZ": "America/Phoenix"}


def zones(number: str) -> set[str]:
    parsed = phonenumbers.parse(number)
    return set(zones_of_number(parsed, phonenumbers.number_type(parsed)))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+12125550123", {EASTERN}),
        ("+18085550123", {"Pacific/Honolulu"}),
        ("+18765550123", {"America/Jamaica"}),
        ("+17875550123", {"America/Puerto_Rico"}),
        ("+13405550123", {"America/St_Thomas"}),
        ("+16715550123", {"Pacific/Guam"}),
        ("+16705550123", {"Pacific/Saipan"}),
        ("+16846335123", {"Pacific/Pago_Pago"}),
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
    ("area_codes", "clocks"),
    [
        ("219 270 364 423 448 574 606 689 765 812 850 865 906 930 931", "ET CT"),
        ("308 402 531 605 620 701 785 915", "CT MT"),
        ("208 458 541 775 986", "MT PT"),
        ("928", "AZ MT"),
    ],
)
def test_area_codes_on_two_clocks_give_both_whatever_the_exchange(area_codes: str, clocks: str) -> None:
    expected = {CLOCKS[clock] for clock in clocks.split()}
    for area_code in area_codes.split():
        assert zones(f"+1{area_code}5550123") == expected
        assert zones(f"+1{area_code}2340123") == expected


def test_alaska_has_three_clocks_and_saskatchewan_its_own() -> None:
    assert zones("+19075550123") == ALASKA
    assert zones("+14745550123") == {"America/Regina"}


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("america/chicago", CENTRAL),
        ("America/New York", EASTERN),
        ("AMERICA_NEW_YORK", EASTERN),
        ("america_slash_new_york", EASTERN),
        ("us_slash_eastern", "US/Eastern"),
        ("Europe/London", "Europe/London"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("America/Port-au-Prince", "America/Port-au-Prince"),
        ("Eastern Time - US & Canada", EASTERN),
        ("(UTC-05:00) Eastern Time (US & Canada)", EASTERN),
        ("(GMT-05:00) Eastern Standard Time (America/New_York)", EASTERN),
        ("(GMT-04:00) Eastern Daylight Time (America/New_York)", EASTERN),
        ("(GMT-08:00) America/Los_Angeles", PACIFIC),
        ("America/New York UTC-04:00", EASTERN),  # the platform's own labels
        ("Pacific Standard Time", PACIFIC),
        ("Pacific Standard Time (Mexico)", "America/Tijuana"),
        ("US Mountain Standard Time", "America/Phoenix"),
        ("(UTC-07:00) Arizona", "America/Phoenix"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("GMT Standard Time", "Europe/London"),
        ("AUS Eastern Standard Time", "Australia/Sydney"),
        ("UK, Ireland, Lisbon Time", "Europe/London"),
        ("EST5EDT", EASTERN),
    ],
)
def test_zone_column_by_name(text: str, zone: str) -> None:
    assert zone_named(text) == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("UTC-5", "Etc/GMT+5"),
        ("GMT-05:00", "Etc/GMT+5"),
        ("(GMT -5)", "Etc/GMT+5"),
        ("gmt-0500", "Etc/GMT+5"),
        ("UTC\u22125", "Etc/GMT+5"),
        ("-5.00", "Etc/GMT+5"),  # VICIdial's gmt_offset_now
        ("UTC+14:00", "Etc/GMT-14"),
        ("Etc/GMT-3", "Etc/GMT-3"),
        ("UTC", "Etc/GMT"),
        ("GMT+05:30", None),
        ("-3.50", None),
        ("UTC+15", None),
        ("UTC-13", None),
        ("5", None),
    ],
)
def test_zone_column_by_offset(text: str, zone: str | None) -> None:
    assert zone_named(text) == zone


@pytest.mark.parametrize(
    "text", ["", " ", "soon", "N/A", "Eastern/Central", "America/Chicago, America/Denver", "Mars/Base"]
)
def test_zone_column_that_names_no_one_zone(text: str) -> None:
    assert zone_named(text, american=True) is None


def test_an_abbreviation_is_read_as_americans_mean_it_of_americans_only() -> None:
    assert zone_named("CST", american=True) == CENTRAL
    assert zone_named("CST") is None
    assert person_zones(("Asia/Shanghai",), "CST", "", "", "", False) == (("Asia/Shanghai",), "number", None)


@pytest.mark.parametrize(
    ("by_number", "named", "state", "expected", "source"),
    [
        ((), "", "", set(), ""),
        ((EASTERN,), "", "", {EASTERN}, "number"),
        ((), CENTRAL, "", {CENTRAL}, "zone column"),
        ((EASTERN,), "soon", "", {EASTERN}, "number"),
        ((EASTERN, CENTRAL), CENTRAL, "", {CENTRAL}, "zone column"),
        ((EASTERN,), PACIFIC, "", {PACIFIC, EASTERN}, "zone column and number"),
        ((EASTERN,), PACIFIC, "CA", {PACIFIC, EASTERN}, "zone column and number"),
        ((CENTRAL,), PACIFIC, "NY", {PACIFIC, EASTERN, CENTRAL}, "zone column and state and number"),
        ((), EASTERN, "California", {EASTERN, PACIFIC}, "zone column and state"),
        ((PACIFIC,), "", "CA", {PACIFIC}, "number and state"),
        ((EASTERN,), "", "CA", {PACIFIC, EASTERN}, "state and number"),
        ((EASTERN,), "", "FL", {EASTERN, CENTRAL}, "state and number"),
        ((), "", "FL", {EASTERN, CENTRAL}, "state"),
        ((EASTERN, CENTRAL), "", "AL", {EASTERN, CENTRAL}, "state and number"),
    ],
)
def test_all_candidates_are_kept(
    by_number: tuple[str, ...], named: str, state: str, expected: set[str], source: str
) -> None:
    found, why, _ = person_zones(by_number, named, "", "", state, True)
    assert (set(found), why) == (expected, source)


@pytest.mark.parametrize(
    ("number", "code", "state", "expected"),
    [
        ((EASTERN,), "305", "FL", {EASTERN}),  # Miami's own
        ((EASTERN,), "212", "FL", {EASTERN, CENTRAL}),  # a New Yorker who moved, maybe to Pensacola
        ((MOUNTAIN,), "915", "TX", {MOUNTAIN}),
        ((MOUNTAIN,), "303", "TX", {MOUNTAIN, CENTRAL}),
        ((EASTERN,), "416", "TN", {EASTERN, CENTRAL}),
    ],
)
def test_only_a_states_own_area_code_tells_where_in_the_state(
    number: tuple[str, ...], code: str, state: str, expected: set[str]
) -> None:
    assert set(person_zones(number, "", "", "", state, True, code)[0]) == expected


@pytest.mark.parametrize(
    ("by_number", "postal_code", "city", "state", "expected", "source"),
    [
        ((), "32501", "", "", {CENTRAL}, "ZIP"),  # Pensacola
        ((), "32501", "Pensacola", "FL", {CENTRAL}, "ZIP"),
        ((EASTERN, CENTRAL), "32501", "", "FL", {CENTRAL}, "ZIP"),  # 850: both, until the ZIP says which
        ((EASTERN,), "32501", "", "FL", {CENTRAL, EASTERN}, "ZIP and number"),
        ((EASTERN, CENTRAL), "", "Pensacola", "Florida", {CENTRAL}, "city and state"),
        ((EASTERN,), "", "Pensacola", "FL", {CENTRAL, EASTERN}, "city and state and number"),
        ((), "", "Nowhere Springs", "FL", {EASTERN, CENTRAL}, "state"),
        ((), "", "Pensacola", "", set(), ""),  # there may be one anywhere
        ((PACIFIC,), "10001", "", "", {EASTERN, PACIFIC}, "ZIP and number"),
        ((), "10001", "", "CA", {EASTERN, PACIFIC}, "ZIP and state"),
        ((), "10001", "Los Angeles", "CA", {EASTERN, PACIFIC}, "ZIP and state"),
        ((), "10001", "Knoxville", "TN", {EASTERN}, "ZIP and state"),
        ((), "10001", "Nashville", "TN", {EASTERN, CENTRAL}, "ZIP, city and state"),
        ((), "32501", "Miami", "FL", {CENTRAL, EASTERN}, "ZIP, city and state"),
        ((CENTRAL,), "36867", "", "AL", {CENTRAL, EASTERN}, "ZIP"),  # Phenix City: the number must not narrow it
        ((), "APO", "", "AE", set(), ""),
        ((EASTERN,), "09012", "APO", "AE", {EASTERN}, "number"),
    ],
)
def test_addresses(
    by_number: tuple[str, ...], postal_code: str, city: str, state: str, expected: set[str], source: str
) -> None:
    found, why, _ = person_zones(by_number, "", postal_code, city, state, True)
    assert (set(found), why) == (expected, source)


@pytest.mark.parametrize(
    ("postal_code", "state", "code"),
    [
        ("02134", "", "MA"),
        ("2134", "", "MA"),
        ("02134", "Ohio", "OH"),
        ("", "tx", "TX"),
        ("00901", "", "PR"),
        ("", "", None),
    ],
)
def test_the_state_is_its_columns_else_the_zips(postal_code: str, state: str, code: str | None) -> None:
    assert person_zones((), "", postal_code, "", state, True)[2] == code


def test_no_american_reading_of_other_countries_rows() -> None:
    assert person_zones(("Europe/Berlin",), "", "10115", "Berlin", "CA", False) == (("Europe/Berlin",), "number", None)
    assert person_zones(("America/Toronto",), "", "M5V 2T6", "Toronto", "ON", False)[0] == ("America/Toronto",)


def test_a_canadian_postal_code_in_an_american_list_says_nothing() -> None:
    assert person_zones(("America/Toronto",), "", "M5V 2T6", "Toronto", "ON", True) == (
        ("America/Toronto",),
        "number",
        None,
    )


def test_an_offset_has_no_summer_time_and_says_so() -> None:
    assert person_zones((), "UTC-5", "", "", "", True) == (("Etc/GMT+5",), "fixed offset", None)
    found, why, _ = person_zones((EASTERN,), "UTC-5", "", "", "", True)
    assert (set(found), why) == ({"Etc/GMT+5", EASTERN}, "fixed offset and number")
    assert person_zones(("America/Phoenix",), "UTC-7", "", "", "AZ", True)[1] == "fixed offset"


def test_names_of_one_clock_do_not_speak_against_each_other() -> None:
    assert person_zones((EASTERN,), "US/Eastern", "", "", "", True) == (("US/Eastern",), "zone column", None)
    assert person_zones((EASTERN, CENTRAL), "America/Detroit", "", "", "MI", True)[0] == ("America/Detroit",)
    assert person_zones((MOUNTAIN, PACIFIC), "America/Boise", "83702", "Boise", "ID", True)[0] == ("America/Boise",)


def test_a_zone_of_the_library_that_nobody_knows_is_kept() -> None:
    assert set(person_zones(("Atlantis/Poseidonis",), "", "10001", "", "NY", True)[0]) == {
        "Atlantis/Poseidonis",
        EASTERN,
    }
