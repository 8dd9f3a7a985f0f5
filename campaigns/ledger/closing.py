"""A place is closed for every campaign of the ledger, and opened again. Each holds from its commit on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger.closures import earliest_date
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import wake_contacts
from campaigns.ledger.tables import closures
from campaigns.rules.facts import Closure
from campaigns.vocabulary import Reason

LONGEST = timedelta(days=366)
"""Openings are looked for a year ahead: behind a longer closure nobody would ever be called again."""

WAITS_FOR_HOURS = (
    *(Reason.CLOSED_PLACE, Reason.OUTSIDE_HOURS, Reason.LAW_HOURS, Reason.HOLIDAY),
    *(Reason.ATTEMPT_CAP, Reason.NOT_STARTED),
)
"""Reasons of those whose next instant was found past a closure."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A closure, and who says so."""

    closure: Closure
    who: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A jurisdiction that is to be open again, and who says so."""

    jurisdiction: str
    who: str


def close_place(tx: Tx, items: Sequence[Closing]) -> list[bool]:
    """Close these; False where the very same closure holds already. Raises NotAllowed for dates that make no sense."""
    return [_close(tx, item.closure, item.who) for item in items]


def _close(tx: Tx, closure: Closure, who: str) -> bool:
    if closure.last < max(closure.first, earliest_date(tx.now)):
        raise NotAllowed(f"{closure.last} is over, or before the first date; say --until a date to come")
    if closure.last > (tx.now + LONGEST).date():
        raise NotAllowed(f"{closure.last} is more than a year ahead; close the place for a year and renew it")
    values = {"jurisdiction": closure.jurisdiction, "last": closure.last, "reason": closure.reason}
    same = sa.and_(*(closures.c[name] == value for name, value in values.items()))
    earlier = closures.c.opened_at.is_(None) & (closures.c.first <= closure.first)
    if tx.conn.execute(sa.select(closures.c.id).where(same, earlier)).first():
        return False
    tx.conn.execute(closures.insert().values(values | {"first": closure.first, "who": who, "closed_at": tx.now}))
    note(tx, None, who, "closed", f"{closure.jurisdiction} {closure.first} to {closure.last}: {closure.reason}")
    return True


def open_place(tx: Tx, items: Sequence[Opening]) -> list[int]:
    """Take back what closes these; whoever waited for its end is decided again. Answers how many closures ended."""
    return [_open(tx, item) for item in items]


def _open(tx: Tx, item: Opening) -> int:
    lasting = closures.c.opened_at.is_(None) & (closures.c.last >= earliest_date(tx.now))
    mine = lasting & (closures.c.jurisdiction == item.jurisdiction)
    ended = tx.conn.execute(closures.update().where(mine).values(opened_at=tx.now).returning(closures.c.last)).all()
    if ended:
        midnight = datetime.combine(min(row.last for row in ended), time.max, UTC)
        wake_contacts(tx, WAITS_FOR_HOURS, midnight - timedelta(hours=14))
        note(tx, None, item.who, "opened", item.jurisdiction)
    return len(ended)
