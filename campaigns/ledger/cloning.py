"""A campaign with another's file and, if wished, its leads that are not done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import campaigns, contacts, lists, rows
from campaigns.ledger.tallies import add_leads
from campaigns.vocabulary import CampaignState, ContactState, Reason

OVER = (CampaignState.DONE, CampaignState.CANCELLED)
NOT_DONE = (ContactState.READY, ContactState.EXHAUSTED, ContactState.EXPIRED, ContactState.CANCELLED)
"""Who goes along: not who was reached, must not be called, is on the phone, or is held and may have been called."""
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Clone:
    """A wish for a campaign like another one."""

    campaign_id: int
    name: str
    who: str
    why: str
    with_leads: bool


def clone(tx: Tx, items: Sequence[Clone]) -> list[int]:
    """Make the campaigns, waiting and without leads; answers their ids.

    Raises NotAllowed where the name is taken, or leads are wished for that the other campaign may still call.
    """
    return [_clone(tx, item) for item in items]


def _clone(tx: Tx, item: Clone) -> int:
    row = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == item.campaign_id)).one()
    if item.with_leads and row.state not in OVER:
        raise NotAllowed(f'campaign "{row.name}" is {row.state} and may call its leads itself: cancel it first')
    if tx.conn.execute(sa.select(campaigns.c.id).where(campaigns.c.name == item.name)).first():
        raise NotAllowed(f'there is a campaign "{item.name}" already; choose another name')
    own = {"name": item.name, "state": CampaignState.WAITING, "reason": None, "detail": "", "version": 1}
    first_calls = parse_stored(row.spec).ramp.calls
    values = {**row._mapping, **own, "ramp_left": first_calls, "lookup_budget": None, "created_at": tx.now}
    del values["id"]
    made = int(tx.conn.execute(campaigns.insert().values(values).returning(campaigns.c.id)).scalar_one())
    note(tx, made, item.who, "cloned", f'from "{row.name}", version {row.version}', item.why)
    return made


@dataclass(frozen=True, slots=True)
class Leads:
    """The leads ``of`` one campaign that are not done, from one contact on, are to be another's, too."""

    of: int
    to: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class Copied:
    """How many leads went along, and the last one's id; None: that was all of them."""

    leads: int
    last: int | None


def copy_leads(tx: Tx, items: Sequence[Leads]) -> list[Copied]:
    """Copy some leads with their rows and lists, as if they had just been loaded."""
    return [_copy(tx, item) for item in items]


def _copy(tx: Tx, item: Leads) -> Copied:
    theirs = (contacts.c.campaign_id == item.of) & (contacts.c.id > item.after) & ~contacts.c.withdrawn
    some = sa.select(contacts).where(theirs, contacts.c.state.in_(NOT_DONE)).order_by(contacts.c.id).limit(CHUNK)
    found = tx.conn.execute(some).all()
    if not found:
        return Copied(0, None)
    ids = [contact.id for contact in found]
    copies = {list_id: _list(tx, item.to, list_id) for list_id in {contact.list_id for contact in found}}
    for list_id, copy in copies.items():
        read = contacts.c.id.in_(ids) & (contacts.c.list_id == list_id)
        mine = rows.join(contacts, (rows.c.list_id == contacts.c.list_id) & (rows.c.row == contacts.c.row))
        columns = [sa.literal(copy) if column.name == "list_id" else column for column in rows.c]
        tx.conn.execute(rows.insert().from_select([*rows.c.keys()], sa.select(*columns).select_from(mine).where(read)))
        count = sa.select(sa.func.count()).where(rows.c.list_id == copy).scalar_subquery()
        tx.conn.execute(lists.update().where(lists.c.id == copy).values(rows=count))
    fresh = [_fresh(tx, contact, item.to, copies[contact.list_id]) for contact in found]
    tx.conn.execute(contacts.insert(), fresh)
    add_leads(tx, item.to, fresh)
    return Copied(len(found), found[-1].id if len(found) == CHUNK else None)


def _list(tx: Tx, campaign_id: int, list_id: int) -> int:
    """The other campaign's copy of a list, made when first needed."""
    row = tx.conn.execute(sa.select(lists).where(lists.c.id == list_id)).one()
    same = (lists.c.campaign_id == campaign_id) & (lists.c.sha256 == row.sha256) & (lists.c.sheet == row.sheet)
    known = tx.conn.execute(sa.select(lists.c.id).where(same)).scalar()
    if known is not None:
        return int(known)
    values = {**row._mapping, "campaign_id": campaign_id, "rows": 0, "loaded_at": tx.now}
    del values["id"]
    return int(tx.conn.execute(lists.insert().values(values).returning(lists.c.id)).scalar_one())


def _fresh(tx: Tx, contact: sa.Row[Any], campaign_id: int, list_id: int) -> dict[str, Any]:
    own = {"campaign_id": campaign_id, "list_id": list_id, "state": ContactState.READY, "reason": Reason.NEW}
    values = {**contact._mapping, **own, "next_at": tx.now, "position": 0, "callback_at": None, "agent": None}
    del values["id"]
    return values
