"""Holidays: what a rule means, the dates of every calendar, and that each row has its source and its say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from campaigns.errors import InputRefused
from campaigns.rules.holidays import Holiday, days_of, easter, holiday_on, holiday_table, parse_holidays

HEADER = "calendar,name,rule,observed,source,certainty"

DATES = {
    ("US", 2026): "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25",
    ("US", 2028): "01-01 01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-11 11-23 12-25",
    ("US-AL", 2026): "02-17 04-27 06-01",
    ("US-AL", 2028): "02-29 04-24 06-05",
    ("US-LA", 2026): "02-17 04-03 08-30 08-31 11-01 11-02 11-03 11-27 12-24 12-26 12-31",
    ("US-LA", 2028): "02-29 04-14 08-30 11-01 11-07 11-24 12-24 12-26 12-31",
    ("US-NE", 2026): "04-24 11-27",
    ("US-NE", 2028): "04-28 11-24",
    ("US-PA", 2026): "04-03 06-14 06-15 11-03 11-27",
    ("US-PA", 2028): "04-14 06-14 11-07 11-24",
    ("US-RI", 2026): "08-10 11-03",
    ("US-RI", 2028): "08-14 11-07",
    ("US-UT", 2026): "06-15 07-24",
    ("US-UT", 2028): "06-19 07-24",
    ("AU", 2026): "01-01 01-26 04-03 04-06 04-25 04-27 12-25 12-26 12-28",
    ("AU", 2028): "01-01 01-03 01-26 04-14 04-17 04-25 12-25 12-26",
    ("BR", 2026): "01-01 04-03 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25",
    ("BR", 2028): "01-01 04-14 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25",
    ("DE", 2026): "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26",
    ("DE", 2028): "01-01 04-14 04-17 05-01 05-25 06-05 10-03 12-25 12-26",
    ("ES", 2026): "01-01 01-06 04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
    ("ES", 2028): "01-01 01-06 04-14 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
    ("FR", 2026): "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
    ("FR", 2028): "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-25",
    ("GB", 2026): "01-01 01-02 03-17 04-03 04-06 05-04 05-25 07-12 07-13 08-03 08-31 11-30 12-25 12-26 12-28",
    ("GB", 2028): "01-01 01-02 01-03 01-04 03-17 04-14 04-17 05-01 05-29 07-12 08-07 08-28 11-30 12-25 12-26",
    ("IT", 2026): "01-01 01-06 04-05 04-06 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26",
    ("IT", 2028): "01-01 01-06 04-16 04-17 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26",
    ("MX", 2026): "01-01 02-02 03-16 05-01 09-16 11-16 12-25",
    ("MX", 2028): "01-01 02-07 03-20 05-01 09-16 11-20 12-25",
    ("ZA", 2026): "01-01 03-21 04-03 04-06 04-27 05-01 06-16 08-09 08-10 09-24 12-16 12-25 12-26",
    ("ZA", 2028): "01-01 03-21 04-14 04-17 04-27 05-01 06-16 08-09 09-24 09-25 12-16 12-25 12-26",
    ("*", 2026): "01-01 12-25",
    ("*", 2028): "01-01 12-25",
}
"""Every date closed, observed days included; held against the package `holidays` 0.108 when it was written down."""


def holiday(rule: str, observed: str = "") -> Holiday:
    return Holiday("XX", "a day", rule, observed, "a statute", "A")


def closed(rule: str, year: int, observed: str = "") -> list[str]:
    return [f"{day:%m-%d}" for day in sorted(days_of([holiday(rule, observed)], year))]


def differing(table: dict[str, tuple[Holiday, ...]]) -> set[tuple[str, int]]:
    return {
        (calendar, year)
        for (calendar, year), dates in DATES.items()
        if " ".join(f"{day:%m-%d}" for day in sorted(days_of(table.get(calendar, ()), year))) != dates
    }


def test_the_calendars_are_those_written_down() -> None:
    table = dict(holiday_table())
    assert differing(table) == set()
    assert {calendar for calendar, _ in DATES} == set(table)


def test_without_any_one_of_its_rows_a_calendar_is_another() -> None:
    table = dict(holiday_table())
    for calendar, holidays in table.items():
        for gone in holidays:
            assert differing({**table, calendar: tuple(each for each in holidays if each is not gone)}), gone


def test_every_holiday_has_a_source_and_a_certainty() -> None:
    for holidays in holiday_table().values():
        assert all(each.source.strip() and each.certainty in {"A", "A-", "B", "C"} for each in holidays)


@pytest.mark.parametrize(
    ("rule", "year", "dates"),
    [
        ("07-24", 2026, ["07-24"]),
        ("2026-12-24", 2026, ["12-24"]),
        ("2026-12-24", 2027, []),
        ("3 mon jan", 2026, ["01-19"]),
        ("1 mon feb", 2027, ["02-01"]),
        ("last mon may", 2026, ["05-25"]),
        ("last thu dec", 2026, ["12-31"]),
        ("4 thu nov +1", 2026, ["11-27"]),
        ("1 mon nov +1 even", 2026, ["11-03"]),
        ("1 mon nov +1 even", 2027, []),
        ("easter+0", 2027, ["03-28"]),
        ("easter-47", 2028, ["02-29"]),
    ],
)
def test_what_a_rule_means(rule: str, year: int, dates: list[str]) -> None:
    assert closed(rule, year) == dates


@pytest.mark.parametrize(
    ("observed", "year", "dates"),
    [
        ("", 2026, ["07-04"]),  # a Saturday
        ("nearest", 2026, ["07-03", "07-04"]),
        ("nearest", 2027, ["07-04", "07-05"]),  # a Sunday
        ("nearest", 2029, ["07-04"]),
        ("monday", 2026, ["07-04"]),
        ("monday", 2027, ["07-04", "07-05"]),
        ("next", 2026, ["07-04", "07-06"]),
        ("next", 2027, ["07-04", "07-05"]),
    ],
)
def test_the_day_itself_and_the_day_it_is_observed_on_are_both_closed(
    observed: str, year: int, dates: list[str]
) -> None:
    assert closed("07-04", year, observed) == dates


def test_a_new_years_day_on_a_saturday_closes_the_last_day_of_the_old_year() -> None:
    assert closed("01-01", 2027, "nearest") == ["01-01", "12-31"]
    assert holiday_on(["US"], date(2027, 12, 31)) == "New Year's Day (observed)"


def test_two_holidays_in_a_row_do_not_share_a_substitute() -> None:
    christmas, boxing = holiday("12-25", "next"), holiday("12-26", "next")
    assert sorted(days_of([boxing, christmas], 2027)) == [date(2027, 12, day) for day in (25, 26, 27, 28)]


def test_a_date_is_named_by_the_first_calendar_that_closes_it() -> None:
    assert holiday_on(["US", "US-UT"], date(2026, 7, 24)) == "Pioneer Day"
    assert holiday_on(["US"], date(2026, 7, 24)) is None
    assert holiday_on([], date(2026, 12, 25)) is None


@pytest.mark.parametrize(
    ("year", "sunday"), [(1818, "03-22"), (2000, "04-23"), (2024, "03-31"), (2026, "04-05"), (2038, "04-25")]
)
def test_easter(year: int, sunday: str) -> None:
    assert f"{easter(year):%m-%d}" == sunday


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("US,Christmas,12-25,,,B", "line 2: a holiday needs"),
        ("US,Christmas,12-25,,a statute,", "line 2: a holiday needs"),
        ("US,Christmas,25 dec,,a statute,B", 'line 2: "25 dec" is no rule'),
        ("US,Christmas,5 mon dec,,a statute,B", "line 2"),
        ("US,Christmas,02-30,,a statute,B", "line 2"),
        ("US,Christmas,12-25,friday,a statute,B", 'line 2: "friday" is no way'),
        ("US,Christmas,12-25,,a statute,B,more", "line 2"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(line: str, complaint: str) -> None:
    with pytest.raises(InputRefused, match=complaint):
        parse_holidays([HEADER, line], "holidays.csv")


def test_a_rule_is_what_the_whole_cell_says() -> None:
    with pytest.raises(ValueError, match="is no rule"):
        replace(holiday("12-25"), rule="12-25 ").falls_on(2026)
