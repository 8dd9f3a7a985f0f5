"""The oracle: an independent, slow judge of calling hours, and the cases that the rules are held against it with.

It reads the tables of the law with a reader of its own, looks at the wall clocks of one minute with ``zoneinfo`` and
knows none of our code: no windows, no caches, no UTC arithmetic. Easter is a list.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.chaos.checker import pinned

DATA = Path(__file__).parents[1] / "campaigns" / "rules" / "data"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEAR = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EASTER = {
    2023: "04-09", 2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2028: "04-16", 2029: "04-01",
}  # fmt: skip
AMERICAN = {"US", "PR", "VI", "GU", "AS", "MP"}
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
Hours = list[tuple[str, str]]


def read(name: str) -> list[dict[str, Any]]:
    """The table as it stands in its file, with days and hours taken apart."""
    lines: list[dict[str, Any]] = list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))
    for line in lines:
        if "hours" in line:
            line["spans"] = [span.split("-") for span in line["hours"].split() if span != "closed"]
            line["named"] = {day for part in line["days"].split() for day in days(part)}
    return lines


def days(part: str) -> list[str]:
    first, _, last = part.partition("-")
    return [first] if not last else list(WEEK[WEEK.index(first) : WEEK.index(last) + 1])


HOURS, HOLIDAYS = read("hours.csv"), read("holidays.csv")
AREAS = {line["area_code"]: line["states"].split() for line in read("../../data/area_codes.csv")}
STATES = sorted({line["jurisdiction"] for line in HOURS if line["jurisdiction"].startswith("US-")})


@dataclass(frozen=True)
class Call:
    """Who would be called, by which campaign: as plain words, none of ours."""

    number: str
    region: str
    zones: tuple[str, ...]
    state: str | None = None
    voice: str = "ai"
    week: tuple[tuple[tuple[int, int], ...], ...] = (((0, 1440),),) * 7
    closed: tuple[date, ...] = ()
    shut: tuple[tuple[str, date, date], ...] = ()
    aside: tuple[str, ...] = ()
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Work out the jurisdictions: the country's, the column's state's, the area code's states'; any, if none."""
        named = [self.state] if self.state else []
        if self.region == "US":
            named += AREAS.get(self.number[2:5], [])
        elif self.region in AMERICAN:
            named.append(self.region)
        states = [f"US-{name}" for name in named] or (STATES if self.region in AMERICAN else [])
        country = [] if self.region in AMERICAN else [self.region]
        object.__setattr__(self, "names", (*country, *(["US", *states] if states else [])))


def may_call(call: Call, moment: datetime) -> bool:
    """Whether every wall clock the person could have, and every law that could bind, allow this very minute."""
    return all(_on_the_wall(call, moment.astimezone(_zone(name))) for name in call.zones) and all(
        _lawful(lines, moment.astimezone(_zone(lines[0]["clock"])))
        for lines in _statutes(call.names, call.aside, call.voice)
        if lines[0]["clock"]
    )


def _on_the_wall(call: Call, wall: datetime) -> bool:
    day, minute = wall.date(), wall.hour * 60 + wall.minute
    if day in call.closed or any(name in call.names and first <= day <= last for name, first, last in call.shut):
        return False
    if not any(start <= minute < end for start, end in call.week[day.weekday()]):
        return False
    return all(_lawful(lines, wall) for lines in _statutes(call.names, call.aside, call.voice) if not lines[0]["clock"])


def _lawful(lines: list[dict[str, Any]], wall: datetime) -> bool:
    day, clock = wall.date(), f"{wall:%H:%M}"
    today = f"{day}"
    lines = [line for line in lines if line["effective_from"] <= today <= (line["effective_to"] or "9")]
    usual = [line for line in lines if WEEK[day.weekday()] in line["named"]]
    special = [
        line
        for line in lines
        if ("hol" in line["named"] and any(day in closed(name, day.year) for name in line["holidays"].split()))
        or ("eve" in line["named"] and any(day + DAY in closed(n, (day + DAY).year) for n in line["holidays"].split()))
    ]

    def spans(line: dict[str, Any]) -> bool:
        return any(start <= clock < end for start, end in line["spans"])

    return (any(map(spans, usual)) or not usual) and all(map(spans, special))


@cache
def _statutes(names: tuple[str, ...], aside: tuple[str, ...], voice: str) -> list[list[dict[str, Any]]]:
    known = {line["jurisdiction"] for line in HOURS}
    wanted = [name if name in known else "*" for name in names if name not in aside]
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for line in HOURS:
        if line["jurisdiction"] in wanted and (voice == "ai" or line["voice"] == "live"):
            groups.setdefault((line["jurisdiction"], line["voice"], line["clock"]), []).append(line)
    return list(groups.values())


@cache
def closed(calendar: str, year: int) -> set[date]:
    """The holidays of a year, found by asking every day of it."""
    lines = [line for line in HOLIDAYS if line["calendar"] == calendar]
    first = date(year, 1, 1)
    every = [first + n * DAY for n in range(-10, 376) if (first + n * DAY).year in EASTER]
    found = {day for day in every for line in lines if _is(line["rule"], day)}
    for day in every:
        for line in lines:
            if _is(line["rule"], day):
                found.add(_instead(line["observed"], day, found))
    return {day for day in found if day.year == year}


def _is(rule: str, day: date) -> bool:
    if rule.startswith("easter"):
        easter = date.fromisoformat(f"{day.year}-{EASTER[day.year]}")
        return (day - easter).days == int(rule.removeprefix("easter"))
    words = rule.split()
    if len(words) == 1:
        return f"{day}".endswith(rule)
    if words[-1] == "even":
        if day.year % 2:
            return False
        words.pop()
    if words[-1][0] == "+":
        day -= int(words.pop()) * DAY
    nth, weekday, month = words
    fits = (day + 7 * DAY).month != day.month if nth == "last" else (day.day + 6) // 7 == int(nth)
    return fits and WEEK[day.weekday()] == weekday and YEAR[day.month - 1] == month


def _instead(how: str, day: date, taken: set[date]) -> date:
    if how == "nearest" and day.weekday() == 5:
        return day - DAY
    if how in ("nearest", "monday") and day.weekday() == 6:
        return day + DAY
    if how == "next" and day.weekday() > 4:
        while day.weekday() > 4 or day in taken:
            day += DAY
    return day


@cache
def _zone(name: str) -> Any:
    return pinned(name)


def beside_a_change(call: Call, moment: datetime) -> bool:
    """Whether a clock of this call changes so near that a minute could be skipped or repeated (Troll: two hours)."""
    around = [moment + hours * timedelta(hours=1, seconds=30) for hours in (-2, -1, 0, 1, 2)]
    return any(len({at.astimezone(_zone(name)).utcoffset() for at in around}) > 1 for name in call.zones)


def step(call: Call, moment: datetime, most: timedelta) -> datetime | None:
    """The first minute from ``moment`` on that allows the call, found by asking each; None: none within ``most``."""
    at, last = moment, moment + most
    while at <= last:
        if may_call(call, at):
            return at
        at = at.astimezone(UTC) + MINUTE
    return None
