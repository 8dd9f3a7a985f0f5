"""How many attempts may be reserved as far as breaker, budgets and ramp-up are concerned, counted from rows.

What is reserved counts like calls, so what the feeder lets through in its transaction never comes to more. Nothing is
asked of the ledger where no breaker is open and no budget or ramp-up is set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.breaker import room
from campaigns.ledger.controls import pause
from campaigns.ledger.ledger import Tx
from campaigns.ledger.past import past_of
from campaigns.ledger.ramp import ramp_room
from campaigns.ledger.spending import Spending
from campaigns.vocabulary import AttemptState, Reason

Count = tuple[str, int, str, int]
"""Account, campaign, state, and how many attempts are open so."""


class Rooms:
    """What is left of the room of one transaction of the feeder."""

    def __init__(self, tx: Tx, rows: Sequence[sa.Row[Any]], counts: Sequence[Count]) -> None:
        """``rows`` are campaigns with ``gates.GATED``; ``counts`` is kept up to date by whoever has it."""
        self._tx, self._counts = tx, counts
        self._half_open = {row.account for row in rows if row.half_open_at is not None}
        reserved = Counter[int]()
        for _, campaign_id, state, count in counts:
            reserved[campaign_id] += count if state == AttemptState.RESERVED else 0
        shared = any(row.budgeted for row in rows)
        self._spending = Spending(tx.conn, rows, tx.now, shared=shared, reserved=reserved, past=past_of(tx.conn))

    def of_account(self, account: str, otherwise: int) -> int:
        """What the account's breaker leaves; ``otherwise`` where it is closed."""
        return room(self._counts, account) if account in self._half_open else otherwise

    def of_campaign(self, row: sa.Row[Any]) -> float:
        """What budgets and ramp-up leave; a campaign whose costs nobody could count is paused."""
        if self._spending.priceless(row):
            pause(self._tx, row.id, Reason.NO_COST, "write [cost], or lift the budget: `dialer budget` shows it")
            return 0
        return min(self._spending.room(row), ramp_room(self._tx, row))

    def frees_at(self, row: sa.Row[Any]) -> datetime | None:
        """When the budgets leave room again at the latest; None: they do now, or never will."""
        return self._spending.frees_at(self._tx.conn, row, self._tx.now)

    def take(self, row: sa.Row[Any], count: int) -> None:
        """So many were reserved."""
        self._spending.take(row, count)
