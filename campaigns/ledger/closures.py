"""Places where nobody is called for a while, in any campaign: a state of emergency, a proclamation.

They are rows, and whoever decides on a call reads them in the very transaction that decides.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from campaigns.ledger.tables import closures
from campaigns.rules.facts import Closure

LAST_ZONE_TO_SEE_A_DAY = timedelta(hours=-12)
_LASTING = (
    sa.select(closures.c.jurisdiction, closures.c.first, closures.c.last, closures.c.reason)
    .where(closures.c.opened_at.is_(None), closures.c.last >= sa.bindparam("day"))
    .order_by(closures.c.id)
)


def earliest_date(now: datetime) -> date:
    """The earliest date that a calendar on earth shows now: a closure from it on holds at once everywhere."""
    return (now + LAST_ZONE_TO_SEE_A_DAY).date()


def closures_at(conn: sa.Connection, now: datetime) -> tuple[Closure, ...]:
    """What is closed now or will be, somewhere; in the order in which it was said."""
    return tuple(Closure(*row) for row in conn.execute(_LASTING, {"day": earliest_date(now)}))
