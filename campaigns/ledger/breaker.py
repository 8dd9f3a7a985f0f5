"""The breaker of an account: after unclear answers in a row nobody calls for a while, then one call is tried.

It is a row. Closed: ``half_open_at`` is none. Open: it lies ahead. Half open: it has passed, and one request at a time
leaves, of all workers together. A clear answer to such a request closes it; an unclear one opens it again, for twice
as long. Answers to requests that left before it opened change nothing: they say how the platform was, not how it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from campaigns.ledger.tables import OPEN, accounts, attempts
from campaigns.spec import Breaker
from campaigns.vocabulary import AttemptState

DOUBLINGS = 20
"""More would be no duration any more; ``longest`` comes first."""


def after_clear(sent_at: datetime | sa.BindParameter[datetime]) -> dict[str, Any]:
    """The values of an account's row after a clear answer to a request sent then."""
    earlier = accounts.c.half_open_at > sent_at
    return {
        "unknown_streak": sa.case((earlier, accounts.c.unknown_streak), else_=0),
        "half_open_at": sa.case((earlier, accounts.c.half_open_at), else_=None),
    }


def after_unclear(account: sa.Row[Any], sent_at: datetime, breaker: Breaker, now: datetime) -> dict[str, Any]:
    """The same after an unclear one; ``half_open_at`` is among them where that opens the breaker."""
    if account.half_open_at and sent_at < account.half_open_at:
        return {}
    streak = account.unknown_streak + 1
    if streak < breaker.in_a_row:
        return {"unknown_streak": streak}
    rest = min(breaker.rest * 2 ** min(streak - breaker.in_a_row, DOUBLINGS), max(breaker.rest, breaker.longest))
    until = now + rest
    not_before = max(until, account.not_before or until)
    return {"unknown_streak": streak, "half_open_at": until, "not_before": not_before}


class Trials:
    """Of half-open accounts, which may send the one request whose answer is waited for."""

    def __init__(self, conn: sa.Connection, rows: Iterable[sa.Row[Any]]) -> None:
        """``rows`` carry ``account`` and its ``half_open_at``; nothing is asked where every breaker is closed."""
        self._half_open = {row.account for row in rows if row.half_open_at is not None}
        self._busy: set[str] = set()
        if self._half_open:
            sent = OPEN & (attempts.c.state == AttemptState.SUBMITTED) & attempts.c.account.in_(self._half_open)
            self._busy.update(conn.execute(sa.select(attempts.c.account).where(sent).distinct()).scalars())

    def allow(self, account: str) -> bool:
        """Whether one more request may leave as far as the breaker is concerned."""
        return account not in self._busy

    def take(self, account: str) -> None:
        """A request leaves."""
        if account in self._half_open:
            self._busy.add(account)


def room(counts: Sequence[tuple[str, int, str, int]], account: str) -> int:
    """How many attempts a half-open account may still reserve; ``counts``: account, campaign, state, open attempts."""
    waiting = (AttemptState.RESERVED, AttemptState.SUBMITTED)
    return 1 - sum(count for name, _, state, count in counts if name == account and state in waiting)


@dataclass(frozen=True, slots=True)
class Stand:
    """How an account's breaker stands; ``unclear`` answers in a row; from ``half_open_at`` on one call is tried."""

    state: Literal["closed", "open", "half open"]
    unclear: int
    half_open_at: datetime | None


def stand(conn: sa.Connection, account: str, now: datetime) -> Stand:
    """How the breaker of this account stands."""
    row = conn.execute(sa.select(accounts).where(accounts.c.name == account)).one_or_none()
    if row is None or row.half_open_at is None:
        return Stand("closed", row.unknown_streak if row else 0, None)
    return Stand("open" if now < row.half_open_at else "half open", row.unknown_streak, row.half_open_at)
