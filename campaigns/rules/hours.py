"""The law's calling hours, as a table: which rows bind whom, and what they leave of a day.

``data/hours.csv`` holds one row per span of hours: jurisdiction (a country "US", or one of its states "US-FL"), the
first and last local date it is in force (blank: no bound), days of the week, start and end in the called person's local
time, the statute, and how sure we are of it (A: the text itself was read, down to C: second-hand).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from campaigns.errors import InputRefused
from campaigns.rules.facts import Place
from campaigns.rules.windows import Spans, union
from campaigns.spec import Window, parse_window

AMERICAN_REGIONS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
"""Regions of the numbering plan that federal American law governs."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One row of the table; ``weekdays`` counts from Monday = 0, ``window`` is in minutes after local midnight."""

    jurisdiction: str
    effective_from: date
    effective_to: date
    weekdays: frozenset[int]
    window: Window
    source: str
    certainty: str


def law_on(rows: Iterable[HoursRow], day: date) -> Spans | None:
    """When one jurisdiction's rows allow a call on a local date; None where no row is in force: the law is silent.

    Several rows of a day are several windows; a day that none of the rows in force names is closed.
    """
    in_force = [row for row in rows if row.effective_from <= day <= row.effective_to]
    if not in_force:
        return None
    return union(row.window for row in in_force if day.weekday() in row.weekdays)


def jurisdictions_of(place: Place) -> tuple[str, ...]:
    """The jurisdictions of a place that have rows of their own, the country first."""
    country = "US" if place.region in AMERICAN_REGIONS else place.region
    names = (country, f"{country}-{place.state}") if place.state else (country,)
    return tuple(name for name in names if name in _table())


def rows_of(jurisdiction: str) -> tuple[HoursRow, ...]:
    """The rows of a jurisdiction, in the table's order."""
    return _table().get(jurisdiction, ())


def parse_hours(lines: Iterable[str], origin: str) -> tuple[HoursRow, ...]:
    """Read the table's text; raises InputRefused with the line where a row is unreadable or names no source."""
    reader = csv.DictReader(lines)
    rows = []
    for cells in reader:
        try:
            rows.append(_parse_row(cells))
        except (KeyError, ValueError) as error:
            raise InputRefused(f"{origin} line {reader.line_num}: {error}") from error
    return tuple(rows)


def _parse_row(cells: dict[str, str]) -> HoursRow:
    if not cells["source"] or not cells["certainty"]:
        raise ValueError("a rule needs its source and how sure it is")
    first, _, last = cells["days"].partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return HoursRow(
        jurisdiction=cells["jurisdiction"],
        effective_from=date.fromisoformat(cells["effective_from"] or "0001-01-01"),
        effective_to=date.fromisoformat(cells["effective_to"] or "9999-12-31"),
        weekdays=frozenset(range(start, end + 1)),
        window=parse_window(f"{cells['start']}-{cells['end']}"),
        source=cells["source"],
        certainty=cells["certainty"],
    )


@cache
def _table() -> dict[str, tuple[HoursRow, ...]]:
    file = resources.files("campaigns.rules").joinpath("data/hours.csv")
    table: dict[str, tuple[HoursRow, ...]] = {}
    for row in parse_hours(file.read_text(encoding="utf-8").splitlines(), "rules/data/hours.csv"):
        table[row.jurisdiction] = (*table.get(row.jurisdiction, ()), row)
    return table
