"""A person sets what the campaigns of an account, or a client, may use in 24 hours together.

They are rows, not settings of a machine: every worker of the ledger keeps the same ones from the moment of the commit,
and the history knows who set them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from campaigns.ledger.bulk import upsert
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.spending import Drawn, Spending
from campaigns.ledger.tables import budgets

Of = Literal["account", "client"]


@dataclass(frozen=True, slots=True)
class NewBudget:
    """What may be used in 24 hours, and who says so; None: no limit. Without any the budget is taken away."""

    scope: Of
    name: str
    calls: int | None
    minutes: float | None
    money: float | None
    who: str


def set_budget(tx: Tx, items: Sequence[NewBudget]) -> list[bool]:
    """Set budgets, each in the place of the one before; False where there was nothing to take away."""
    return [_set(tx, item) for item in items]


def _set(tx: Tx, item: NewBudget) -> bool:
    key = {"scope": item.scope, "name": item.name}
    values = {"calls": item.calls, "minutes": item.minutes, "money": item.money}
    limits = ", ".join(f"{most:g} {word}" for word, most in values.items() if most is not None)
    if limits:
        insert = upsert(tx.conn, budgets)
        tx.conn.execute(insert.values(key | values).on_conflict_do_update(index_elements=[*key], set_=values))
    else:
        mine = sa.and_(*(budgets.c[column] == value for column, value in key.items()))
        if not tx.conn.execute(budgets.delete().where(mine)).rowcount:
            return False
    note(tx, None, item.who, "budget", f'{item.scope} "{item.name}": {limits or "none"} in 24 hours')
    return True


def drawn(conn: sa.Connection, now: datetime) -> list[Drawn]:
    """Every budget of an account or a client, and what was used of it."""
    kept = conn.execute(sa.select(budgets).order_by(budgets.c.scope, budgets.c.name)).all()
    spending = Spending(conn, (), now, shared=True)
    seen = {(each.scope, each.name): each for each in spending.drawn()}
    unused = (Drawn(row.scope, row.name, 0, row.calls, 0.0, row.minutes, 0.0, row.money) for row in kept)
    return [seen.get((each.scope, each.name), each) for each in unused]
