# ruff: noqa: E501
"""Where the person may be: zones with their evidence. Zones are judged by the clock they keep.

All candidates are kept: where a zone column, the address and the area code differ, each of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.case import Case, numbered, ok
from tests.corpus.writing import delimited, table

US = {"country": "US"}
ET, CT, MT, PT, AZ = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix"
AK, ADAK, HI = "America/Anchorage", "America/Adak", "Pacific/Honolulu"
SPLIT = {
    (CT, ET): (219, 270, 364, 423, 448, 574, 606, 689, 765, 812, 850, 865, 906, 930, 931),
    (CT, MT): (308, 402, 531, 605, 620, 701, 785, 915),
    (MT, PT): (208, 458, 541, 775, 986),
    (AZ, MT): (928,),
    (AK, ADAK, HI): (907,),
}
"""The 30 American area codes that span several clocks within their state, by the clocks."""


def cases() -> Iterator[Case]:
    split = sorted((code, clocks) for clocks, codes in SPLIT.items() for code in codes)
    rows = numbered(*(ok(f"+1{code}5550123", clocks=clocks) for code, clocks in split))
    yield Case(
        "split_area_codes.csv",
        delimited([["Name", "Phone"], *([f"P{code}", f"({code}) 555-0123"] for code, _ in split)]),
        rows,
        US,
    )
    yield from columns()
    yield from places()
    yield from numbers()


def columns() -> Iterator[Case]:
    named = {
        "America/Denver": MT, "america/los_angeles": PT, "US/Eastern": ET, "Europe/Berlin": "Europe/Berlin", "EST": ET, "Eastern": ET,
        "Central Time (US & Canada)": CT, "Pacific Standard Time": PT, "Eastern Time - US & Canada": ET, "PT": PT, "Mountain Time": MT,
        "Hawaii": HI, "Europe/London": "Europe/London", "PDT": PT, "(GMT-05:00) Eastern Time": ET,
    }  # fmt: skip
    table_of = [["Phone", "Time Zone"], *([f"+1303555{2600 + at}", zone] for at, zone in enumerate(named))]
    rows = numbered(*(ok(f"+1303555{2600 + at}", clocks=(clock, MT)) for at, clock in enumerate(named.values())))
    yield Case("zone_column.csv", delimited(table_of), rows, columns={"Time Zone": "timezone"})
    blank = [
        ["Phone", "tz"],
        ["+13035552671", ""],
        ["+13035552672", "no such zone"],
        ["+13035552673", "America/Chicago"],
    ]
    rows = numbered(
        ok("+13035552671", clocks=(MT,)), ok("+13035552672", clocks=(MT,)), ok("+13035552673", clocks=(CT, MT))
    )
    yield Case("zone_column_blank.csv", delimited(blank), rows)
    differing = table("""
Phone | Timezone | Zip | City | State
303-555-2671 | America/New_York | 90210 | Beverly Hills | CA
""")
    yield Case(
        "zone_column_and_others.csv", delimited(differing), numbered(ok("+13035552671", clocks=(ET, PT, MT))), US
    )


def places() -> Iterator[Case]:
    zips = table("""
Phone | Zip Code
617-555-0123 | 02134
212-736-5000 | 90210
800-356-9377 | 79901
800-692-7753 | 32501
888-555-0123 | 32801
877-555-0123 | 99501
866-555-0123 | 96813
303-555-2671 | 00000
303-555-2672 | 80202-1234
""")
    clocks: tuple[tuple[str, ...], ...] = ((ET,), (ET, PT), (MT,), (CT,), (ET,), (AK,), (HI,), (MT,), (MT,))
    phones: tuple[str, ...] = (
        "+16175550123",
        "+12127365000",
        "+18003569377",
        "+18006927753",
        "+18885550123",
        "+18775550123",
        "+18665550123",
        "+13035552671",
        "+13035552672",
    )
    rows = numbered(*(ok(phone, clocks=clock) for phone, clock in zip(phones, clocks, strict=True)))
    yield Case("zip_codes.csv", delimited(zips), rows, US, columns={"Zip Code": "postal_code"})
    cities = table("""
Phone | City | State
205-555-0123 | Pensacola | FL
303-555-2671 | El Paso | Texas
800-356-9377 | Orlando | Florida
800-692-7753 | Knoxville | TN
888-555-0123 | Memphis | Tennessee
212-736-5000 | Los Angeles | CA
877-555-0123 | el paso | tx
""")
    clocks = ((CT,), (MT,), (ET,), (ET,), (CT,), (ET, PT), (MT,))
    phones = (
        "+12055550123",
        "+13035552671",
        "+18003569377",
        "+18006927753",
        "+18885550123",
        "+12127365000",
        "+18775550123",
    )
    rows = numbered(*(ok(phone, clocks=clock) for phone, clock in zip(phones, clocks, strict=True)))
    yield Case("cities.csv", delimited(cities), rows, US, columns={"City": "city", "State": "state"})
    states = table("""
Phone | State
415-555-2671 | CA
415-555-2672 | New York
303-555-2671 | TX
800-356-9377 | Ohio
800-692-7753 | florida
888-555-0123 | Hawaii
877-555-0123 | AZ
205-555-0123 |
""")
    clocks = ((PT,), (ET, PT), (CT, MT), (ET,), (CT, ET), (HI,), (AZ, MT), (CT,))
    phones = (
        "+14155552671",
        "+14155552672",
        "+13035552671",
        "+18003569377",
        "+18006927753",
        "+18885550123",
        "+18775550123",
        "+12055550123",
    )
    rows = numbered(*(ok(phone, clocks=clock) for phone, clock in zip(phones, clocks, strict=True)))
    yield Case("states.csv", delimited(states), rows, US, columns={"State": "state"})


def numbers() -> Iterator[Case]:
    known: dict[str, tuple[str, ...]] = {
        "+18003569377": (),
        "+12127365000": (ET,),
        "+442079460958": ("Europe/London",),
        "+4930901820": ("Europe/Berlin",),
        "+81312345678": ("Asia/Tokyo",),
        "+390612345678": ("Europe/Rome",),
        "+16045550123": ("America/Vancouver",),
        "+14165550123": (ET,),
        "+61291234567": ("Australia/Sydney",),
        "+919820098200": ("Asia/Kolkata",),
        "+18085550123": (HI,),
    }
    rows = numbered(*(ok(phone, clocks=clocks) for phone, clocks in known.items()))
    yield Case(
        "zones_of_numbers.csv", delimited([["Phone", "n"], *([phone, str(n)] for n, phone in enumerate(known))]), rows
    )
