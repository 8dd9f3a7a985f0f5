"""Who a lead or a contact is: what the rules are told of them, and what is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import Column, Lead, Phone
from campaigns.ledger.bulk import among
from campaigns.ledger.suppression import suppressed_numbers
from campaigns.ledger.tables import attempts, lists
from campaigns.rules.facts import History, Person
from campaigns.vocabulary import AttemptState, PhoneType

DAY = timedelta(hours=24)
LIST_INFO = sa.cast(lists.c.info, sa.Text).label("info")
"""A list's facts as the text that ``columns_of`` reads."""


def person_of_lead(lead: Lead) -> Person:
    """A lead by its first number, and every zone the person could be in."""
    phone = lead.phones[0]
    return Person(phone.e164, phone.region, phone.types, lead.zones, lead.state)


def person_of_contact(contact: sa.Row[Any]) -> Person:
    """A contact by its current number, and every zone the person could be in."""
    phone = contact.numbers[contact.position]
    zones = tuple(contact.zones.split(",")) if contact.zones else ()
    types = tuple(PhoneType(type_) for type_ in phone["types"])
    looked_up = bool(phone.get("looked_up"))
    return Person(phone["e164"], phone["region"], types, zones, contact.region_state, looked_up)


def numbers_of(contact: sa.Row[Any]) -> list[str]:
    """Every number of a contact."""
    return [phone["e164"] for phone in contact.numbers]


def numbers_text(phones: Sequence[Phone]) -> str:
    """A contact's ``numbers`` as JSON: all but the number itself is the same for many."""
    if len(phones) == 1:
        e164, region, types, _ = phones[0]
        return f'[{{"e164": "{e164}", {_rest_text(region, types)}]'
    return f"[{', '.join(numbers_text((phone,))[1:-1] for phone in phones)}]"


def number_values(phones: Sequence[Phone]) -> list[dict[str, Any]]:
    """The same, as the values that the JSON says."""
    return [{"e164": phone.e164, "region": phone.region, "types": phone.types} for phone in phones]


@lru_cache(4096)
def _rest_text(region: str, types: tuple[PhoneType, ...]) -> str:
    return json.dumps({"region": region, "types": types})[1:]


@lru_cache(64)
def columns_of(info: str) -> tuple[Column, ...]:
    """A list's columns, from the ledger's JSON; the same text is read once."""
    columns = json.loads(info)["columns"]
    return tuple(Column(column["header"], column["field"], column["why"]) for column in columns)


def histories(
    conn: sa.Connection, contacts: Sequence[sa.Row[Any]], client: str, campaign_id: int, now: datetime
) -> dict[int, History]:
    """What the ledger knows of these contacts, by id: suppression, and the last 24 hours' calls of the current number.

    The calls are those of all campaigns. Who opted out on one number did so on all of theirs.
    """
    asked = {(number, client, campaign_id) for contact in contacts for number in numbers_of(contact)}
    barred = {number: reason for (number, _), reason in suppressed_numbers(conn, asked).items()}
    current = {contact.id: numbers_of(contact)[contact.position] for contact in contacts}
    recent = _recent(conn, sorted(set(current.values())), now)
    found = {}
    for contact in contacts:
        reason = next((barred[number] for number in numbers_of(contact) if number in barred), None)
        found[contact.id] = History(reason, tuple(sorted(recent.get(current[contact.id], ()))))
    return found


def _recent(conn: sa.Connection, numbers: Sequence[str], now: datetime) -> dict[str, list[datetime]]:
    recent: dict[str, list[datetime]] = {}
    calls = sa.select(attempts.c.number, attempts.c.intent_at).where(
        among(conn, attempts.c.number, numbers),
        attempts.c.intent_at > now - DAY,
        attempts.c.state != AttemptState.NOT_PLACED,
    )
    for row in conn.execute(calls):
        recent.setdefault(row.number, []).append(row.intent_at)
    return recent
