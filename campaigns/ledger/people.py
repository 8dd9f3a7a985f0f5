"""Who a lead or a contact is: what the rules are told of them, and what is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from campaigns.leads.consents import consent_of
from campaigns.leads.lead import Column, Lead, Phone
from campaigns.ledger.among import among
from campaigns.ledger.suppression import suppressed_numbers
from campaigns.ledger.tables import attempts, campaigns, lists
from campaigns.rules.caps import longest_window
from campaigns.rules.facts import Call, History, Person
from campaigns.rules.retry import REACHED
from campaigns.rules.rules import Rules
from campaigns.vocabulary import AttemptState, PhoneType

LIST_INFO = sa.cast(lists.c.info, sa.Text).label("info")
"""A list's facts as the text that ``columns_of`` reads."""
_MADE = (
    sa.select(attempts.c.number, attempts.c.intent_at, attempts.c.result, campaigns.c.subject, campaigns.c.client)
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .where(among(attempts.c.number, sa.bindparam("numbers")), attempts.c.intent_at > sa.bindparam("since"))
    .where(attempts.c.state != AttemptState.NOT_PLACED)
)


def person_of_lead(lead: Lead) -> Person:
    """A lead by its first number, and every zone the person could be in."""
    phone = lead.phones[0]
    return Person(phone.e164, phone.region, phone.types, lead.zones, lead.state, consent_of(lead.consent))


def person_of_contact(contact: sa.Row[Any]) -> Person:
    """A contact by its current number, and every zone the person could be in."""
    phone = contact.numbers[contact.position]
    zones = tuple(contact.zones.split(",")) if contact.zones else ()
    types = _types(*phone["types"])
    looked_up = bool(phone.get("looked_up"))
    consent = consent_of(contact.consent)
    return Person(phone["e164"], phone["region"], types, zones, contact.region_state, consent, looked_up)


@lru_cache(64)
def _types(*words: str) -> tuple[PhoneType, ...]:
    return tuple(map(PhoneType, words))


def numbers_of(contact: sa.Row[Any]) -> list[str]:
    """Every number of a contact."""
    return [phone["e164"] for phone in contact.numbers]


def number_values(phones: Sequence[Phone]) -> list[dict[str, Any]]:
    """The same, as the values that the JSON says."""
    return [{"e164": phone.e164, "region": phone.region, "types": phone.types} for phone in phones]


@lru_cache(64)
def columns_of(info: str) -> tuple[Column, ...]:
    """A list's columns, from the ledger's JSON; the same text is read once."""
    columns = json.loads(info)["columns"]
    return tuple(Column(column["header"], column["field"], column["why"]) for column in columns)


class Calls:
    """The calls that may count for a cap, by number: of all campaigns, not older than ``window``."""

    def __init__(self, conn: sa.Connection, numbers: Sequence[str], now: datetime, window: timedelta) -> None:
        self._calls: dict[str, list[Made]] = {}
        for number, at, result, subject, client in conn.execute(_MADE, {"numbers": numbers, "since": now - window}):
            self.add(number, Made(at, subject, client, result in REACHED))

    def add(self, number: str, made: Made) -> None:
        """One more call, made in this very transaction."""
        self._calls.setdefault(number, []).append(made)

    def of(self, numbers: Sequence[str], current: str, subject: str, client: str) -> tuple[Call, ...]:
        """A person's calls, as seen by who is to call the ``current`` one of these numbers."""
        return tuple(
            Call(made.at, number == current, made.subject == subject, made.client == client, made.spoke)
            for number in numbers
            for made in self._calls.get(number, ())
        )


class Made(NamedTuple):
    """When a call was made, about what, for whom, and whether somebody answered."""

    at: datetime
    subject: str
    client: str
    spoke: bool


def histories(
    conn: sa.Connection, contacts: Sequence[sa.Row[Any]], campaign: sa.Row[Any], rules: Rules, now: datetime
) -> dict[int, History]:
    """What the ledger knows of these contacts, by id: suppression, and the calls that may count for a cap.

    The calls are those of all campaigns, to any of a person's numbers. Who opted out on one number did so on all.
    """
    numbers = {contact.id: numbers_of(contact) for contact in contacts}
    every = {number for mine in numbers.values() for number in mine}
    barred_by = suppressed_numbers(conn, {(number, campaign.client, campaign.id) for number in every}, now)
    barred = {number: reason for (number, _), reason in barred_by.items()}
    calls = Calls(conn, sorted(every), now, longest_window(rules))
    found = {}
    for contact in contacts:
        mine = numbers[contact.id]
        reason = next((barred[number] for number in mine if number in barred), None)
        found[contact.id] = History(reason, calls.of(mine, mine[contact.position], campaign.subject, campaign.client))
    return found
