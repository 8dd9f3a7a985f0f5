"""The law's rows of a place or a person: as a document for programs and as a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from campaigns.errors import NotFound
from campaigns.leads.headings.countries import region_of
from campaigns.leads.places.american import american_state
from campaigns.rules.caps import Cap, caps_table
from campaigns.rules.consent import NEEDS, consent_table
from campaigns.rules.disclosure import disclosure_table
from campaigns.rules.facts import Closure
from campaigns.rules.holidays import DAYS, holiday_on
from campaigns.rules.hours import ALWAYS_FROM, ALWAYS_TO, EVE, HOLIDAY, HoursRow, write_days
from campaigns.rules.law import DEFAULT, covers, states_known, statutes_of
from campaigns.rules.rows import LawRow, Row, Table
from campaigns.rules.states import AMERICAN_REGIONS
from campaigns.spec import write_windows

BINDS = {"live": "every call", "automated": "an artificial voice"}
CLOSED_SHOWN = 5
AHEAD_DAYS = 400
NO_ADVICE = "This is no legal advice; docs/rules.md says what is checked, and how sure each row is."


def document(asked: str, today: date, closures: Sequence[Closure]) -> dict[str, Any]:
    """The jurisdictions that the words name, their rows in force today and those to come, and what closes them.

    Raises NotFound.
    """
    names = named(asked)
    here = [each for each in closures if any(covers(each.jurisdiction, name) for name in names)]
    return {
        "today": today.isoformat(),
        "closures": closure_lines(here),
        "jurisdictions": [jurisdiction_rows(name, today) for name in names],
    }


def closure_lines(closures: Iterable[Closure]) -> list[dict[str, Any]]:
    """Closures as a document has them."""
    return [
        {"jurisdiction": each.jurisdiction, "first": f"{each.first}", "last": f"{each.last}", "reason": each.reason}
        for each in closures
    ]


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


def jurisdiction_rows(name: str, today: date) -> dict[str, Any]:
    """One jurisdiction's rows, from the table or for a country without any the default's, and its next holidays."""
    rows = [row for statute in statutes_of(name) for row in statute.rows if row.effective_to >= today]
    calendars = {calendar: None for row in rows if HOLIDAY in row.days for calendar in row.calendars}
    ahead = (today + timedelta(days=days) for days in range(AHEAD_DAYS))
    holidays = [(day, holiday) for day in ahead if (holiday := holiday_on(calendars, day))][:CLOSED_SHOWN]
    return {
        "jurisdiction": name,
        "default": rows[0].jurisdiction != name,
        "rows": [_row(row) for row in rows],
        "other_rows": list(_other_rows(name, today)),
        "next_holidays": [{"date": day.isoformat(), "name": holiday} for day, holiday in holidays],
    }


def _row(row: HoursRow) -> dict[str, Any]:
    return {
        "days": [day for day in (*DAYS, HOLIDAY, EVE) if day in row.days],
        "hours": write_windows(row.windows),
        "binds": BINDS[row.voice],
        "clock": row.clock or None,
        **_common(row),
    }


def _common(row: HoursRow | LawRow) -> dict[str, Any]:
    return {
        "effective_from": None if row.effective_from == ALWAYS_FROM else row.effective_from.isoformat(),
        "effective_to": None if row.effective_to == ALWAYS_TO else row.effective_to.isoformat(),
        "source": row.source,
        "certainty": row.certainty,
        "note": row.note or None,
    }


def _other_rows(name: str, today: date) -> Iterator[dict[str, Any]]:
    """What the law says beside hours: caps, consent, disclosure."""
    caps = [("cap", row, Cap(row.limit, row.source).words) for row in _of(caps_table(), name)]
    consents = [("consent", row, f"wants {NEEDS[row.need]}") for row in _of(consent_table(), name)]
    told = [("disclosure", row, "the voice must say that it is artificial") for row in _of(disclosure_table(), name)]
    for what, row, words in (*caps, *consents, *told):
        if row.effective_to >= today:
            yield {"what": what, "says": words, "purposes": sorted(row.purposes), "binds": BINDS[row.voice],
                   "clock": None, **_common(row)}  # fmt: skip


def _of(table: Table[Row], name: str) -> tuple[Row, ...]:
    return table.get(name) or (() if "-" in name else table.get(DEFAULT, ()))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield from found.get("about", ())
    for closure in found["closures"]:
        yield f"CLOSED {closure['jurisdiction']}, {closure['first']} to {closure['last']}: {closure['reason']}"
    if found.get("about") or found["closures"]:
        yield ""
    for each in found["jurisdictions"]:
        default = ": no rows of its own, so the default's" if each["default"] else ""
        because = f": {each['because']}" if "because" in each else ""
        yield f"{each['jurisdiction']}{because}{default}, on {found['today']}"
        yield from (f"  set aside in this campaign: {said}" for said in each.get("set_aside", ()))
        for row in each["rows"]:
            hours = ", ".join(row["hours"]) or "closed"
            yield f"  {write_days(row['days']):<12} {hours:<25} {row['binds']:<20}{_when(row)}".rstrip()
            yield f"    {row['source']} · sure: {row['certainty']}"
            if row["note"]:
                yield f"    {row['note']}"
        for row in each["other_rows"]:
            purposes = f" ({', '.join(row['purposes'])})" if row["purposes"] else ""
            yield f"  {row['what']:<12} {row['says']}{purposes}; {row['binds']}{_when(row)}"
            yield f"    {row['source']} · sure: {row['certainty']}"
            if row["note"]:
                yield f"    {row['note']}"
        if each["next_holidays"]:
            dates = ", ".join(f"{each['date']} {each['name']}" for each in each["next_holidays"])
            yield f"  holidays next: {dates}"
        yield ""
    yield from found.get("every_state", ())
    yield NO_ADVICE


def _when(row: dict[str, Any]) -> str:
    clock = f" by the clock {row['clock']}" if row["clock"] else ""
    first = f" from {row['effective_from']}" if row["effective_from"] else ""
    last = f" until {row['effective_to']}" if row["effective_to"] else ""
    return clock + first + last
