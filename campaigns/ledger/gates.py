"""What an intent is asked beside the rules: breaker and budgets, of all workers together, counted from rows.

Nothing is asked of the ledger where no breaker is open and no budget is set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.breaker import Trials
from campaigns.ledger.ledger import Tx
from campaigns.ledger.past import past_of
from campaigns.ledger.spending import BUDGETED, Spending
from campaigns.ledger.tables import accounts

GATED = (accounts.c.half_open_at, BUDGETED)
"""What a query of attempts, or of campaigns, with their accounts brings along for the gates."""


class Gates:
    """The intents of one transaction: each sees those before it."""

    def __init__(self, tx: Tx, rows: Sequence[sa.Row[Any]], campaigns: Mapping[int, sa.Row[Any]]) -> None:
        """``rows`` are attempts with GATED; ``campaigns`` theirs, by id."""
        self._campaigns = campaigns
        self._trials = Trials(tx.conn, rows)
        shared = any(row.budgeted for row in rows)
        self._spending = Spending(tx.conn, campaigns.values(), tx.now, shared=shared, past=past_of(tx.conn))

    def allow(self, row: sa.Row[Any]) -> bool:
        """Whether this attempt may be sent as far as breaker and budgets are concerned."""
        return self._trials.allow(row.account) and self._spending.room(self._campaigns[row.campaign_id]) >= 1

    def take(self, row: sa.Row[Any]) -> None:
        """It is sent."""
        self._trials.take(row.account)
        self._spending.take(self._campaigns[row.campaign_id])
