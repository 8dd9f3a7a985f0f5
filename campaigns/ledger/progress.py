"""Where a campaign stands, counted from rows: for the live board, and for a run to know when to leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.area_codes import AREA
from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.people import person_of_contact
from campaigns.ledger.tables import OPEN, READY, attempts, campaigns, contacts
from campaigns.ledger.waiting import next_ones
from campaigns.rules.openings import open_period
from campaigns.vocabulary import OVER, CampaignState, ContactState, Reason, Result

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at a campaign.

    ``open`` counts attempts whose end is not known; ``last_minute`` those started in the last minute; ``next_due`` is
    the next instant at which a waiting contact is due, and ``waits_for`` why it is not due now.
    """

    name: str
    state: CampaignState
    reason: Reason | None
    detail: str
    contacts: dict[ContactState, int]
    results: dict[Result, int]
    open: int
    last_minute: int
    next_due: datetime | None
    waits_for: Reason | None

    @property
    def leads(self) -> int:
        """Contacts in all."""
        return sum(self.contacts.values())

    @property
    def left(self) -> int:
        """Contacts that will still be called, or are being called."""
        return self.contacts.get(ContactState.READY, 0) + self.contacts.get(ContactState.DIALING, 0)

    @property
    def over(self) -> bool:
        """Whether the campaign has ended."""
        return self.state in OVER


def progress(conn: sa.Connection, campaign_id: int, now: datetime) -> Progress:
    """Count one campaign."""
    row = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    mine = contacts.c.campaign_id == campaign_id
    by_state = sa.select(contacts.c.state, sa.func.count()).where(mine).group_by(contacts.c.state)
    calls = attempts.c.campaign_id == campaign_id
    by_result = (
        sa.select(attempts.c.result, sa.func.count())
        .where(calls, attempts.c.result.is_not(None))
        .group_by(attempts.c.result)
    )
    waiting = next(iter(next_ones(conn, campaign_id, 1)), None)
    recent = sa.select(sa.func.count()).where(calls, attempts.c.intent_at > now - MINUTE)
    return Progress(
        row.name,
        CampaignState(row.state),
        Reason(row.reason) if row.reason else None,
        row.detail,
        {ContactState(state): count for state, count in conn.execute(by_state)},
        {Result(result): count for result, count in conn.execute(by_result)},
        int(conn.execute(sa.select(sa.func.count()).where(calls, OPEN)).scalar_one()),
        int(conn.execute(recent).scalar_one()),
        waiting.next_at if waiting else None,
        Reason(waiting.reason) if waiting else None,
    )


def window_closes(conn: sa.Connection, campaign_id: int, now: datetime) -> datetime | None:
    """When the campaign's present window ends; None while it is closed for everyone who waits.

    It is the union of the windows of everyone who waits: windows that overlap or touch are one, so a run that has
    begun in the east goes on in the west.
    """
    campaign = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    waiting = sa.select(sa.func.min(contacts.c.id)).where(contacts.c.campaign_id == campaign_id, READY)
    area = sa.func.substr(contacts.c.identity, 1, AREA)  # the states of the area code bind, too
    one_of_each = waiting.group_by(contacts.c.zones, contacts.c.region_state, area)
    people = conn.execute(sa.select(contacts).where(contacts.c.id.in_(one_of_each))).all()
    period = open_period((person_of_contact(row).place for row in people), rules_of(conn, campaign, now), now)
    return period[1] if period else None
