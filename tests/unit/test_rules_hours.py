"""The law's table: what a row means, whom it binds, what the shipped rows say, and that each names its source."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from campaigns.errors import InputRefused
from campaigns.rules.facts import Place
from campaigns.rules.hours import HoursRow, hours_table, law_on, parse_days, parse_hours
from campaigns.rules.law import jurisdictions_of, statutes_of

HEADER = "jurisdiction,effective_from,effective_to,voice,days,hours,clock,holidays,source,certainty,note"
MONDAY, SATURDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 28), date(2026, 11, 29)
FRIDAY, CHRISTMAS = date(2026, 12, 18), date(2026, 12, 25)

FEDERAL = ("8-21", "8-21", "8-21", "")
EVERY_DAY = {
    "8-21": "AZ CA IL IN ME NE NJ NY TN VA AK AR CO DE DC GA HI IA ID KS MO MT NC ND NH OH SC VT WI WV AS GU MP PR VI",
    "8-20": "FL MD MA OK OR WA WY", "9-20": "CT NV", "9-21": "MI MN NM", "10-21": "KY",
}  # fmt: skip
LIVE = {f"US-{state}": (hours, hours, hours, "") for hours, states in EVERY_DAY.items() for state in states.split()} | {
    "US": FEDERAL,
    "US-AL": ("8-20", "8-20", "no", "no"),
    "US-LA": ("8-20", "8-20", "no", "no"),
    "US-MS": ("8-20", "8-20", "no", ""),
    "US-MS by Etc/GMT+6": ("8-20", "8-20", "no", ""),
    "US-PA": ("9-19", "9-19", "no", "no"),
    "US-RI": ("9-18", "10-17", "no", "no"),
    "US-SD": ("9-21", "9-21", "no", ""),
    "US-TX": ("9-21", "9-21", "12-21", ""),
    "US-UT": ("8-21", "8-21", "no", "no"),
    "CA": ("9-21:30", "10-18", "10-18", ""),
    "GB": ("8-21", "8-21", "9-21", "9-21"),
    "AU": ("9-20", "9-17", "no", "no"),
    "FR": ("10-13 14-20", "no", "no", "no"),
    "IT": ("9-20", "10-19", "no", "no"),
    "ES": ("9-21", "no", "no", "no"),
    "DE": ("8-20", "no", "no", "no"),
    "IN": ("10-21", "10-21", "10-21", ""),
    "BR": ("9-21", "10-16", "no", "no"),
    "MX": ("9-20", "no", "no", "no"),
    "ZA": ("8-20", "9-13", "no", "no"),
    "AE": ("9-18", "9-18", "9-18", ""),
    "*": ("9-20", "10-17", "no", "no"),
}
"""The law as it is summed up by people: a weekday, Saturday, Sunday, a holiday on a weekday ("": as ever)."""

AUTOMATED = {
    "US-CA": ("9-21", "9-21", "9-21", ""),
    "US-IL": ("9-21", "9-21", "9-21", ""),
    "US-IN": ("9-20", "9-20", "9-20", ""),
    "US-KY": ("8-21", "8-21", "8-21", ""),
    "US-ME": ("9-17", "no", "no", ""),
    "US-NE": ("8-21", "8-21", "13-21", "13-21"),
    "US-NV": ("9-21", "9-21", "9-21", ""),
    "US-OK": ("9-21", "9-21", "9-21", ""),
    "US-SD": ("9-21", "no", "no", ""),
}
"""The same of calls with an artificial voice, where the law is stricter with them or speaks of them alone."""


def rows(*lines: str) -> tuple[HoursRow, ...]:
    return parse_hours([HEADER, *lines], "hours.csv")


def written(minutes: tuple[tuple[int, int], ...] | None) -> str:
    if minutes is None:
        return "silent"
    return " ".join("-".join(f"{m // 60}" + (f":{m % 60}" if m % 60 else "") for m in span) for span in minutes) or "no"


def summed_up(voice: str) -> dict[str, tuple[str, str, str, str]]:
    """What the table says, in the words of the lists above."""
    found = {}
    for name in hours_table():
        for statute in statutes_of(name):
            if statute.voice == voice and any(row.in_force(MONDAY) for row in statute.rows):
                usual, saturday, sunday, friday, holiday = (
                    written(statute.on(day)) for day in (MONDAY, SATURDAY, SUNDAY, FRIDAY, CHRISTMAS)
                )
                key = f"{name} by {statute.clock}" if statute.clock else name
                found[key] = (usual, saturday, sunday, "" if holiday == friday else holiday)
    return found


def faults() -> list[str]:
    """Where the table in use differs from the law as summed up, on any of the days that tell its rows apart."""
    found = [f"{name}: {said}" for name, said in summed_up("live").items() if LIVE.get(name) != said]
    found += [f"{name}: {said}" for name, said in summed_up("automated").items() if AUTOMATED.get(name) != said]
    found += sorted(LIVE.keys() - summed_up("live").keys() | AUTOMATED.keys() - summed_up("automated").keys())
    days = {
        ("US-PA", date(2026, 10, 16)): "8-21",
        ("US-PA", date(2026, 10, 17)): "8-21",
        ("US-PA", date(2026, 10, 11)): "8-21",  # a Sunday
        ("US-PA", date(2026, 10, 12)): "no",  # Columbus Day
        ("US-PA", date(2026, 10, 18)): "no",  # the first day of the new law, a Sunday
        ("US-PA", date(2026, 10, 19)): "9-19",
        ("US-OR", date(2025, 12, 31)): "silent",
        ("US-OR", date(2026, 1, 1)): "8-20",
        ("US-MD", date(2023, 12, 31)): "silent",
        ("US-OK", date(2022, 10, 31)): "silent",
        ("IT", date(2024, 9, 27)): "silent",
        ("IT", date(2026, 12, 24)): "10-19",  # the eve of a holiday, a Thursday
    }
    for (name, day), hours in days.items():
        live = next((statute for statute in statutes_of(name) if statute.voice == "live"), None)
        if live is None or written(live.on(day)) != hours:
            found.append(f"{name} on {day}")
    return found


def test_the_shipped_rows_are_the_law_as_summed_up() -> None:
    assert faults() == []


def test_without_any_one_of_its_rows_the_table_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    table = hours_table()
    unnoticed = []
    for name, law in table.items():
        for row in law:
            rest = {**table, name: tuple(other for other in law if other is not row)}
            monkeypatch.setattr("campaigns.rules.law.hours_table", lambda rest=rest: rest)
            monkeypatch.setitem(summed_up.__globals__, "hours_table", lambda rest=rest: rest)
            if not faults():
                unnoticed.append(row)
    assert unnoticed == []
    assert sum(len(law) for law in table.values()) > 100


def test_every_state_and_every_row_has_a_source_and_a_certainty() -> None:
    assert len([name for name in hours_table() if name.startswith("US-")]) == 56
    for law in hours_table().values():
        assert all(row.source.strip() and row.certainty in {"A", "A-", "B", "B-", "C"} for row in law)


def test_from_their_first_day_on_the_rows_leave_no_day_unsaid() -> None:
    """A hole between two dated rows would be a day without a law."""
    for name, law in hours_table().items():
        for statute in statutes_of(name):
            edges = {row.effective_to + timedelta(days=1) for row in statute.rows if row.effective_to.year < 9999}
            edges |= {row.effective_from for row in statute.rows if row.effective_from.year > 1}
            begin = min(row.effective_from for row in statute.rows)
            for edge, n in product([MONDAY, date(2035, 1, 1), *edges], range(-1, 8)):
                day = edge + timedelta(days=n)
                assert day < begin or statute.on(day) is not None, f"{name} is silent on {day}"
        assert max(row.effective_to for row in law) == date.max


@pytest.mark.parametrize("region", ["US", "PR", "VI", "GU", "AS", "MP"])
def test_american_numbers_are_bound_by_federal_law_and_the_states(region: str) -> None:
    assert jurisdictions_of(Place(("America/New_York",), region, ("FL", "KY"))) == ("US", "US-FL", "US-KY")


@pytest.mark.parametrize("states", [(), ("ZZ",), ("NY", "ZZ")])
def test_a_state_that_nobody_knows_could_be_any(states: tuple[str, ...]) -> None:
    names = jurisdictions_of(Place(("America/New_York",), "US", states))
    assert names[0] == "US"
    assert len(names) == 57


def test_other_numbers_are_bound_by_their_countrys_law_or_the_default() -> None:
    assert jurisdictions_of(Place(("America/Toronto",), "CA")) == ("CA",)
    assert {statute.jurisdiction for statute in statutes_of("CA")} == {"CA"}
    assert {statute.jurisdiction for statute in statutes_of("JP")} == {"*"}


def test_whoever_lives_in_a_state_is_bound_by_its_law_whatever_their_number() -> None:
    assert jurisdictions_of(Place(("America/New_York",), "GB", ("NY",))) == ("GB", "US", "US-NY")


def test_several_rows_and_spans_of_a_day_are_several_windows() -> None:
    france = rows("FR,,,live,mon-fri,10:00-13:00 14:00-20:00,,,D223-9,A,", "FR,,,live,mon,21:00-22:00,,,D223-9,A,")
    assert law_on(france, MONDAY) == ((600, 780), (840, 1200), (1260, 1320))
    assert law_on(france, SATURDAY) is None


def test_a_holiday_can_narrow_its_weekday_and_never_widen_it() -> None:
    law = rows(
        "XX,,,live,mon-sat,09:00-20:00,,,a statute,A,",
        "XX,,,live,sun,closed,,,a statute,A,",
        "XX,,,live,hol,08:00-12:00,,US,a statute,A,",
        "XX,,,live,eve,08:00-15:00,,US,a statute,A,",
    )
    assert law_on(law, date(2026, 11, 26)) == ((540, 720),)  # Thanksgiving
    assert law_on(law, date(2026, 11, 25)) == ((540, 900),)
    assert law_on(law, date(2027, 6, 20)) == ()  # a Sunday
    assert law_on(law, date(2026, 11, 24)) == ((540, 1200),)


def test_a_dated_row_binds_from_its_first_to_its_last_day() -> None:
    law = rows("US-PA,2026-10-18,2026-11-29,live,sun,closed,,,73 P.S. 2245,B,")
    assert law_on(law, date(2026, 10, 11)) is None
    assert law_on(law, date(2026, 10, 18)) == law_on(law, date(2026, 11, 29)) == ()
    assert law_on(law, date(2026, 12, 6)) is None


@pytest.mark.parametrize("text", ["", "monday", "sat-mon", "mon-hol", "hol-eve", "mon,tue"])
def test_days_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_days(text)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("US,,,live,mon-sun,08:00-21:00,,,,A,", "line 3: a rule needs its source"),
        ("US,,,live,mon-sun,08:00-21:00,,,47 CFR,,", "line 3: a rule needs its source"),
        ("US,,,live,mon-sun,21:00-08:00,,,47 CFR,A,", "line 3"),
        ("US,,,live,mon-sun,,,,47 CFR,A,", "line 3: write hours"),
        ("US,2026-13-01,,live,mon-sun,08:00-21:00,,,47 CFR,A,", "line 3"),
        ("US,,,live,monday,08:00-21:00,,,47 CFR,A,", "line 3"),
        ("US,,,robot,mon-sun,08:00-21:00,,,47 CFR,A,", 'line 3: "robot" is no voice'),
        ("US,,,live,mon-sun,08:00-21:00,CST6,,47 CFR,A,", 'line 3: "CST6" is no time zone'),
        ("US,,,live,sun hol,closed,,,47 CFR,A,", 'line 3: "hol" and "eve" need a calendar'),
        ("US,,,live,sun,closed,,US,47 CFR,A,", 'line 3: "hol" and "eve" need a calendar'),
        ("US,,,live,sun", "line 3"),
    ],
)
def test_a_row_without_a_source_or_that_cannot_be_read_is_refused(line: str, complaint: str) -> None:
    with pytest.raises(InputRefused, match=complaint):
        rows("US,,,live,mon-sun,08:00-21:00,,,47 CFR,A,", line)
