"""What holds a whole campaign back beside the rules: its account's breaker, budgets, its first calls, its numbers.

It is what ``status`` and ``why`` show. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.breaker import Stand, stand
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.ramp import FirstCalls, first_calls
from campaigns.ledger.spending import Drawn, Spending
from campaigns.ledger.tables import numbers
from campaigns.rules.facts import Check
from campaigns.spec import describe_moment
from campaigns.vocabulary import Reason


@dataclass(frozen=True, slots=True)
class Resting:
    """A caller number of the campaign that rests."""

    agent: str
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Curbs:
    """Everything that holds the campaign back now, or could.

    ``reason`` is why nobody is called who could be, and ``until`` when that is over at the latest, as far as anybody
    knows; both are None where calls may be made.
    """

    breaker: Stand
    budgets: tuple[Drawn, ...]
    first_calls: FirstCalls | None
    resting: tuple[Resting, ...]
    reason: Reason | None
    until: datetime | None

    def checks(self) -> Iterator[Check]:
        """The same for one lead."""
        if self.breaker.half_open_at:
            yield Check("breaker", False, breaker_words(self.breaker))
        room = f"; room again by {describe_moment(self.until)}" if self.until else ""
        for budget in self.budgets:
            full = self.reason is Reason.BUDGET
            yield Check("budget", not full, budget.words + (room if full else ""))
        if self.first_calls:
            yield Check("first calls", self.reason is not Reason.FIRST_CALLS, first_calls_words(self.first_calls))


def curbs(conn: sa.Connection, campaign: sa.Row[Any], now: datetime) -> Curbs:
    """What holds this campaign back."""
    spending = Spending(conn, [campaign], now, shared=True)
    first = first_calls(conn, campaign)
    reason, until = None, None
    if spending.room(campaign) < 1:
        reason, until = Reason.BUDGET, spending.frees_at(conn, campaign, now)
    elif first and first.made >= first.wanted:
        reason = Reason.FIRST_CALLS
    spec = parse_stored(campaign.spec)
    mine = (numbers.c.account == campaign.account) & (numbers.c.rests_until > now)
    asked = sa.select(numbers.c.agent, numbers.c.rests_until, numbers.c.why).where(mine).order_by(numbers.c.agent)
    resting = [Resting(*row) for row in conn.execute(asked) if row.agent in {*spec.callers, campaign.agent}]
    return Curbs(stand(conn, campaign.account, now), tuple(spending.drawn()), first, tuple(resting), reason, until)


def breaker_words(breaker: Stand) -> str:
    """How the breaker stands."""
    if breaker.half_open_at is None:
        return "closed"
    when = f"from {describe_moment(breaker.half_open_at)} on" if breaker.state == "open" else "now"
    return f"{breaker.state} after {breaker.unclear} unclear answers in a row; one call is tried {when}"


def first_calls_words(calls: FirstCalls) -> str:
    """How the first calls go."""
    return f"{calls.made:,} of the first {calls.wanted:,} were made, {calls.open:,} of them are open"
