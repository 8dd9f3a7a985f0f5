"""What people and the engine say to a campaign: open, close, pause, resume, cancel, finish.

Each is a batch operation for ``Ledger.write`` and takes effect with its commit: an intent committed later sees it.
Every control is kept as an event: who, when, what, why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.ledger import Tx
from campaigns.ledger.legal import may_become
from campaigns.ledger.moves import end_contacts
from campaigns.ledger.tables import NOT_READY, READY, campaigns, contacts, events
from campaigns.points import Point, reach
from campaigns.vocabulary import CampaignState, ContactState, Reason


@dataclass(frozen=True, slots=True)
class Control:
    """One thing said to one campaign, by whom, and why."""

    campaign_id: int
    to: CampaignState
    who: str
    reason: Reason | None = None
    detail: str = ""


def control(tx: Tx, items: Sequence[Control]) -> list[bool]:
    """Move campaigns; False where it was in that state already.

    Raises NotAllowed, naming the state, when it cannot go there from where it is.
    """
    return [_control(tx, item) for item in items]


def pause(tx: Tx, campaign_id: int, reason: Reason, detail: str) -> None:
    """The engine pauses a running campaign; one that is not running stays as it is."""
    state = tx.conn.execute(sa.select(campaigns.c.state).where(campaigns.c.id == campaign_id)).scalar()
    if state == CampaignState.RUNNING:
        _control(tx, Control(campaign_id, CampaignState.PAUSED, "dialer", reason, detail))


def _control(tx: Tx, item: Control) -> bool:
    row = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == item.campaign_id)).one()
    if row.state == item.to:
        return False
    if not may_become("campaign", row.state, item.to):
        raise NotAllowed(f'campaign "{row.name}" is {row.state}; it cannot become {item.to}')
    statement = campaigns.update().where(campaigns.c.id == item.campaign_id)
    tx.conn.execute(statement.values(state=item.to, reason=item.reason, detail=item.detail))
    if item.to is CampaignState.CANCELLED:
        end_contacts(tx, item.campaign_id, ContactState.CANCELLED, Reason.CAMPAIGN_CANCELLED)
    reach(Point.CONTROLLING)
    by_person = item.reason in (None, Reason.OPERATOR)
    detail, why = ("", item.detail) if by_person else (item.detail, str(item.reason))
    note(tx, item.campaign_id, item.who, item.to, detail, why)
    return True


def reopen(tx: Tx, items: Sequence[tuple[int, str]]) -> list[bool]:
    """Leads were added: a campaign that was done, or waits and is not for cron, runs. ``items``: (campaign id, who)."""
    moved = []
    for campaign_id, who in items:
        row = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
        to = CampaignState.WAITING if row.mode == "cron" else CampaignState.RUNNING
        idle = row.state in (CampaignState.DONE, CampaignState.WAITING)
        moved.append(idle and _control(tx, Control(campaign_id, to, who)))
    return moved


def reopen_for_waiting(tx: Tx, campaign_id: int, who: str) -> None:
    """Somebody may wait again in a campaign that was done without them: it is opened for those."""
    waits = (contacts.c.campaign_id == campaign_id) & READY
    done = (campaigns.c.id == campaign_id) & (campaigns.c.state == CampaignState.DONE)
    if tx.conn.execute(sa.select(campaigns.c.id).where(done, sa.exists().where(waits))).first():
        reopen(tx, [(campaign_id, who)])


def is_cancelled(tx: Tx, campaign_id: int) -> bool:
    """Whether a person ended this campaign for good."""
    cancelled = (campaigns.c.id == campaign_id) & (campaigns.c.state == CampaignState.CANCELLED)
    return tx.conn.execute(sa.select(campaigns.c.id).where(cancelled)).first() is not None


def note(tx: Tx, campaign_id: int | None, who: str, what: str, detail: str, why: str = "") -> None:
    """Keep an event."""
    values = {"at": tx.now, "campaign_id": campaign_id, "who": who, "what": what, "detail": detail, "why": why}
    tx.conn.execute(events.insert().values(values))


def finish(tx: Tx, items: Sequence[None]) -> list[list[str]]:
    """Running campaigns: at the end of one its waiting contacts expire; with nobody waiting or being called it is done.

    Answers the names of those that became done.
    """
    done = []
    mine = contacts.c.campaign_id == campaigns.c.id
    called = NOT_READY & (contacts.c.state == ContactState.DIALING)
    someone = (sa.exists().where(mine, READY) | sa.exists().where(mine, called)).label("someone")
    columns = (campaigns.c.id, campaigns.c.name, campaigns.c.spec, someone)
    for row in tx.conn.execute(sa.select(*columns).where(campaigns.c.state == CampaignState.RUNNING)).all():
        end = parse_stored(row.spec).end
        if not row.someone:
            _control(tx, Control(row.id, CampaignState.DONE, "dialer"))
            done.append(row.name)
        elif end is not None and end <= tx.now:
            end_contacts(tx, row.id, ContactState.EXPIRED, Reason.CAMPAIGN_ENDED)
    return [done] * len(items)
