"""Whether the law wants the person's consent to a call, and whether there is any.

``data/consent.csv``: the need ("written": consent in writing; "consent"; "ground": consent, or another ground that the
user states in ``[consent.grounds]``), and the columns of ``rows``. Consent is a cell of the list, or an attestation in
the campaign file for everyone in it. Who refuses in the list is never called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from campaigns.rules.facts import Person
from campaigns.rules.law import DEFAULT, jurisdictions_of
from campaigns.rules.rows import LawRow, Table, dates_around, parse_rows, rows_that_bind
from campaigns.rules.rules import Rules
from campaigns.shipped import table
from campaigns.vocabulary import Reason

NEEDS = {"written": "written consent", "consent": "consent", "ground": "consent or another ground"}


@dataclass(frozen=True, slots=True)
class ConsentRow(LawRow):
    """A row of the table."""

    need: str

    @property
    def words(self) -> str:
        """What it asks for, and its source."""
        name = "default" if self.jurisdiction == DEFAULT else f"{self.jurisdiction} law"
        return f"{name} wants {NEEDS[self.need]} ({self.source})"


def consent_reason(person: Person, rules: Rules, now: datetime) -> Reason | None:
    """Whether the lack of consent forbids the call at ``now``."""
    if person.consent is False:
        return Reason.CONSENT_REFUSED
    if person.consent or rules.attestation:
        return None
    return _unmet(jurisdictions_of(person.place), rules, dates_around(now))


def needs_of(person: Person, rules: Rules, now: datetime) -> tuple[ConsentRow, ...]:
    """The rows that ask for consent to this call."""
    return _needs(jurisdictions_of(person.place), rules, dates_around(now))


def ground_of(row: ConsentRow, person: Person, rules: Rules) -> str | None:
    """The ground the user states for what this row asks, where another than consent does."""
    return _ground(row, jurisdictions_of(person.place), rules)


def parse_consents(lines: Iterable[Mapping[str, str]], origin: str) -> Table[ConsentRow]:
    """Read the table; raises InputRefused."""
    return parse_rows(lines, _parse, origin)


@cache
def consent_table() -> Table[ConsentRow]:
    """The table that is shipped, by jurisdiction."""
    return parse_consents(table("rules/data/consent.csv"), "rules/data/consent.csv")


@lru_cache(maxsize=4096)
def _unmet(jurisdictions: tuple[str, ...], rules: Rules, days: Sequence[date]) -> Reason | None:
    unmet = [row for row in _needs(jurisdictions, rules, days) if not _ground(row, jurisdictions, rules)]
    if not unmet:
        return None
    return Reason.NO_GROUND if all(row.need == "ground" for row in unmet) else Reason.NO_CONSENT


def _ground(row: ConsentRow, jurisdictions: tuple[str, ...], rules: Rules) -> str | None:
    """A country that the default speaks for may be named itself."""
    grounds = dict(rules.grounds)
    named = jurisdictions[:1] if row.jurisdiction == DEFAULT else ()
    return next(filter(None, map(grounds.get, (row.jurisdiction, *named))), None) if row.need == "ground" else None


def _needs(jurisdictions: tuple[str, ...], rules: Rules, days: Sequence[date]) -> tuple[ConsentRow, ...]:
    return rows_that_bind(consent_table(), jurisdictions, rules, days, "consent")


def _parse(cells: Mapping[str, str], **shared: Any) -> ConsentRow:
    if cells["need"] not in NEEDS:
        raise ValueError(f'"{cells["need"]}" is no need: write {", ".join(NEEDS)}')
    return ConsentRow(**shared, need=cells["need"])
