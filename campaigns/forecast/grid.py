"""A forecast's calls by day and hour, on one clock: what both the terminal's plot and the picture show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from campaigns.forecast.outlook import Quarter
from campaigns.rules.zones import zone

MOST_DAYS = 42
"""Of more days the plot has a row a week."""
HOURS = 24
UTC = "UTC"


@dataclass(frozen=True, slots=True)
class Row:
    """One day, or the week that begins on it: calls by hour of the clock, and how many of them are answered."""

    first: date
    calls: tuple[float, ...]
    answers: float

    @property
    def in_all(self) -> float:
        """The calls of all hours."""
        return sum(self.calls)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows from the first day with a call to the last, none left out; ``zone`` names the clock."""

    zone: str
    weekly: bool
    rows: tuple[Row, ...]

    @property
    def busiest(self) -> float:
        """The most calls of any hour."""
        return max((calls for row in self.rows for calls in row.calls), default=0.0)


def grid(quarters: tuple[Quarter, ...], zone_name: str) -> Grid:
    """Lay the quarters of an hour out on the clock of this zone."""
    here = zone(zone_name) or ZoneInfo(UTC)
    calls: defaultdict[date, list[float]] = defaultdict(lambda: [0.0] * HOURS)
    answers: defaultdict[date, float] = defaultdict(float)
    for quarter in quarters:
        there = quarter.at.astimezone(here)
        calls[there.date()][there.hour] += quarter.calls
        answers[there.date()] += quarter.answers
    if not calls:
        return Grid(zone_name, False, ())
    first, last = min(calls), max(calls)
    weekly = (last - first).days >= MOST_DAYS
    first -= timedelta(days=first.weekday()) if weekly else timedelta(0)
    step = 7 if weekly else 1
    firsts = [first + timedelta(days=at) for at in range(0, (last - first).days + 1, step)]
    spans = {day: [day + timedelta(days=at) for at in range(step)] for day in firsts}
    rows = tuple(
        Row(day, tuple(sum(calls[each][hour] for each in days) for hour in range(HOURS)), sum(answers[d] for d in days))
        for day, days in spans.items()
    )
    return Grid(zone_name, weekly, rows)
