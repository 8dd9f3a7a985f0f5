"""What differs from the law as the tables have it: rows set aside, stricter rows, closed places, each with its words.

Whoever launches sees them, and every report repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from campaigns.rules.facts import Closure, Override
from campaigns.rules.hours import ALWAYS_FROM, ALWAYS_TO, HoursRow, write_days
from campaigns.rules.rules import Rules
from campaigns.spec import write_windows


@dataclass(frozen=True, slots=True)
class OwnRule:
    """One of them: what it is, where, in plain words, and the reason or source that was written."""

    what: str
    jurisdiction: str
    facts: str
    because: str

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.what}, {self.facts}: {self.because}"


def own_rules(rules: Rules, today: date) -> tuple[OwnRule, ...]:
    """All of a campaign's, closures of every campaign included; what is over on ``today`` is left out."""
    return tuple(_own_rules(rules, today))


def _own_rules(rules: Rules, today: date) -> Iterator[OwnRule]:
    for override in rules.overrides:
        yield _set_aside(override)
    for row in rules.own:
        if row.effective_to >= today:
            yield _stricter(row)
    for closure in rules.closures:
        if closure.last >= today:
            yield _closed(closure)


def _set_aside(override: Override) -> OwnRule:
    which = f"the rows on {override.voice} calls" if override.voice else "all rows"
    return OwnRule("law set aside", override.jurisdiction, which, override.reason)


def _stricter(row: HoursRow) -> OwnRule:
    hours = ", ".join(write_windows(row.windows)) or "closed"
    first = f" from {row.effective_from}" if row.effective_from != ALWAYS_FROM else ""
    last = f" until {row.effective_to}" if row.effective_to != ALWAYS_TO else ""
    return OwnRule("hours of your own", row.jurisdiction, f"{write_days(row.days)} {hours}{first}{last}", row.source)


def _closed(closure: Closure) -> OwnRule:
    return OwnRule("closed", closure.jurisdiction, f"{closure.first} to {closure.last}", closure.reason)
