"""The health of caller numbers, each known by the agent that calls from it; and which of them rest.

A number's answer rate is the share of its ended calls, of all campaigns of the account, that a person answered. Its
last calls are held against those of 30 days before them; where the whole interval of the rate now lies below that of
before, the number has fallen: a carrier may be showing it as spam. In campaigns with ``[agents]`` it rests then, and
its calls are looked at afresh afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.bulk import upsert
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import attempts, campaigns, numbers
from campaigns.ledger.wilson import Rate
from campaigns.rules.retry import REACHED
from campaigns.spec import Agents, Spec
from campaigns.vocabulary import AttemptState, CampaignState

DAY = timedelta(hours=24)
BEFORE = timedelta(days=30)
RECENT = Agents().recent


@dataclass(frozen=True, slots=True)
class Health:
    """One caller number: its calls of 24 hours, its answer rate now and before, and until when it rests, and why."""

    account: str
    agent: str
    today: int
    recent: Rate
    before: Rate
    rests_until: datetime | None
    why: str

    @property
    def rates(self) -> dict[str, Any]:
        """The rates with their ends, for programs."""
        named = {"recent": self.recent, "before": self.before}
        ends = {name: {"calls": rate.of, "answered": rate.count, "share": rate.share, "low": rate.low,
                       "high": rate.high} for name, rate in named.items()}  # fmt: skip
        return {**ends, "fallen": self.fallen}

    @property
    def fallen(self) -> bool:
        """Whether fewer people answer it than did, beyond chance."""
        return self.recent.high < self.before.low


def health(conn: sa.Connection, account: str, recent: int, now: datetime) -> list[Health]:
    """The caller numbers that the account called from in 30 days, by agent; ``recent``: how many calls are its last."""
    mine = attempts.c.campaign_id.in_(sa.select(campaigns.c.id).where(campaigns.c.account == account))
    ended = attempts.c.state == AttemptState.ENDED
    turn = sa.func.row_number().over(  # those that have not ended stand behind those that have
        partition_by=attempts.c.agent, order_by=(sa.case((ended, 0), else_=1), attempts.c.intent_at.desc())
    )
    made = (
        sa.select(
            attempts.c.agent,
            sa.case((attempts.c.intent_at > now - DAY, 1), else_=0).label("today"),
            sa.case((ended, 1), else_=0).label("ended"),
            sa.case((ended & attempts.c.result.in_([*REACHED]), 1), else_=0).label("answered"),
            sa.case((ended & (turn <= recent) & _since_its_rest(), 1), else_=0).label("recent"),
        )
        .join(numbers, (numbers.c.account == attempts.c.account) & (numbers.c.agent == attempts.c.agent), isouter=True)
        .where(mine, attempts.c.intent_at > now - BEFORE, attempts.c.state != AttemptState.NOT_PLACED)
        .subquery()
    )
    total = sa.func.sum
    found = conn.execute(
        sa.select(
            made.c.agent, total(made.c.today), total(made.c.ended), total(made.c.answered), total(made.c.recent),
            total(made.c.recent * made.c.answered),
        )
        .group_by(made.c.agent)
        .order_by(made.c.agent)
    )  # fmt: skip
    rests = {row.agent: row for row in conn.execute(sa.select(numbers).where(numbers.c.account == account))}
    seen = []
    for agent, today, ended_, answered, last, last_answered in found:
        rest = rests.get(agent)
        resting = rest is not None and rest.rests_until > now
        seen.append(
            Health(account, agent, today, Rate(last_answered, last), Rate(answered - last_answered, ended_ - last),
                   rest.rests_until if rest and resting else None, rest.why if rest and resting else "")
        )  # fmt: skip
    return seen


def every(conn: sa.Connection, account: str | None, now: datetime) -> list[Health]:
    """The caller numbers of this account, or of all."""
    named = sa.select(campaigns.c.account).distinct().order_by(campaigns.c.account)
    accounts = [account] if account else conn.execute(named).scalars()
    return [each for name in accounts for each in health(conn, name, RECENT, now)]


def _since_its_rest() -> sa.ColumnElement[bool]:
    return numbers.c.rests_until.is_(None) | (attempts.c.intent_at >= numbers.c.rests_until)


def rest_numbers(tx: Tx, items: Sequence[None]) -> list[int]:
    """Let the numbers of running campaigns with ``[agents]`` rest that have fallen; answers how many."""
    running = tx.conn.execute(sa.select(campaigns).where(campaigns.c.state == CampaignState.RUNNING)).all()
    begun = 0
    for row in running:
        spec = parse_stored(row.spec)
        if spec.agents.used and spec.agents.rest:
            begun += sum(_rest(tx, row, each, spec.agents) for each in _fallen(tx, row, spec))
    return [begun] * len(items)


def _fallen(tx: Tx, row: sa.Row[Any], spec: Spec) -> list[Health]:
    seen = health(tx.conn, row.account, spec.agents.recent, tx.now)
    mine = [each for each in seen if each.agent in {*spec.callers, row.agent} and each.rests_until is None]
    return [each for each in mine if each.recent.of >= spec.agents.recent and each.fallen]


def _rest(tx: Tx, row: sa.Row[Any], fallen: Health, agents: Agents) -> bool:
    why = f"a person answered {fallen.recent}; before, {fallen.before}"
    key = {"account": fallen.account, "agent": fallen.agent}
    values = {"rests_until": tx.now + agents.rest, "why": why}
    insert = upsert(tx.conn, numbers)
    tx.conn.execute(insert.values(key | values).on_conflict_do_update(index_elements=[*key], set_=values))
    note(tx, row.id, "dialer", "number rests", f"agent {fallen.agent}: {why}")
    return True
