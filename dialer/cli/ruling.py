"""The law's rows of a place: as a document for programs and as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from campaigns.errors import NotFound
from campaigns.leads.headings.countries import region_of
from campaigns.leads.places.american import american_state
from campaigns.rules.holidays import DAYS, holiday_on
from campaigns.rules.hours import ALWAYS_FROM, ALWAYS_TO, EVE, HOLIDAY, HoursRow
from campaigns.rules.law import states_known, statutes_of
from campaigns.rules.states import AMERICAN_REGIONS
from campaigns.spec import write_windows

BINDS = {"live": "every call", "automated": "an artificial voice"}
CLOSED_SHOWN = 5
AHEAD_DAYS = 400
NO_ADVICE = "This is no legal advice; docs/rules.md says what is checked, and how sure each row is."


def document(asked: str, today: date) -> dict[str, Any]:
    """The jurisdictions that the words name and their rows in force today, and those to come; raises NotFound."""
    return {"today": today.isoformat(), "jurisdictions": [_jurisdiction(name, today) for name in named(asked)]}


def named(asked: str) -> list[str]:
    """The jurisdictions that a state's or country's name or code stands for, a state's country first."""
    states = states_known()
    state = asked.upper() if asked.upper() in states else None
    country = None if state else region_of(asked)
    state = state or (f"US-{code}" if (code := american_state(asked)) and f"US-{code}" in states else None)
    names = ["US", state] if state else []
    if country and country not in AMERICAN_REGIONS and (not state or statutes_of(country)[0].jurisdiction == country):
        names.append(country)
    if country == "US" and not state:
        names.append(country)
    if not names:
        raise NotFound(f'"{asked}" is no American state and no country; write FL, "New York", GB or France')
    return names


def page(found: dict[str, Any]) -> str:
    """The document for a person."""
    return "\n".join(_lines(found))


def _jurisdiction(name: str, today: date) -> dict[str, Any]:
    rows = [row for statute in statutes_of(name) for row in statute.rows if row.effective_to >= today]
    calendars = {calendar: None for row in rows if HOLIDAY in row.days for calendar in row.calendars}
    ahead = (today + timedelta(days=days) for days in range(AHEAD_DAYS))
    holidays = [(day, holiday) for day in ahead if (holiday := holiday_on(calendars, day))][:CLOSED_SHOWN]
    return {
        "jurisdiction": name,
        "default": rows[0].jurisdiction != name,
        "rows": [_row(row) for row in rows],
        "next_holidays": [{"date": day.isoformat(), "name": holiday} for day, holiday in holidays],
    }


def _row(row: HoursRow) -> dict[str, Any]:
    return {
        "days": [day for day in (*DAYS, HOLIDAY, EVE) if day in row.days],
        "hours": write_windows(row.windows),
        "binds": BINDS[row.voice],
        "clock": row.clock or None,
        "effective_from": None if row.effective_from == ALWAYS_FROM else row.effective_from.isoformat(),
        "effective_to": None if row.effective_to == ALWAYS_TO else row.effective_to.isoformat(),
        "source": row.source,
        "certainty": row.certainty,
        "note": row.note or None,
    }


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for each in found["jurisdictions"]:
        default = ": no rows of its own, so the default's" if each["default"] else ""
        yield f"{each['jurisdiction']}{default}, on {found['today']}"
        for row in each["rows"]:
            hours = ", ".join(row["hours"]) or "closed"
            yield f"  {_days(row['days']):<12} {hours:<25} {row['binds']:<20}{_when(row)}".rstrip()
            yield f"    {row['source']} · sure: {row['certainty']}"
            if row["note"]:
                yield f"    {row['note']}"
        if each["next_holidays"]:
            dates = ", ".join(f"{each['date']} {each['name']}" for each in each["next_holidays"])
            yield f"  holidays next: {dates}"
        yield ""
    yield NO_ADVICE


def _days(days: list[str]) -> str:
    """Days as the table writes them: ``mon-fri``, ``sun hol``."""
    runs: list[list[str]] = []
    for day in days:
        if runs and day in DAYS and DAYS.index(day) == DAYS.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else run[0] for run in runs)


def _when(row: dict[str, Any]) -> str:
    clock = f" by the clock {row['clock']}" if row["clock"] else ""
    first = f" from {row['effective_from']}" if row["effective_from"] else ""
    last = f" until {row['effective_to']}" if row["effective_to"] else ""
    return clock + first + last
