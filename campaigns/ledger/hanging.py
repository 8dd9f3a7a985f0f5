"""The calls of a campaign that could be hung up, and that somebody did so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import MAY_EXIST
from campaigns.ledger.tables import attempts, open_of


def live_calls(conn: sa.Connection, campaign_id: int) -> tuple[list[str], int]:
    """The platform's ids of calls that may be live, and how many others may be whose id is not known."""
    sent = attempts.c.state.in_(MAY_EXIST)
    mine = sa.select(attempts.c.call_id).where(open_of(campaign_id), sent)
    found = list(conn.execute(mine.order_by(attempts.c.id)).scalars())
    ids = [call_id for call_id in found if call_id is not None]
    return ids, len(found) - len(ids)


@dataclass(frozen=True, slots=True)
class HungUp:
    """So many calls were hung up and so many others could not be, by whom, and why."""

    campaign_id: int
    calls: int
    others: int
    who: str
    why: str


def tell_hung_up(tx: Tx, items: Sequence[HungUp]) -> Sequence[Any]:
    """Keep it in the campaign's history."""
    for item in items:
        detail = f"{item.calls} calls, {item.others} could not be"
        note(tx, item.campaign_id, item.who, "hung up", detail, item.why)
    return items
