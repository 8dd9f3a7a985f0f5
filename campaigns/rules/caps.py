"""How often somebody may be called: caps of the law and of the campaign, in rolling windows, over all campaigns.

``data/caps.csv``: what is counted ("person": calls to any of the person's numbers; "number": to the one now to be
called; "subject", "client": those to the person about the same, or for the same client), the events ("calls", or
"conversations": calls a person answered), how many may lie within a window ("24h", "7d"), and the columns of ``rows``.
An event counts until it is as old as the window: then the oldest of the last ``limit`` makes room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from campaigns.rules.facts import Call, History, Person
from campaigns.rules.law import DEFAULT, jurisdictions_of
from campaigns.rules.rows import LawRow, Table, dates_around, parse_rows, rows_that_bind
from campaigns.rules.rules import Rules
from campaigns.shipped import table
from campaigns.spec import COUNTED, Limit, parse_duration
from campaigns.vocabulary import Reason

DAY = timedelta(hours=24)
EVENTS = ("calls", "conversations")
UNITS = (
    ("days", DAY), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)), ("seconds", timedelta(seconds=1)),
)  # fmt: skip
WHOSE = {
    "person": "to this person", "number": "to this number", "subject": "to this person about this subject",
    "client": "to this person for this client",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CapRow(LawRow):
    """A row of the table."""

    limit: Limit


@dataclass(frozen=True, slots=True)
class Cap:
    """One limit that binds a call, and where it comes from."""

    limit: Limit
    source: str

    def count(self, calls: Iterable[Call], now: datetime) -> list[datetime]:
        """The instants of what counts at ``now``, oldest first."""
        since, counted = now - self.limit.window, self.limit.counted
        spoken = self.limit.events == "conversations"
        return sorted(
            call.at
            for call in calls
            if call.at > since and (call.spoke or not spoken) and (counted == "person" or getattr(call, counted))
        )

    def frees(self, calls: Iterable[Call], now: datetime) -> datetime | None:
        """When it leaves room again; None: it does now."""
        counted = self.count(calls, now)
        most = self.limit.most
        return counted[-most] + self.limit.window if len(counted) >= most else None

    @property
    def reason(self) -> Reason:
        """What somebody is told who waits for it."""
        if self.limit.events == "conversations":
            return Reason.SPOKEN_LATELY
        if self.limit.gap:
            return Reason.MINIMUM_GAP
        return Reason.ATTEMPT_CAP if self.limit.window <= DAY else Reason.ATTEMPT_CAP_DAYS

    @property
    def words(self) -> str:
        """What it allows, for people, to go on from "2 of"."""
        limit, events = self.limit, self.limit.events if self.limit.most > 1 else self.limit.events[:-1]
        return f"at most {limit.most} {events} {WHOSE[limit.counted]} in {_span(limit.window)}"


def caps_on(person: Person, rules: Rules, now: datetime) -> tuple[Cap, ...]:
    """The caps that bind a call at ``now``: the campaign's own, then the law's."""
    return _caps_on(jurisdictions_of(person.place), rules, dates_around(now))


def last_to_free(person: Person, history: History, rules: Rules, now: datetime) -> tuple[datetime, Cap] | None:
    """Of the caps that bind at ``now`` and leave no room the one that frees last, and when; None: all leave room."""
    if not history.calls:
        return None
    caps = caps_on(person, rules, now)
    waits = [(free, cap) for cap in caps if (free := cap.frees(history.calls, now)) is not None]
    return max(waits, key=lambda wait: wait[0], default=None)


def cap_ends(person: Person, history: History, rules: Rules, now: datetime) -> datetime | None:
    """When all caps that bind at ``now`` leave room; None: they do now."""
    found = last_to_free(person, history, rules, now)
    return found[0] if found else None


@lru_cache(maxsize=256)
def longest_window(rules: Rules) -> timedelta:
    """How far back calls may count."""
    shipped = (row.limit.window for rows in caps_table().values() for row in rows)
    return max((*shipped, *(limit.window for limit in rules.limits)), default=DAY)


def parse_caps(lines: Iterable[Mapping[str, str]], origin: str) -> Table[CapRow]:
    """Read the table; raises InputRefused."""
    return parse_rows(lines, _parse, origin)


@cache
def caps_table() -> Table[CapRow]:
    """The table that is shipped, by jurisdiction."""
    return parse_caps(table("rules/data/caps.csv"), "rules/data/caps.csv")


@lru_cache(maxsize=4096)
def _caps_on(jurisdictions: tuple[str, ...], rules: Rules, days: Sequence[date]) -> tuple[Cap, ...]:
    own = [Cap(limit, "campaign file") for limit in rules.limits]
    rows = rows_that_bind(caps_table(), jurisdictions, rules, days, "caps")
    law = [Cap(row.limit, f"{_name(row.jurisdiction)}: {row.source}") for row in rows]
    return tuple(dict.fromkeys((*own, *law)))


def _span(window: timedelta) -> str:
    fits = ((name, unit) for name, unit in UNITS if not window % unit and (window > DAY or unit < DAY))
    name, unit = next(fits)
    return f"{window // unit} {name}"


def _name(jurisdiction: str) -> str:
    return "default" if jurisdiction == DEFAULT else f"{jurisdiction} law"


def _parse(cells: Mapping[str, str], **shared: Any) -> CapRow:
    if cells["counted"] not in COUNTED or cells["events"] not in EVENTS:
        raise ValueError(f"counted is one of {', '.join(COUNTED)}, events one of {', '.join(EVENTS)}")
    window, most = parse_duration(cells["window"]), int(cells["limit"])
    if most < 1 or not isinstance(window, timedelta):
        raise ValueError("a cap allows at least one in a window")
    return CapRow(**shared, limit=Limit(cells["counted"], cells["events"], most, window))
