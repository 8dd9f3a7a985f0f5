"""Where a campaign stands, in short: for the live board, and for a run to know when to leave."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.tables import attempts, campaigns
from campaigns.ledger.tallies import calls_by_result, leads_by_state, places, results_of, rows_by_verdict
from campaigns.ledger.waiting import next_ones
from campaigns.rules.openings import open_period
from campaigns.vocabulary import OPEN_STATES, OVER, CampaignState, ContactState, Reason, Result, Verdict

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
    rows: dict[Verdict, int]
    contacts: dict[ContactState, int]
    results: Counter[Result]
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
    """Look at one campaign."""
    row = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    calls = calls_by_result(conn, campaign_id)
    rows = Counter[Verdict]()
    for verdict, _, count in rows_by_verdict(conn, campaign_id):
        rows[Verdict(verdict)] += count
    waiting = next(iter(next_ones(conn, campaign_id, 1)), None)
    lately = (attempts.c.campaign_id == campaign_id) & (attempts.c.intent_at > now - MINUTE)
    return Progress(
        row.name,
        CampaignState(row.state),
        Reason(row.reason) if row.reason else None,
        row.detail,
        rows,
        leads_by_state(conn, campaign_id),
        results_of(calls),
        sum(count for state, _, count in calls if state in OPEN_STATES),
        conn.execute(sa.select(sa.func.count()).where(lately)).scalar_one(),
        waiting.next_at if waiting else None,
        Reason(waiting.reason) if waiting else None,
    )


def window_closes(conn: sa.Connection, campaign_id: int, now: datetime) -> datetime | None:
    """When the campaign's present window ends; None while it is closed for everyone who waits.

    It is the union of the windows of everyone who waits: windows that overlap or touch are one, so a run that has
    begun in the east goes on in the west.
    """
    campaign = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    period = open_period(places(conn, campaign_id), rules_of(conn, campaign, now), now)
    return period[1] if period else None
