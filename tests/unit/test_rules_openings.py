"""When a place is open, held against a slow judge that looks at the clocks on the wall, minute by minute."""

from __future__ import annotations

import random
import zoneinfo
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from campaigns.rules.facts import Override, Place
from campaigns.rules.openings import next_opening, open_period, windows_of
from campaigns.rules.rules import Rules
from campaigns.rules.zones import all_known, zone

ALL_DAY = ((0, 1440),)
LAWLESS = tuple(Override(region, None, "these tests are about clocks") for region in ("", "GB", "DE", "JP", "AU"))
ALWAYS = Rules(week=(ALL_DAY,) * 7, overrides=LAWLESS)
OFFICE = Rules(
    week=(((540, 1200),),) * 5 + (((600, 1020),), ()), closed=frozenset({date(2026, 11, 26)}), overrides=LAWLESS
)
NIGHT = Rules(week=(((0, 90), (100, 150), (160, 1260), (1380, 1440)),) * 7, overrides=LAWLESS)
MINUTE = timedelta(minutes=1)


def in_ohio(*zones: str) -> Place:
    """Somebody of a state that has the federal hours and no others, wherever their clock may be."""
    return Place(zones, "US", ("OH",))


ZONES = [
    *(f"America/{city}" for city in ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Anchorage", "Adak")),
    *(f"America/{city}" for city in ("St_Johns", "Halifax", "Vancouver", "Winnipeg", "Havana", "Santiago", "Asuncion")),
    *("America/Nuuk", "America/Sao_Paulo", "Atlantic/Azores", "Pacific/Honolulu", "Antarctica/Troll"),
    *("Europe/London", "Europe/Berlin", "Europe/Chisinau", "Africa/Cairo", "Africa/Casablanca"),
    *(f"Asia/{city}" for city in ("Beirut", "Gaza", "Jerusalem", "Kolkata", "Kathmandu", "Tokyo")),
    *(f"Australia/{city}" for city in ("Lord_Howe", "Adelaide", "Sydney")),
    *(f"Pacific/{place}" for place in ("Auckland", "Chatham", "Apia", "Norfolk")),
]


def on_the_wall(place: Place, rules: Rules, moment: datetime) -> bool:
    """The judge: every zone's wall clock shows an open minute, of the campaign and, for Americans, of the law."""
    for name in place.zones:
        wall = moment.astimezone(ZoneInfo(name))
        minute = wall.hour * 60 + wall.minute
        lawful = place.region != "US" or 480 <= minute < 1260
        hours = () if wall.date() in rules.closed else rules.week[wall.weekday()]
        if not lawful or not any(start <= minute < end for start, end in hours):
            return False
    return True


def is_open(place: Place, rules: Rules, moment: datetime) -> bool:
    opening = next_opening(place, rules, moment)
    return opening is not None and opening[0] <= moment


def clock_changes(name: str) -> list[tuple[datetime, timedelta]]:
    """Every change of a zone's offset in 2026 and 2027, to the minute, and its size."""
    here = ZoneInfo(name)
    changes = []
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(730)]
    for before, after in pairwise(noons):
        old = before.astimezone(here).utcoffset()
        new = after.astimezone(here).utcoffset()
        if old != new:
            low, high = before, after
            while high - low > MINUTE:
                middle = low + (high - low) // 2
                low, high = (middle, high) if middle.astimezone(here).utcoffset() == old else (low, middle)
            changes.append((high, abs(new - old)))
    return changes


@pytest.mark.parametrize("name", ZONES)
def test_around_a_clock_change_nobody_is_called_outside_the_hours_on_the_wall(name: str) -> None:
    american, foreign = in_ohio(name), Place((name,), "")
    moments = [(datetime(2026, 11, 24, tzinfo=UTC), timedelta(0)), *clock_changes(name)]
    for change, shift in moments:
        centre = change.replace(second=0, microsecond=0)
        for step in range(-36 * 12, 36 * 12):
            moment = centre + step * 5 * MINUTE
            for place, rules in ((american, NIGHT), (foreign, NIGHT), (foreign, OFFICE)):
                wall, ours = on_the_wall(place, rules, moment), is_open(place, rules, moment)
                assert wall or not ours, f"called at {moment} in {name}"
                if wall and not ours:
                    assert abs(moment - change) <= shift + MINUTE, f"refused at {moment} in {name}"


def test_the_sample_holds_both_clock_changes_and_odd_ones() -> None:
    sizes = {name: {shift for _, shift in clock_changes(name)} for name in ZONES}
    assert sizes["America/New_York"] == {timedelta(hours=1)}
    assert sizes["Australia/Lord_Howe"] == {timedelta(minutes=30)}
    assert sizes["Antarctica/Troll"] == {timedelta(hours=2)}
    assert sizes["America/Phoenix"] == set()
    assert sum(len(clock_changes(name)) for name in ZONES) > 80


def test_the_next_opening_is_the_one_found_by_stepping_minute_by_minute() -> None:
    draw = random.Random(20261120)  # far from clock changes: equal to the minute
    for _ in range(60):
        place = replace(in_ohio(*draw.sample(ZONES, draw.choice([1, 1, 2]))), region=draw.choice(["US", "GB"]))
        place = place if place.region == "US" else replace(place, states=())
        rules = draw.choice([OFFICE, NIGHT, ALWAYS])
        now = datetime(2026, draw.choice([6, 7]), 1, tzinfo=UTC) + draw.randrange(20 * 1440) * MINUTE
        opening = next_opening(place, rules, now)
        stepped = next((now + n * MINUTE for n in range(4 * 1440) if on_the_wall(place, rules, now + n * MINUTE)), None)
        if stepped is None:
            assert opening is None or opening[0] > now + timedelta(days=4)
            continue
        assert opening is not None
        assert max(now, opening[0]) == stepped
        assert on_the_wall(place, rules, opening[1] - MINUTE)
        if opening[1] < now + timedelta(days=20):
            assert not on_the_wall(place, rules, opening[1])


def test_kentucky_is_open_only_when_both_of_its_clocks_allow_it() -> None:
    kentucky = Place(("America/New_York", "America/Chicago"), "US", ("KY",))
    monday = windows_of(kentucky, ALWAYS, datetime(2026, 11, 23, 12, tzinfo=UTC))[0]
    # 10:00 Central is 11:00 Eastern; 21:00 Eastern is 20:00 Central
    assert monday == (datetime(2026, 11, 23, 16, tzinfo=UTC), datetime(2026, 11, 24, 2, tzinfo=UTC))


@pytest.mark.parametrize("month", [1, 7])
def test_phoenix_keeps_its_clock_all_year(month: int) -> None:
    opening = next_opening(in_ohio("America/Phoenix"), ALWAYS, datetime(2027, month, 5, 12, tzinfo=UTC))
    assert opening == (datetime(2027, month, 5, 15, tzinfo=UTC), datetime(2027, month, 6, 4, tzinfo=UTC))


def test_lord_howe_moves_its_hours_by_thirty_minutes() -> None:
    rules = Rules(week=(((540, 600),),) * 7, overrides=LAWLESS)
    howe = Place(("Australia/Lord_Howe",), "AU")
    winter = next_opening(howe, rules, datetime(2026, 7, 5, tzinfo=UTC) - timedelta(hours=3))
    summer = next_opening(howe, rules, datetime(2027, 1, 5, tzinfo=UTC) - timedelta(hours=3))
    assert winter is not None
    assert summer is not None
    assert (winter[0].time(), summer[0].time()) == (
        datetime(2026, 1, 1, 22, 30).time(),
        datetime(2026, 1, 1, 22, 0).time(),
    )


def test_a_window_is_half_open() -> None:
    place = in_ohio("America/New_York")
    opens, closes = datetime(2026, 11, 23, 14, tzinfo=UTC), datetime(2026, 11, 24, 1, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    assert not is_open(place, OFFICE, opens - tick)
    assert is_open(place, OFFICE, opens)
    assert is_open(place, OFFICE, closes - tick)
    assert not is_open(place, OFFICE, closes)


def test_a_closed_date_is_the_persons_own_date() -> None:
    thanksgiving_there = in_ohio("America/Los_Angeles")
    assert is_open(thanksgiving_there, OFFICE, datetime(2026, 11, 26, 3, tzinfo=UTC))  # Wednesday 19:00
    assert not is_open(thanksgiving_there, OFFICE, datetime(2026, 11, 26, 18, tzinfo=UTC))  # Thursday 10:00
    assert not is_open(thanksgiving_there, OFFICE, datetime(2026, 11, 27, 2, tzinfo=UTC))  # Thursday 18:00
    assert is_open(thanksgiving_there, OFFICE, datetime(2026, 11, 27, 18, tzinfo=UTC))  # Friday 10:00


def test_an_opening_beyond_a_long_holiday_is_found_and_one_that_never_comes_is_not() -> None:
    now = datetime(2026, 7, 1, tzinfo=UTC)
    summer = frozenset(date(2026, 7, 1) + timedelta(days=day) for day in range(62))
    rules = Rules(week=(((540, 600),),) * 7, closed=summer, overrides=LAWLESS)
    opening = next_opening(Place(("Europe/Berlin",), "DE"), rules, now)
    assert opening is not None
    assert opening[0] == datetime(2026, 9, 1, 7, tzinfo=UTC)
    far_apart = Place(("Europe/Berlin", "America/Los_Angeles"), "DE")
    assert next_opening(far_apart, rules, now) is None


def test_a_day_and_night_campaign_is_one_window_for_weeks() -> None:
    opening = next_opening(Place(("Asia/Tokyo",), "JP"), ALWAYS, datetime(2026, 11, 29, 23, 59, 59, tzinfo=UTC))
    assert opening is not None
    assert opening[1] - datetime(2026, 11, 30, tzinfo=UTC) > timedelta(days=27)


def test_the_campaigns_window_is_open_while_anyone_may_be_called() -> None:
    east, west = in_ohio("America/New_York"), in_ohio("America/Los_Angeles")
    noon = datetime(2026, 11, 23, 17, tzinfo=UTC)
    opens, closes = datetime(2026, 11, 23, 14, tzinfo=UTC), datetime(2026, 11, 24, 4, tzinfo=UTC)
    assert open_period([east, west], OFFICE, noon) == (opens, closes)
    assert open_period([east], OFFICE, noon) == (opens, datetime(2026, 11, 24, 1, tzinfo=UTC))
    assert open_period([east, west], OFFICE, closes - timedelta(seconds=1)) == (opens, closes)
    assert open_period([east, west], OFFICE, closes) is None
    assert open_period([east, west], OFFICE, opens - timedelta(seconds=1)) is None
    assert open_period([], OFFICE, noon) is None
    assert open_period([Place(("Mars/Olympus",), "US")], ALWAYS, noon) is None


def test_windows_that_touch_are_one_period_and_those_apart_are_not() -> None:
    hour = Rules(week=(((540, 600),),) * 7)
    eastern, central, pacific = (in_ohio(f"America/{city}") for city in ("New_York", "Chicago", "Los_Angeles"))
    at_nine = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    touching = open_period([eastern, central], hour, at_nine)
    apart = open_period([eastern, pacific], hour, at_nine)
    assert touching is not None
    assert apart is not None
    assert touching[1] - touching[0] == timedelta(hours=2)
    assert apart[1] - apart[0] == timedelta(hours=1)


def test_the_campaigns_dates_clip_its_windows() -> None:
    place = in_ohio("America/New_York")
    start, end = datetime(2026, 11, 23, 15, 0, 0, 1, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC)
    rules = Rules(week=OFFICE.week, start=start, end=end)
    now = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert windows_of(place, rules, now) == [
        (start, datetime(2026, 11, 24, 1, tzinfo=UTC)),
        (datetime(2026, 11, 24, 14, tzinfo=UTC), end),
    ]
    assert open_period([place], rules, now) is None
    assert open_period([place], rules, start) == (start, datetime(2026, 11, 24, 1, tzinfo=UTC))


def test_zones_come_from_the_pinned_wheel_and_never_from_the_host() -> None:
    assert zoneinfo.TZPATH == ()
    vancouver = zone("America/Vancouver")
    assert vancouver is not None
    # British Columbia stopped changing its clocks in March 2026; older data says -08:00
    assert datetime(2026, 12, 1, tzinfo=UTC).astimezone(vancouver).utcoffset() == timedelta(hours=-7)


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "America", "america/new_york", "../etc/passwd", "Factory", "Etc/Unknown"]
)
def test_what_names_no_place_is_no_zone(name: str) -> None:
    assert zone(name) is None
    assert not all_known(("America/New_York", name))
    assert not all_known(())
