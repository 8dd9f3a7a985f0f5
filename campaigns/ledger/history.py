"""What was done to a campaign: when, by whom, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.tables import events


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done; ``why`` is a person's own words, or the engine's reason."""

    at: datetime
    who: str
    what: str
    detail: str
    why: str


def history(conn: sa.Connection, campaign: sa.Row[Any]) -> list[Event]:
    """Everything that was done to the campaign, oldest first."""
    mine = sa.select(events.c.at, events.c.who, events.c.what, events.c.detail, events.c.why)
    return [Event(*row) for row in conn.execute(mine.where(events.c.campaign_id == campaign.id).order_by(events.c.id))]
