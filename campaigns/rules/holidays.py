"""Holidays, as a table of rules: which local dates a jurisdiction's law closes.

``data/holidays.csv`` holds one row per holiday: the calendar it belongs to (a jurisdiction), its name, the rule, how it
is observed when it falls on a weekend, the statute, and how sure we are of it. A rule is ``07-04`` (each year),
``2026-12-24`` (once), ``3 mon jan``, ``last mon may``, ``easter-2`` (days from Easter Sunday); ``+1`` moves it by days
and ``even`` keeps it to even years: ``1 mon nov +1 even``. Both the day itself and the day it is observed on count.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

from campaigns.errors import InputRefused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6

FIXED = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
NTH = re.compile(rf"([1-4]|last) ({'|'.join(DAYS)}) ({'|'.join(MONTHS)})(?: \+(\d))?( even)?")
EASTER = re.compile(r"easter([+-]\d+)")

OBSERVED = ("", "nearest", "monday", "next")
"""What a holiday on a weekend does beside: nothing; Saturday to Friday and Sunday to Monday; Sunday to Monday; to the
next day that is neither weekend nor holiday."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One row of the table."""

    calendar: str
    name: str
    rule: str
    observed: str
    source: str
    certainty: str

    def falls_on(self, year: int) -> date | None:
        """Its date in that year; None in a year without it."""
        if match := EASTER.fullmatch(self.rule):
            return easter(year) + int(match[1]) * DAY
        if match := NTH.fullmatch(self.rule):
            nth, weekday, month, later, even = match.groups()
            found = _nth(year, MONTHS.index(month) + 1, DAYS.index(weekday), nth)
            return None if even and year % 2 else found + int(later or 0) * DAY
        if match := FIXED.fullmatch(self.rule):
            once = match[1] and int(match[1]) != year
            return None if once else date(year, int(match[2]), int(match[3]))
        raise ValueError(f'"{self.rule}" is no rule for a holiday')


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    corrected = century - (century + 8) // 25 + 1
    epact = (19 * golden + century - century // 4 - corrected // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holiday_on(calendars: Iterable[str], day: date) -> str | None:
    """The name of the holiday that a local date is in one of these calendars, observed days included; else None."""
    return next((name for calendar in calendars if (name := _days_of(calendar, day.year).get(day))), None)


def days_of(holidays: Iterable[Holiday], year: int) -> dict[date, str]:
    """The dates that these holidays close in a year, each with its name."""
    days: dict[date, str] = {}
    kept: list[tuple[date, Holiday]] = []
    for around in (year - 1, year, year + 1):  # the first of January may be observed in December
        kept += [(day, holiday) for holiday in holidays if (day := holiday.falls_on(around))]
    for day, holiday in sorted(kept, key=lambda pair: pair[0]):
        days.setdefault(day, holiday.name)
    for day, holiday in sorted(kept, key=lambda pair: pair[0]):
        observed = _observed(day, holiday.observed, days)
        days.setdefault(observed, f"{holiday.name} (observed)")
    return {day: name for day, name in days.items() if day.year == year}


def parse_holidays(lines: Iterable[str], origin: str) -> tuple[Holiday, ...]:
    """Read the table's text; raises InputRefused with the line where a row is unreadable or names no source."""
    reader = csv.DictReader(lines)
    holidays = []
    for cells in reader:
        try:
            holidays.append(_parse_row(cells))
        except (TypeError, ValueError) as error:
            raise InputRefused(f"{origin} line {reader.line_num}: {error}") from error
    return tuple(holidays)


@cache
def holiday_table() -> Mapping[str, tuple[Holiday, ...]]:
    """The table that is shipped, by calendar."""
    text = resources.files("campaigns.rules").joinpath("data/holidays.csv").read_text(encoding="utf-8")
    table: dict[str, tuple[Holiday, ...]] = {}
    for holiday in parse_holidays(text.splitlines(), "rules/data/holidays.csv"):
        table[holiday.calendar] = (*table.get(holiday.calendar, ()), holiday)
    return table


@cache
def _days_of(calendar: str, year: int) -> Mapping[date, str]:
    return days_of(holiday_table().get(calendar, ()), year)


def _parse_row(cells: dict[str, str]) -> Holiday:
    holiday = Holiday(**cells)
    if not all((holiday.calendar, holiday.name, holiday.source, holiday.certainty)):
        raise ValueError("a holiday needs its calendar, its name, its source and how sure it is")
    if holiday.observed not in OBSERVED:
        raise ValueError(f'"{holiday.observed}" is no way to observe a holiday')
    holiday.falls_on(2026)
    return holiday


def _nth(year: int, month: int, weekday: int, nth: str) -> date:
    if nth == "last":
        last = date(year + month // 12, month % 12 + 1, 1) - DAY
        return last - (last.weekday() - weekday) % 7 * DAY
    first = date(year, month, 1)
    return first + (weekday - first.weekday()) % 7 * DAY + (int(nth) - 1) * 7 * DAY


def _observed(day: date, how: str, taken: Mapping[date, str]) -> date:
    if how == "nearest":
        return day + {SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0) * DAY
    if how == "monday":
        return day + {SUNDAY: 1}.get(day.weekday(), 0) * DAY
    if how == "next" and day.weekday() >= SATURDAY:
        while day.weekday() >= SATURDAY or day in taken:
            day += DAY
    return day
