"""What rows of the law's tables have in common: whose law, when in force, whose voice and what calls they bind.

The tables of caps, consent and disclosure (``data/*.csv``) share the columns jurisdiction (a country "FR", an American
state "US-FL", "*" for every country without rows in that table), the first and last date in force (blank: no bound),
voice ("live": any call, "automated": only those of an artificial voice), purposes (blank: any), source, and how sure we
are of it (A: its text was read; B: one careful reading of it; C: second-hand, a norm, or our own choice).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from campaigns.errors import InputRefused
from campaigns.rules.hours import ALWAYS_FROM, ALWAYS_TO, VOICES
from campaigns.rules.law import DEFAULT
from campaigns.rules.rules import Rules
from campaigns.spec import PURPOSES


@dataclass(frozen=True, slots=True)
class LawRow:
    """The shared columns of one row; ``purposes`` empty: any."""

    jurisdiction: str
    effective_from: date
    effective_to: date
    voice: str
    purposes: frozenset[str]
    source: str
    certainty: str
    note: str

    def binds(self, rules: Rules, days: Sequence[date]) -> bool:
        """Whether it is in force on one of these dates for a campaign of this voice and purpose."""
        in_force = any(self.effective_from <= day <= self.effective_to for day in days)
        meant = not self.purposes or rules.purpose in self.purposes
        return in_force and meant and (self.voice == "live" or rules.voice == "ai")


Row = TypeVar("Row", bound=LawRow)
Table = Mapping[str, tuple[Row, ...]]


def parse_rows(lines: Iterable[Mapping[str, str]], parse: Callable[..., Row], origin: str) -> Table[Row]:
    """Read a table's lines by jurisdiction; ``parse(cells, **shared)`` makes a row of one.

    Raises InputRefused with the line where a row is unreadable or names no source.
    """
    table: dict[str, tuple[Row, ...]] = {}
    for number, cells in enumerate(lines, start=2):
        try:
            row = parse(cells, **_shared(cells))
        except (KeyError, TypeError, ValueError) as error:
            raise InputRefused(f"{origin} line {number}: {error}") from error
        table[row.jurisdiction] = (*table.get(row.jurisdiction, ()), row)
    return table


def rows_that_bind(
    table: Table[Row], jurisdictions: Iterable[str], rules: Rules, days: Sequence[date], rule: str
) -> tuple[Row, ...]:
    """The rows of these jurisdictions that bind, less those whose ``rule`` the user set aside."""
    found = []
    for name in jurisdictions:
        rows = table.get(name) or (() if "-" in name else table.get(DEFAULT, ()))
        aside = {each.jurisdiction for each in rules.overrides if each.rule == rule}
        found += [row for row in rows if not aside & {name, row.jurisdiction} and row.binds(rules, days)]
    return tuple(found)


def dates_around(now: datetime) -> tuple[date, date]:
    """The dates that it is somewhere on earth: a row binds from its first to its last date in any place."""
    return (now - timedelta(hours=12)).date(), (now + timedelta(hours=14)).date()


def _shared(cells: Mapping[str, str]) -> dict[str, Any]:
    if not cells["source"] or not cells["certainty"]:
        raise ValueError("a rule needs its source and how sure it is")
    if cells["voice"] not in VOICES:
        raise ValueError(f'"{cells["voice"]}" is no voice: write "live" or "automated"')
    purposes = frozenset(cells["purposes"].split())
    if not purposes <= set(PURPOSES):
        raise ValueError(f'"{cells["purposes"]}": write of {", ".join(PURPOSES)}, or nothing for any purpose')
    return {
        "jurisdiction": cells["jurisdiction"],
        "effective_from": date.fromisoformat(cells["effective_from"]) if cells["effective_from"] else ALWAYS_FROM,
        "effective_to": date.fromisoformat(cells["effective_to"]) if cells["effective_to"] else ALWAYS_TO,
        "voice": cells["voice"],
        "purposes": purposes,
        "source": cells["source"],
        "certainty": cells["certainty"],
        "note": cells["note"],
    }
