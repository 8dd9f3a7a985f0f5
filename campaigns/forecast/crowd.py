"""People counted by what the rules and the retries can tell apart."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from campaigns.area_codes import AREA
from campaigns.leads.consents import consent_of
from campaigns.leads.lead import GIVEN, Lead
from campaigns.ledger.tables import attempts, contacts
from campaigns.rules.facts import Person
from campaigns.vocabulary import UNSENT_STATES, ContactState, PhoneType

BUCKET_S = 60
"""Instants at which people are due are told apart to the minute."""
BATCH = 20_000
DAY = timedelta(hours=24)
NUMBER = re.compile(rf"(?<=\"\+)(\d{{{AREA - 1}}})\d+")

PhoneKind = tuple[str, str, tuple[PhoneType, ...]]
"""Of a number only what the rules look at: the digits as far as the area code, region, types."""


class Cohort(NamedTuple):
    """People alike. ``used`` counts their calls so far, ``position`` is the number that is called next, ``due_s`` the
    second since 1970 from which they wait, 0 for who may be called at once.
    """

    zones: tuple[str, ...]
    state: str | None
    phones: tuple[PhoneKind, ...]
    used: int = 0
    position: int = 0
    due_s: int = 0
    consent: bool | None = None

    @property
    def people(self) -> tuple[Person, ...]:
        """One of them, by each of the numbers."""
        return tuple(
            Person(area, region, types, self.zones, self.state, self.consent) for area, region, types in self.phones
        )


Crowd = Counter[Cohort]


def of_leads(leads: Iterable[Lead]) -> Crowd:
    """Leads that were never called."""
    return Counter(
        Cohort(
            lead.zones,
            lead.state,
            tuple([(phone.e164[:AREA], phone.region, phone.types) for phone in lead.phones]),
            consent=consent_of(lead.consent),
        )
        for lead in leads
    )


def of_campaign(conn: sa.Connection, campaign_id: int, now: datetime) -> Crowd:
    """The contacts of a campaign that wait or are being called; the latter as if their call began now."""
    crowd: Crowd = Counter()
    for batch in _counted(conn, campaign_id):
        for (numbers, zones, state, consent, position, where, used, minute), count in batch.items():
            calling = where == ContactState.DIALING
            due_s = 0 if calling or minute * BUCKET_S <= now.timestamp() else minute * BUCKET_S
            named = tuple(zones.split(",")) if zones else ()
            used = max(0, used - calling)
            crowd[Cohort(named, state, _kinds(numbers), used, position, due_s, consent_of(consent))] += count
    return crowd


def made_lately(conn: sa.Connection, campaign_id: int, now: datetime) -> tuple[tuple[float, int], ...]:
    """The campaign's calls of the last 24 hours, which its calls a day count: a second since 1970, and how many."""
    sent = (attempts.c.campaign_id == campaign_id) & attempts.c.state.not_in([*UNSENT_STATES])
    minute = (sa.type_coerce(attempts.c.intent_at, sa.BigInteger) // (BUCKET_S * 1_000_000)).label("minute")
    counted = sa.select(minute, sa.func.count()).where(sent, attempts.c.intent_at > now - DAY).group_by("minute")
    return tuple((float(at * BUCKET_S), count) for at, count in conn.execute(counted.order_by("minute")))


def _counted(conn: sa.Connection, campaign_id: int) -> Iterator[Counter[tuple[Any, ...]]]:
    sent = (attempts.c.campaign_id == campaign_id) & attempts.c.state.not_in([*UNSENT_STATES])
    used = sa.select(attempts.c.contact_id, sa.func.count().label("n")).where(sent).group_by(attempts.c.contact_id)
    counted = used.subquery()
    minute = sa.func.coalesce(sa.type_coerce(contacts.c.next_at, sa.BigInteger), 0) // (BUCKET_S * 1_000_000)
    statement = (
        sa.select(
            sa.cast(contacts.c.numbers, sa.Text), contacts.c.zones, contacts.c.region_state,
            sa.func.substr(contacts.c.consent, 1, len(GIVEN)), contacts.c.position,
            contacts.c.state, sa.func.coalesce(counted.c.n, 0), minute,
        )
        .join(counted, counted.c.contact_id == contacts.c.id, isouter=True)
        .where(contacts.c.campaign_id == campaign_id,
               contacts.c.state.in_([ContactState.READY, ContactState.DIALING]))
    )  # fmt: skip
    for rows in conn.execute(statement.execution_options(yield_per=BATCH)).partitions():
        yield Counter([(NUMBER.sub(r"\1", numbers), *rest) for numbers, *rest in rows])


@lru_cache(maxsize=65536)
def _kinds(numbers: str) -> tuple[PhoneKind, ...]:
    """The kinds of a contact's numbers, from the ledger's JSON of them."""
    return tuple(
        (phone["e164"], phone["region"], tuple(PhoneType(type_) for type_ in phone["types"]))
        for phone in json.loads(numbers)
    )
