"""A person of the user's own team says when to call somebody back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger.campaigns import spec_and_rules
from campaigns.ledger.controls import is_cancelled, note, reopen
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import step_contacts
from campaigns.ledger.people import person_of_contact
from campaigns.ledger.review import CALLBACK, settle_reviews
from campaigns.ledger.tables import contacts
from campaigns.rules.callbacks import asked_for, callback_step
from campaigns.vocabulary import ContactState, Reason

MAY_BE_CALLED_BACK = (ContactState.READY, ContactState.DONE, ContactState.EXHAUSTED)


@dataclass(frozen=True, slots=True)
class Callback:
    """Call this contact back at the time that ``when`` names, in the person's own time."""

    contact_id: int
    when: str
    who: str


@dataclass(frozen=True, slots=True)
class Promised:
    """When somebody asked to be called, when they will be, and why then (``callback`` or ``callback_waits``)."""

    asked: datetime
    next_at: datetime
    reason: Reason


def call_back(tx: Tx, items: Sequence[Callback]) -> list[Promised]:
    """Waiting, finished or exhausted contacts → ready at that time, above the fresh leads of their priority.

    Raises NotAllowed where the time cannot be read, is over or years away, or where the contact must not be called,
    is being called, or is held, or its campaign is cancelled.
    """
    return [_call_back(tx, item) for item in items]


def _call_back(tx: Tx, item: Callback) -> Promised:
    contact = tx.conn.execute(sa.select(contacts).where(contacts.c.id == item.contact_id)).one()
    _, rules = spec_and_rules(tx.conn, contact.campaign_id, tx.now)
    place = person_of_contact(contact).place
    asked = asked_for(item.when, place, tx.now)
    if asked is None:
        raise NotAllowed(
            f'"{item.when}" is no time to come; write one such as "tomorrow 10:00", "mon 14:30" or "2026-11-24T10:00"'
        )
    _check(contact, asked)
    if is_cancelled(tx, contact.campaign_id):
        raise NotAllowed("the campaign is cancelled, and calls nobody any more")
    step = callback_step(asked, place, rules, tx.now, contact.position)
    assert step.next_at is not None  # it is ready
    step_contacts(tx, [(contact, step)], MAY_BE_CALLED_BACK)
    settle_reviews(tx, contact.id, CALLBACK)
    reopen(tx, [(contact.campaign_id, item.who)])
    note(tx, contact.campaign_id, item.who, "callback", f"contact {contact.id}, {asked:%Y-%m-%d %H:%M} UTC")
    return Promised(asked, step.next_at, step.reason)


def _check(contact: sa.Row[Any], asked: datetime) -> None:
    """Raises NotAllowed where this contact cannot be called back then."""
    state = ContactState(contact.state)
    if state is ContactState.DIALING:
        raise NotAllowed("this lead is being called just now; say it again when the call is over")
    if state is ContactState.HELD:
        raise NotAllowed("this lead is held: say first what became of the call, with `dialer settle`")
    if state not in MAY_BE_CALLED_BACK or contact.withdrawn:
        raise NotAllowed(f"this lead is {state}: {Reason(contact.reason).meaning}")
    if contact.expires_at is not None and asked >= contact.expires_at:
        raise NotAllowed(f"the list says not to call this lead from {contact.expires_at:%Y-%m-%d %H:%M} UTC on")
