"""What people are to be notified of, read from the events, and how far each channel has told them.

An event is told at least once: a channel's place moves on when its message was taken, so what a killed worker did not
tell, the next one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.bulk import upsert
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import campaigns, events, tellings
from campaigns.ledger.tallies import leads_by_state
from campaigns.vocabulary import CampaignState, Reason

ENGINE = "dialer"
LIST_REFUSED = "list refused"
FRESH = timedelta(days=1)
"""Older events are no news: a channel that was out of order, or is new, is not told them."""
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell: a campaign, what happened (paused, done, list refused), why, and its leads by state.

    It names no person. ``campaign`` of a refused list may be one that was never made; ``why`` is then the file.
    """

    event_id: int
    at: datetime
    campaign: str
    what: str
    why: str
    leads: dict[str, int]

    @property
    def text(self) -> str:
        """The same as a sentence or two."""
        leads = ", ".join(f"{count:,} {state}" for state, count in self.leads.items())
        counts = f" Leads: {leads}." if leads else ""
        match self.what:
            case CampaignState.PAUSED:
                return f'"{self.campaign}" paused itself: {self.why}.{counts} `dialer status` says more.'
            case CampaignState.DONE:
                return f'"{self.campaign}" is done.{counts}'
            case _:
                return f'"{self.campaign}": the lead list {self.why} was refused; `dialer check` says why.{counts}'


def untold(conn: sa.Connection, channel: str, now: datetime) -> list[Notice]:
    """What this channel has not told yet, oldest first."""
    told = sa.select(tellings.c.event_id).where(tellings.c.channel == channel).scalar_subquery()
    by_engine = (events.c.who == ENGINE) & events.c.what.in_([CampaignState.PAUSED, CampaignState.DONE])
    news = sa.or_(by_engine, events.c.what == LIST_REFUSED) & (events.c.at > now - FRESH)
    statement = (
        sa.select(events, campaigns.c.name)
        .join(campaigns, campaigns.c.id == events.c.campaign_id, isouter=True)
        .where(events.c.id > sa.func.coalesce(told, 0), news)
        .order_by(events.c.id)
        .limit(AT_ONCE)
    )
    return [_notice(conn, row) for row in conn.execute(statement)]


def _notice(conn: sa.Connection, row: sa.Row[Any]) -> Notice:
    if row.what == LIST_REFUSED:
        return Notice(row.id, row.at, row.detail, row.what, row.why, _leads(conn, row.campaign_id))
    why = Reason(row.why).meaning if row.why else ""
    return Notice(row.id, row.at, row.name, row.what, why, _leads(conn, row.campaign_id))


def _leads(conn: sa.Connection, campaign_id: int | None) -> dict[str, int]:
    return dict(sorted(leads_by_state(conn, campaign_id).items())) if campaign_id is not None else {}


@dataclass(frozen=True, slots=True)
class Told:
    """A channel has told an event, and all before it."""

    channel: str
    event_id: int


def tell(tx: Tx, items: Sequence[Told]) -> Sequence[Told]:
    """Move channels on."""
    insert = upsert(tx.conn, tellings)
    for item in items:
        place = insert.values(channel=item.channel, event_id=item.event_id)
        moved = place.on_conflict_do_update(index_elements=[tellings.c.channel], set_={"event_id": item.event_id})
        tx.conn.execute(moved)
    return items


@dataclass(frozen=True, slots=True)
class Refusal:
    """A list that was meant for the campaign of this name and could not be used."""

    campaign: str
    file: str
    who: str


def refuse(tx: Tx, items: Sequence[Refusal]) -> Sequence[Refusal]:
    """Keep the refusals; the campaign need not be there."""
    for item in items:
        campaign_id = tx.conn.execute(sa.select(campaigns.c.id).where(campaigns.c.name == item.campaign)).scalar()
        note(tx, campaign_id, item.who, LIST_REFUSED, item.campaign, item.file)
    return items
