"""The law's calling hours, as a table: what each row leaves of a day, from which source, and how sure.

``data/hours.csv`` holds one row per kind of day: jurisdiction (a country "FR", an American state "US-FL", "*" for every
country without rows); the first and last local date it is in force (blank: no bound); whose voice it binds ("live": any
call, "automated": only those of an artificial voice); the days ("mon-fri", "sun hol"); the hours of those days
("10:00-13:00 14:00-20:00", or "closed"); the clock they are read on (blank: the called person's); the calendars of
holidays that "hol", and "eve", the day before one, look at; the statute; and how sure we are of it (A: its text was
read; B: one careful reading of it; C: second-hand, a norm, or our own choice).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from campaigns.errors import InputRefused
from campaigns.rules.holidays import DAY, DAYS, holiday_on
from campaigns.rules.windows import Spans, overlap, union
from campaigns.rules.zones import zone
from campaigns.spec import parse_window

Voice = Literal["live", "automated"]
VOICES: tuple[Voice, ...] = ("live", "automated")
HOLIDAY, EVE = "hol", "eve"
ALWAYS_FROM, ALWAYS_TO = date.min, date.max


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One row of the table; ``windows`` are minutes after midnight on its clock, none: closed."""

    jurisdiction: str
    effective_from: date
    effective_to: date
    voice: Voice
    days: frozenset[str]
    windows: Spans
    clock: str
    calendars: tuple[str, ...]
    source: str
    certainty: str
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it binds on this local date."""
        return self.effective_from <= day <= self.effective_to

    def holiday(self, day: date) -> str | None:
        """The holiday for which it names this date: the day's own, or for an eve the next day's."""
        if HOLIDAY in self.days and (name := holiday_on(self.calendars, day)):
            return name
        return holiday_on(self.calendars, day + DAY) if EVE in self.days else None


def law_on(rows: Iterable[HoursRow], day: date) -> Spans | None:
    """When rows of one jurisdiction allow a call on a local date; None where none names the day: they are silent.

    Several rows that name a weekday are several windows of it. On a holiday, what both the weekday's rows and the
    holiday's leave is open: a row can never widen another's closed day.
    """
    in_force = [row for row in rows if row.in_force(day)]
    usual = [row for row in in_force if DAYS[day.weekday()] in row.days]
    special = [row for row in in_force if row.holiday(day)]
    if not usual and not special:
        return None
    minutes = union(window for row in usual or special for window in row.windows)
    for row in special:
        minutes = overlap(minutes, row.windows)
    return minutes


def parse_hours(lines: Iterable[str], origin: str) -> tuple[HoursRow, ...]:
    """Read the table's text; raises InputRefused with the line where a row is unreadable or names no source."""
    reader = csv.DictReader(lines)
    rows = []
    for cells in reader:
        try:
            rows.append(_parse_row(cells))
        except (KeyError, TypeError, ValueError) as error:
            raise InputRefused(f"{origin} line {reader.line_num}: {error}") from error
    return tuple(rows)


def parse_days(text: str) -> frozenset[str]:
    """Turn ``"mon-fri"`` or ``"sun hol"`` into the names of days; raises ValueError for anything else."""
    days: set[str] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        if not last and first in (HOLIDAY, EVE):
            days.add(first)
        elif first in DAYS and (last or first) in DAYS and DAYS.index(first) <= DAYS.index(last or first):
            days.update(DAYS[DAYS.index(first) : DAYS.index(last or first) + 1])
        else:
            raise ValueError(f'"{part}" is no day: write "mon-fri", "sat", "hol" or "eve"')
    if not days:
        raise ValueError("no day is named")
    return frozenset(days)


def write_days(days: Iterable[str]) -> str:
    """Days as the table writes them: ``mon-fri``, ``sun hol``."""
    runs: list[list[str]] = []
    for day in sorted(days, key=(*DAYS, HOLIDAY, EVE).index):
        if runs and day in DAYS and DAYS.index(day) == DAYS.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else run[0] for run in runs)


@cache
def hours_table() -> Mapping[str, tuple[HoursRow, ...]]:
    """The table that is shipped, by jurisdiction."""
    text = resources.files("campaigns.rules").joinpath("data/hours.csv").read_text(encoding="utf-8")
    table: dict[str, tuple[HoursRow, ...]] = {}
    for row in parse_hours(text.splitlines(), "rules/data/hours.csv"):
        table[row.jurisdiction] = (*table.get(row.jurisdiction, ()), row)
    return table


def _parse_row(cells: dict[str, str]) -> HoursRow:
    if not cells["source"] or not cells["certainty"]:
        raise ValueError("a rule needs its source and how sure it is")
    voice = next((known for known in VOICES if known == cells["voice"]), None)
    if voice is None:
        raise ValueError(f'"{cells["voice"]}" is no voice: write "live" or "automated"')
    if cells["clock"] and zone(cells["clock"]) is None:
        raise ValueError(f'"{cells["clock"]}" is no time zone')
    days, calendars = parse_days(cells["days"]), tuple(cells["holidays"].split())
    if bool(days & {HOLIDAY, EVE}) != bool(calendars):
        raise ValueError('"hol" and "eve" need a calendar in the column holidays, and only they do')
    windows = () if cells["hours"] == "closed" else union(parse_window(part) for part in cells["hours"].split())
    if not windows and cells["hours"] != "closed":
        raise ValueError('write hours such as "09:00-20:00", or "closed"')
    return HoursRow(
        jurisdiction=cells["jurisdiction"],
        effective_from=date.fromisoformat(cells["effective_from"]) if cells["effective_from"] else ALWAYS_FROM,
        effective_to=date.fromisoformat(cells["effective_to"]) if cells["effective_to"] else ALWAYS_TO,
        voice=voice,
        days=days,
        windows=windows,
        clock=cells["clock"],
        calendars=calendars,
        source=cells["source"],
        certainty=cells["certainty"],
        note=cells["note"],
    )
