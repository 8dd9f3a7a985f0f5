"""What was said of a person that only a person can judge: kept until somebody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import contacts, lists, reviews
from campaigns.vocabulary import ContactState

UNSETTLED = (ContactState.READY, ContactState.DIALING, ContactState.HELD, ContactState.EXHAUSTED)
"""Where a contact may still be called, or called back, as a person decides."""
CALLBACK = "call_at"
"""The kind of a time to call back that nobody could read."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be judged: of which row, what ``kind`` of thing, what was ``said`` of it, and since when."""

    file: str
    row: int
    phone: str
    kind: str
    said: str
    at: datetime


def review(tx: Tx, contact: sa.Row[Any], kind: str, said: str, attempt_id: int | None = None) -> None:
    """Keep something that was said of a contact for a person to judge."""
    values = {"campaign_id": contact.campaign_id, "contact_id": contact.id, "attempt_id": attempt_id, "kind": kind,
              "said": said, "at": tx.now}  # fmt: skip
    tx.conn.execute(reviews.insert().values(values))


def review_rows(tx: Tx, campaign_id: int, list_id: int, said: Mapping[int, tuple[tuple[str, str], ...]]) -> None:
    """The same for rows of a list that was just loaded: what each (field, cell) of them holds."""
    if not said:
        return
    loaded = (contacts.c.list_id == list_id) & contacts.c.row.between(min(said), max(said))
    found = tx.conn.execute(sa.select(contacts.c.id, contacts.c.row).where(loaded)).all()
    values = [
        {"campaign_id": campaign_id, "contact_id": id_, "kind": field, "said": cell, "at": tx.now}
        for id_, row in found
        for field, cell in said.get(row, ())
    ]
    tx.conn.execute(reviews.insert(), values)


def settle_reviews(tx: Tx, contact_id: int, kind: str | None = None) -> int:
    """Somebody has judged what was said of a contact, of this kind or altogether; answers how much that was."""
    waiting = (reviews.c.contact_id == contact_id) & reviews.c.settled_at.is_(None)
    if kind is not None:
        waiting &= reviews.c.kind == kind
    return tx.conn.execute(reviews.update().where(waiting).values(settled_at=tx.now)).rowcount


@dataclass(frozen=True, slots=True)
class Seen:
    """A person has seen to whatever was said of this contact."""

    campaign_id: int
    contact_id: int
    who: str


def see_to(tx: Tx, items: Sequence[Seen]) -> list[int]:
    """Nothing of these contacts waits for review any more; answers how much did."""
    settled = []
    for item in items:
        settled.append(settle_reviews(tx, item.contact_id))
        note(tx, item.campaign_id, item.who, "reviewed", f"contact {item.contact_id}: {settled[-1]}")
    return settled


def questions(conn: sa.Connection, campaign_id: int) -> list[Question]:
    """What waits for a person's judgement in a campaign, the oldest first; not of people who are finished with."""
    waiting = (
        sa.select(lists.c.file, contacts.c.row, contacts.c.identity, reviews.c.kind, reviews.c.said, reviews.c.at)
        .select_from(reviews)
        .join(contacts, contacts.c.id == reviews.c.contact_id)
        .join(lists, lists.c.id == contacts.c.list_id)
        .where(reviews.c.campaign_id == campaign_id, reviews.c.settled_at.is_(None))
        .where(contacts.c.state.in_([*UNSETTLED]))
    )
    return [Question(*row) for row in conn.execute(waiting.order_by(reviews.c.id))]
