"""What campaigns used in the last 24 hours, counted from rows, and whether their budgets leave room for one more call.

A budget is a campaign's own (``[budget]`` of its file) or that of all campaigns of an account or a client (the table
``budgets``). A call counts for 24 hours from its intent; until it has ended, and where nobody says how long it was, it
counts as the longest there can be (``engine.longest_call``). Minutes are billed ones, and money is minutes and calls,
both as ``[cost]`` of the call's own campaign has it. Nothing is asked where nobody set a budget.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.past import DAY, MINUTE_S, Made, Past, each_in
from campaigns.ledger.tables import attempts, budgets, campaigns
from campaigns.spec import Spec

TINY = 1e-9
"""Sums of floats are not exact; a budget of 0.3 holds three calls of 0.1."""
BUDGETED = sa.select(sa.func.count()).select_from(budgets).scalar_subquery().label("budgeted")
"""How many budgets of accounts and clients there are; a column of a query that is made anyway."""
Scope = tuple[str, str]
"""Whose budget: ("campaign", its id), ("client", its name) or ("account", its name)."""


class Use(NamedTuple):
    """Calls, billed minutes, and money."""

    calls: int = 0
    minutes: float = 0.0
    money: float = 0.0

    def plus(self, other: Use, times: int = 1) -> Use:
        """Both together, the other so many times."""
        return Use(
            self.calls + times * other.calls, self.minutes + times * other.minutes, self.money + times * other.money
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be used in 24 hours; None: no limit."""

    calls: int | None
    minutes: float | None
    money: float | None

    def room(self, used: Use, call: Use) -> float:
        """How many more such calls fit; none where money is limited and the call has no price."""
        if self.money is not None and not call.money:
            return 0
        limits = zip((self.calls, self.minutes, self.money), used, call, strict=True)
        rooms = [(most - so_far) / each for most, so_far, each in limits if most is not None and each]
        return max(0, min((math.floor(room + TINY) for room in rooms), default=math.inf))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A budget of 24 hours, and what was used of it; None: no limit."""

    scope: str
    name: str
    calls: int
    of_calls: int | None
    minutes: float
    of_minutes: float | None
    money: float
    of_money: float | None

    @property
    def words(self) -> str:
        """The budget as a person reads it."""
        parts = [
            f"{self.calls:,} of {self.of_calls:,} calls" if self.of_calls is not None else "",
            f"{self.minutes:,.0f} of {self.of_minutes:,g} minutes" if self.of_minutes is not None else "",
            f"{self.money:,.2f} of {self.of_money:,.2f} money" if self.of_money is not None else "",
        ]
        whose = "this campaign" if self.scope == "campaign" else f'{self.scope} "{self.name}"'
        return f"{whose}: {', '.join(filter(None, parts))} in 24 hours"


def longest(spec: Spec) -> Use:
    """What a call of this campaign counts as until it has ended."""
    units = math.ceil(spec.engine.longest_call / spec.cost.rounding - TINY)
    minutes = units * spec.cost.rounding.total_seconds() / MINUTE_S
    return Use(1, minutes, spec.cost.per_call + minutes * spec.cost.per_minute)


class Spending:
    """The budgets that bind these campaigns, and what was used of them; calls that are let through count at once."""

    def __init__(
        self, conn: sa.Connection, rows: Iterable[sa.Row[Any]], now: datetime, *, shared: bool,
        reserved: Mapping[int, int] | None = None, past: Past | None = None,
    ) -> None:  # fmt: skip
        """``rows`` of campaigns; ``shared``: accounts or clients have budgets; ``reserved`` attempts by campaign.

        ``past`` is what the ledger's writer remembers.
        """
        self._rows = {row.id: row for row in rows}
        self._specs = {id_: parse_stored(row.spec) for id_, row in self._rows.items()}
        self.budgets: dict[Scope, Budget] = {}
        own = [(id_, spec.budget) for id_, spec in self._specs.items() if spec.budget.minutes or spec.budget.money]
        for id_, budget in own:
            self.budgets["campaign", str(id_)] = Budget(None, budget.minutes or None, budget.money or None)
        if shared:
            self._meet_others(conn, now, reserved or {})
        self.used = dict.fromkeys(self.budgets, Use())
        bound = {id_: spec for id_, spec in self._specs.items() if self._scopes(self._rows[id_])}
        self._made = (past or Past()).made(conn, bound, now) if bound else {}
        for id_, slots in self._made.items():
            made = Made(*map(sum, zip(*slots.values(), strict=True))) if slots else Made()
            self._add(self._rows[id_], _use(bound[id_], made))
            self._add(self._rows[id_], longest(bound[id_]), (reserved or {}).get(id_, 0))

    def room(self, row: sa.Row[Any]) -> float:
        """How many more calls of this campaign fit; ``math.inf`` where no budget binds it."""
        call = longest(self._specs[row.id])
        return min((self.budgets[scope].room(self.used[scope], call) for scope in self._scopes(row)), default=math.inf)

    def take(self, row: sa.Row[Any], calls: int = 1) -> None:
        """So many more calls of this campaign."""
        self._add(row, longest(self._specs[row.id]), calls)

    def priceless(self, row: sa.Row[Any]) -> bool:
        """Whether money is limited and nobody knows what this campaign's calls cost."""
        limited = any(self.budgets[scope].money is not None for scope in self._scopes(row))
        return limited and not longest(self._specs[row.id]).money

    def frees_at(self, conn: sa.Connection, row: sa.Row[Any], now: datetime) -> datetime | None:
        """When one more call fits at the latest, as calls come of age; None: it fits now, or never will."""
        call = longest(self._specs[row.id])
        full = [scope for scope in self._scopes(row) if not self.budgets[scope].room(self.used[scope], call)]
        known = [at for scope in full if (at := self._frees_at(conn, scope, call, now))]
        return max(known, default=None) if len(known) == len(full) else None

    def _frees_at(self, conn: sa.Connection, scope: Scope, call: Use, now: datetime) -> datetime | None:
        budget, used = self.budgets[scope], self.used[scope]
        mine = {id_: self._specs[id_] for id_ in self._made if scope in self._scopes(self._rows[id_])}
        for slot in sorted({slot for id_ in mine for slot, made in self._made[id_].items() if made.calls}):
            without = used
            for id_, spec in mine.items():
                without = without.plus(_use(spec, self._made[id_].get(slot, Made())), -1)
            if budget.room(without, call):
                for id_, at, made in each_in(conn, mine, slot, now):
                    used = used.plus(_use(mine[id_], made), -1)
                    if budget.room(used, call):
                        return at + DAY
            used = without
        return None

    def drawn(self) -> Iterator[Drawn]:
        """The budgets, and what was used of them."""
        for (scope, name), most in self.budgets.items():
            used = self.used[scope, name]
            yield Drawn(scope, name, used.calls, most.calls, used.minutes, most.minutes, used.money, most.money)

    def _meet_others(self, conn: sa.Connection, now: datetime, reserved: Mapping[int, int]) -> None:
        """The budgets of accounts and clients, and who else draws on them."""
        whose = ((budgets.c.scope == "account") & (budgets.c.name == campaigns.c.account)) | (
            (budgets.c.scope == "client") & (budgets.c.name == campaigns.c.client)
        )
        lately = sa.exists().where(attempts.c.campaign_id == campaigns.c.id, attempts.c.intent_at > now - DAY)
        here = campaigns.c.id.in_([*self._rows, *reserved])
        columns = (budgets.c.scope, budgets.c.calls, budgets.c.minutes, budgets.c.money)
        statement = sa.select(campaigns, *(column.label(f"budget_{column.name}") for column in columns))
        for row in conn.execute(statement.join(budgets, whose).where(lately | here)):
            scope = (row.budget_scope, row.account if row.budget_scope == "account" else row.client)
            self.budgets[scope] = Budget(row.budget_calls, row.budget_minutes, row.budget_money)
            self._rows.setdefault(row.id, row)
            self._specs.setdefault(row.id, parse_stored(row.spec))

    def _scopes(self, row: sa.Row[Any]) -> list[Scope]:
        every = (("campaign", str(row.id)), ("client", row.client), ("account", row.account))
        return [scope for scope in every if scope in self.budgets]

    def _add(self, row: sa.Row[Any], use: Use, times: int = 1) -> None:
        for scope in self._scopes(row):
            self.used[scope] = self.used[scope].plus(use, times)


def _use(spec: Spec, made: Made) -> Use:
    minutes = made.minutes + made.unknown * longest(spec).minutes
    return Use(made.calls, minutes, made.placed * spec.cost.per_call + minutes * spec.cost.per_minute)
