"""What the ledger knows of a list's numbers from elsewhere: other campaigns, earlier calls, do-not-call lists.

Each question is asked once for many leads, and not at all where no answer can exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.bulk import is_empty
from campaigns.ledger.ledger import Tx
from campaigns.ledger.suppression import nobody_listed, suppressed_numbers
from campaigns.ledger.tables import attempts, campaigns, contacts
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Verdict

LIVE = (CampaignState.WAITING, CampaignState.RUNNING, CampaignState.PAUSED)
UNFINISHED = (ContactState.READY, ContactState.DIALING, ContactState.HELD)


@dataclass(frozen=True, slots=True)
class Turn:
    """The verdict that an accepted lead gets instead, and why; ACCEPTED: its person is a contact already."""

    verdict: Verdict
    reason: Reason | None
    detail: str


def elsewhere(
    tx: Tx, campaign: sa.Row[Any], numbers: Iterable[str], *, running: bool, recent_days: int
) -> dict[str, Turn]:
    """Which of these first numbers other campaigns of this client are calling, or called in the last days."""
    others = (campaigns.c.client == campaign.client) & (campaigns.c.id != campaign.id)
    if not (running or recent_days) or is_empty(tx.conn, campaigns, others):
        return {}
    asked = list(numbers)
    found = _called(tx, others, asked, recent_days) if recent_days else {}
    return found | (_being_called(tx, others, asked) if running else {})


def _being_called(tx: Tx, others: sa.ColumnElement[bool], numbers: Sequence[str]) -> dict[str, Turn]:
    statement = (
        sa.select(contacts.c.identity, campaigns.c.name)
        .join(campaigns, campaigns.c.id == contacts.c.campaign_id)
        .where(others, campaigns.c.state.in_(LIVE), contacts.c.state.in_(UNFINISHED))
        .where(among(contacts.c.identity, numbers))
    )
    return {
        number: Turn(Verdict.DUPLICATE, Reason.DUPLICATE_RUNNING, f'campaign "{name}" is calling this number')
        for number, name in tx.conn.execute(statement)
    }


def _called(tx: Tx, others: sa.ColumnElement[bool], numbers: Sequence[str], days: int) -> dict[str, Turn]:
    called_at = sa.func.max(attempts.c.intent_at, type_=attempts.c.intent_at.type)
    statement = (
        sa.select(attempts.c.number, sa.func.max(campaigns.c.name), called_at)
        .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
        .where(others, attempts.c.intent_at > tx.now - timedelta(days=days))
        .where(attempts.c.state != AttemptState.NOT_PLACED, among(attempts.c.number, numbers))
        .group_by(attempts.c.number)
    )
    return {
        number: Turn(
            Verdict.DUPLICATE, Reason.DUPLICATE_RECENT, f'campaign "{name}" called this number on {at:%Y-%m-%d}'
        )
        for number, name, at in tx.conn.execute(statement)
    }


def barred(tx: Tx, campaign: sa.Row[Any], numbers: Iterable[str]) -> dict[str, Reason]:
    """Which of these numbers are on a do-not-call list that counts for this campaign."""
    if nobody_listed(tx.conn):
        return {}
    wanted = {(number, campaign.client, campaign.id) for number in numbers}
    return {number: reason for (number, _), reason in suppressed_numbers(tx.conn, wanted, tx.now).items()}
