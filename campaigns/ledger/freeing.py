"""What of the user's own would let most people be called sooner: ``dialer why CAMPAIGN``. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.people import histories, person_of_contact
from campaigns.ledger.tables import NOT_READY, READY, contacts
from campaigns.rules.sooner import Wish, sooner
from campaigns.vocabulary import ContactState

LOOK = 2000
"""How many waiting or excluded contacts are asked, the earliest first."""


@dataclass(frozen=True, slots=True)
class Freed:
    """A change, and how many people it would let be called sooner, or ``now``, of those asked."""

    change: str
    people: int
    now: int


@dataclass(frozen=True, slots=True)
class Freeing:
    """What would free most, most first, and how many people were asked."""

    asked: int
    changes: tuple[Freed, ...]


def freeing(conn: sa.Connection, campaign: sa.Row[Any], now: datetime) -> Freeing:
    """Ask the rules of those who wait or were excluded what would bring their call forward."""
    mine = contacts.c.campaign_id == campaign.id
    waiting = sa.select(contacts).where(mine, READY).order_by(contacts.c.next_at, contacts.c.id).limit(LOOK)
    people = list(conn.execute(waiting))
    if len(people) < LOOK:
        out = mine & NOT_READY & (contacts.c.state == ContactState.EXCLUDED)
        people += conn.execute(sa.select(contacts).where(out).order_by(contacts.c.id).limit(LOOK - len(people)))
    sooner_by, now_by = Counter[str](), Counter[str]()
    for wishes in _wishes(conn, campaign, people, now):
        sooner_by.update({wish.change for wish in wishes})
        now_by.update({wish.change for wish in wishes if wish.at <= now})
    order = sorted(sooner_by, key=lambda change: (-now_by[change], -sooner_by[change], change))
    return Freeing(len(people), tuple(Freed(change, sooner_by[change], now_by[change]) for change in order))


def _wishes(
    conn: sa.Connection, campaign: sa.Row[Any], people: Sequence[sa.Row[Any]], now: datetime
) -> list[list[Wish]]:
    """The wishes of each; those whom no rule can tell apart are asked once."""
    rules = rules_of(conn, campaign, now)
    known = histories(conn, people, campaign, rules, now)
    alike: dict[Any, list[Wish]] = {}
    found = []
    for contact in people:
        person = person_of_contact(contact)
        key = person.alike, known[contact.id]
        if key not in alike:
            alike[key] = sooner(person, known[contact.id], rules, now)
        found.append(alike[key])
    return found
