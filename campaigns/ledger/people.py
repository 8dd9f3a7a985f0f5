"""What the rules are told about a lead or a contact."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import Lead
from campaigns.ledger.suppression import suppressed_numbers
from campaigns.ledger.tables import attempts
from campaigns.rules.facts import History, Person
from campaigns.vocabulary import AttemptState, PhoneType

DAY = timedelta(hours=24)
CHUNK = 500


def person_of_lead(lead: Lead) -> Person:
    """A lead by its first number, and every zone the person could be in."""
    phone = lead.phones[0]
    return Person(phone.e164, phone.region, phone.types, lead.zones, lead.state)


def person_of_contact(contact: sa.Row[Any]) -> Person:
    """A contact by its current number, and every zone the person could be in."""
    phone = contact.numbers[contact.position]
    zones = tuple(contact.zones.split(",")) if contact.zones else ()
    types = tuple(PhoneType(type_) for type_ in phone["types"])
    return Person(phone["e164"], phone["region"], types, zones, contact.region_state)


def histories(
    conn: sa.Connection, numbers: Collection[str], client: str, campaign_id: int, now: datetime
) -> dict[str, History]:
    """What the ledger knows of these numbers: suppression, and the calls of the last 24 hours over all campaigns."""
    barred = suppressed_numbers(conn, {(number, client, campaign_id) for number in numbers})
    recent: dict[str, list[datetime]] = {}
    ordered = sorted(numbers)
    for start in range(0, len(ordered), CHUNK):
        calls = sa.select(attempts.c.number, attempts.c.intent_at).where(
            attempts.c.number.in_(ordered[start : start + CHUNK]),
            attempts.c.intent_at > now - DAY,
            attempts.c.state != AttemptState.NOT_PLACED,
        )
        for row in conn.execute(calls):
            recent.setdefault(row.number, []).append(row.intent_at)
    return {
        number: History(barred.get((number, campaign_id)), tuple(sorted(recent.get(number, ())))) for number in numbers
    }
