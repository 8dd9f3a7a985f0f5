"""Who of a campaign waits, in the order in which they are due.

The index of waiting contacts is sorted by level of priority, and by due instant within a level. So every question is
asked level by level, of which there are few, and costs the same with a million waiting as with ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.tables import READY, contacts

_MINE = (contacts.c.campaign_id == sa.bindparam("campaign")) & READY
_AT_LEVEL = contacts.c.priority == sa.bindparam("level")
_LOWEST = sa.select(sa.func.min(contacts.c.priority)).where(_MINE)
_NEXT = _LOWEST.where(contacts.c.priority > sa.bindparam("level"))
_FIRST = sa.select(sa.func.min(contacts.c.next_at)).where(_MINE, _AT_LEVEL)
_WAITING = (
    sa.select(contacts)
    .where(_MINE, _AT_LEVEL)
    .order_by(contacts.c.next_at, contacts.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_DUE = _WAITING.where(contacts.c.next_at <= sa.bindparam("now"))


def due(conn: sa.Connection, campaign_id: int, now: datetime, limit: int) -> list[sa.Row[Any]]:
    """Contacts that are due at ``now``, the most urgent level of priority first."""
    found: list[sa.Row[Any]] = []
    for at in _levels(conn, campaign_id):
        found += conn.execute(_DUE, {**at, "now": now, "most": limit - len(found)}).all()
        if len(found) == limit:
            break
    return found


def first_due(conn: sa.Connection, campaign_id: int) -> datetime | None:
    """When the next waiting contact is due; None: nobody waits."""
    return min((conn.execute(_FIRST, at).scalar_one() for at in _levels(conn, campaign_id)), default=None)


def next_ones(conn: sa.Connection, campaign_id: int, limit: int) -> list[sa.Row[Any]]:
    """The contacts that are due next, whatever their priority, soonest first."""
    found = [
        row for at in _levels(conn, campaign_id) for row in conn.execute(_WAITING, {**at, "most": limit})
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row.next_at, row.id))[:limit]


def _levels(conn: sa.Connection, campaign_id: int) -> Iterator[dict[str, int]]:
    """Each level at which somebody waits, as the statements above take it."""
    at = {"campaign": campaign_id}
    level = conn.execute(_LOWEST, at).scalar()
    while level is not None:
        at = {"campaign": campaign_id, "level": level}
        yield at
        level = conn.execute(_NEXT, at).scalar()
