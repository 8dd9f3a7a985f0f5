"""Where the law wants an artificial voice to say what it is, and whether an agent's greeting does.

``data/disclosure.csv`` has the columns of ``rows``. The words looked for are those by which a listener knows: that a
greeting has one of them does not make it a good one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from campaigns.rules.facts import Place
from campaigns.rules.law import jurisdictions_of
from campaigns.rules.rows import LawRow, Table, dates_around, parse_rows, rows_that_bind
from campaigns.rules.rules import Rules
from campaigns.shipped import table

SAYS_SO = re.compile(
    r"\b(?:a\.?i\.?|artificial(?:ly)?|virtual|automated|computer|robot|synthetic|machine|digital assistant|bot"
    r"|artificiel(?:le)?|automatique|inteligencia|artificiale|automatisch\w*|künstlich\w*|ki|ia|artificiais)\b",
    re.IGNORECASE,
)


def discloses(greeting: str) -> bool:
    """Whether a greeting says that an artificial voice speaks."""
    return bool(SAYS_SO.search(greeting))


def disclosures_of(places: Iterable[Place], rules: Rules, now: datetime) -> list[LawRow]:
    """The rows that ask for it of calls to these places."""
    days = dates_around(now)
    found = (
        row
        for place in places
        for row in rows_that_bind(disclosure_table(), jurisdictions_of(place), rules, days, "disclosure")
    )
    return list(dict.fromkeys(found))


def parse_disclosures(lines: Iterable[Mapping[str, str]], origin: str) -> Table[LawRow]:
    """Read the table; raises InputRefused."""
    return parse_rows(lines, _parse, origin)


@cache
def disclosure_table() -> Table[LawRow]:
    """The table that is shipped, by jurisdiction."""
    return parse_disclosures(table("rules/data/disclosure.csv"), "rules/data/disclosure.csv")


def _parse(cells: Mapping[str, str], **shared: Any) -> LawRow:
    return LawRow(**shared)
