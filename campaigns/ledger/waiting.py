"""Who of a campaign waits, in the order in which they are due.

The index of waiting contacts is sorted by level of priority, and by due instant within a level. So every question is
asked level by level, of which there are few, and costs the same with a million waiting as with ten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.tables import READY, contacts


def due(conn: sa.Connection, campaign_id: int, now: datetime, limit: int) -> list[sa.Row[Any]]:
    """Contacts that are due at ``now``, the most urgent level of priority first."""
    found: list[sa.Row[Any]] = []
    for level in _levels(conn, campaign_id):
        found += _walk(conn, campaign_id, level, contacts.c.next_at <= now, limit - len(found))
        if len(found) == limit:
            break
    return found


def first_due(conn: sa.Connection, campaign_id: int) -> datetime | None:
    """When the next waiting contact is due; None: nobody waits."""
    first = (
        sa.select(sa.func.min(contacts.c.next_at)).where(_mine(campaign_id), contacts.c.priority == level)
        for level in _levels(conn, campaign_id)
    )
    return min((conn.execute(each).scalar_one() for each in first), default=None)


def next_ones(conn: sa.Connection, campaign_id: int, limit: int) -> list[sa.Row[Any]]:
    """The contacts that are due next, whatever their priority, soonest first."""
    found = [
        row
        for level in _levels(conn, campaign_id)
        for row in _walk(conn, campaign_id, level, sa.true(), limit)
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row.next_at, row.id))[:limit]


def _levels(conn: sa.Connection, campaign_id: int) -> Iterator[int]:
    lowest = sa.select(sa.func.min(contacts.c.priority)).where(_mine(campaign_id))
    level = conn.execute(lowest).scalar()
    while level is not None:
        yield level
        level = conn.execute(lowest.where(contacts.c.priority > level)).scalar()


def _walk(
    conn: sa.Connection, campaign_id: int, level: int, which: sa.ColumnElement[bool], limit: int
) -> Sequence[sa.Row[Any]]:  # fmt: skip
    there = sa.select(contacts).where(_mine(campaign_id), contacts.c.priority == level, which)
    return conn.execute(there.order_by(contacts.c.next_at, contacts.c.id).limit(limit)).all()


def _mine(campaign_id: int) -> sa.ColumnElement[bool]:
    return (contacts.c.campaign_id == campaign_id) & READY
