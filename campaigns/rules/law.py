"""Which of the law's rows bind a call: by where the person could be, whose voice it is, and what the user added.

A statute is the rows of one jurisdiction that speak of one voice on one clock; every statute that binds must allow the
call. A live call keeps the rows on live calls; an artificial voice keeps both, being arguably either (FCC 24-17).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from campaigns.rules.facts import Closure, Place
from campaigns.rules.hours import HoursRow, Voice, hours_table, law_on
from campaigns.rules.rules import Rules
from campaigns.rules.states import AMERICAN_REGIONS
from campaigns.rules.windows import Spans

DEFAULT = "*"


@dataclass(frozen=True, slots=True)
class Statute:
    """Rows that are read together; ``clock`` "" is the called person's own. ``own``: the campaign file's, not law."""

    jurisdiction: str
    voice: Voice
    clock: str
    rows: tuple[HoursRow, ...]
    own: bool = False

    def on(self, day: date) -> Spans | None:
        """What it leaves open of a date on its clock, in minutes after midnight; None: it is silent."""
        return law_on(self.rows, day)

    def holiday(self, day: date) -> str | None:
        """The holiday for which it closes this date or changes its hours; None: it does not."""
        return next((name for row in self.rows if row.in_force(day) and (name := row.holiday(day))), None)

    def sources(self, day: date) -> str:
        """The statutes behind the rows that are in force."""
        return "; ".join(dict.fromkeys(row.source for row in self.rows if row.in_force(day)))


@lru_cache(maxsize=65536)
def jurisdictions_of(place: Place) -> tuple[str, ...]:
    """The jurisdictions whose rows bind calls to a place, the country first.

    An American state that no one can name could be any of them: all states bind.
    """
    american = place.region in AMERICAN_REGIONS
    countries = () if american else (place.region,)
    if not american and not place.states:
        return countries
    table = hours_table()
    states = [f"US-{state}" for state in place.states]
    if not states or any(state not in table for state in states):
        states = states_known()
    return (*countries, "US", *states)


def states_known() -> list[str]:
    """Every American state and territory of the table."""
    return [name for name in hours_table() if name.startswith("US-")]


@lru_cache(maxsize=4096)
def binding(jurisdictions: tuple[str, ...], rules: Rules) -> tuple[Statute, ...]:
    """The statutes of these jurisdictions that a campaign must keep: the table's, less those set aside, and its own."""
    found: list[Statute] = []
    for name in jurisdictions:
        law = [statute for statute in statutes_of(name) if not _set_aside(name, statute.voice, rules)]
        own = [_statute([row], own=True) for row in rules.own if covers(row.jurisdiction, name)]
        found += [statute for statute in law + own if rules.voice == "ai" or statute.voice == "live"]
    return tuple(found)


def statutes_of(jurisdiction: str) -> list[Statute]:
    """What the table says of a jurisdiction: for a country without rows, the default's."""
    table = hours_table()
    rows = table.get(jurisdiction) or (() if "-" in jurisdiction else table.get(DEFAULT, ()))
    together: dict[tuple[str, str], list[HoursRow]] = {}
    for row in rows:
        together.setdefault((row.voice, row.clock), []).append(row)
    return [_statute(each) for each in together.values()]


def covers(written: str, jurisdiction: str) -> bool:
    """Whether what the user wrote for a jurisdiction is about this one: "*" is every country without rows."""
    without_rows = "-" not in jurisdiction and jurisdiction not in hours_table()
    return written == jurisdiction or (written == DEFAULT and without_rows)


def closure_on(jurisdictions: Iterable[str], closures: Iterable[Closure], day: date) -> Closure | None:
    """What closes one of these jurisdictions on a local date; None: nothing does."""
    in_force = [closure for closure in closures if closure.first <= day <= closure.last]
    named = (closure for closure in in_force for name in jurisdictions if covers(closure.jurisdiction, name))
    return next(named, None)


def holiday_of(statutes: Iterable[Statute], day: date) -> str | None:
    """The first holiday for which one of these statutes treats a date unlike its weekday."""
    return next((name for statute in statutes if (name := statute.holiday(day))), None)


def _set_aside(jurisdiction: str, voice: Voice, rules: Rules) -> bool:
    aside = (each for each in rules.overrides if each.rule == "hours" and each.voice in (None, voice))
    return any(covers(each.jurisdiction, jurisdiction) for each in aside)


def _statute(rows: list[HoursRow], *, own: bool = False) -> Statute:
    first = rows[0]
    return Statute(first.jurisdiction, first.voice, first.clock, tuple(rows), own)
