"""Many who all want to spend the rest of a budget at once: how many calls get through, and what they come to."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.budgeting import NewBudget, set_budget
from campaigns.ledger.ledger import Ledger, Tx
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.outcomes import Outcome, record
from campaigns.ledger.past import past_of
from campaigns.ledger.settling import Settlement, settle
from campaigns.ledger.spending import Spending
from campaigns.ledger.tables import attempts, campaigns
from campaigns.vocabulary import AttemptState, Result
from dialer.feeder import feed
from tests.contention import CALLERS, by_tasks, by_threads
from tests.integration.shop import MINUTE, NOON, Shop, lead, shop_at, submit_by_id

__all__ = ["by_tasks", "by_threads", "over", "prepare", "spend", "wander"]

MOST = 3
KINDS = {"calls": 3, "minutes": 39.0, "money": 4.6}
"""What is limited; each time it is enough for three open calls of ten minutes, 0.50 and 0.10 a minute, not for four."""
COST = {"per_minute": 0.1, "per_call": 0.5}


def prepare(shop: Shop, rounds: int) -> list[list[int]]:
    """For each round eight reserved attempts of an account of its own, by one campaign, or by eight."""
    return [_round(shop, nth) for nth in range(rounds)]


def _round(shop: Shop, nth: int) -> list[int]:
    kind = list(KINDS)[nth % len(KINDS)]
    limits = dict.fromkeys(KINDS) | {kind: KINDS[kind]}
    shop.do(set_budget, NewBudget("account", f"account {nth}", **limits, who="test"))  # type: ignore[arg-type]
    rows = [nth * CALLERS + caller + 1 for caller in range(CALLERS)]
    of = {"account": f"account {nth}", "cost": COST, "engine": {"longest_call": "10m"}}
    ids = []
    for campaign, mine in enumerate([rows[: CALLERS // 2], *([row] for row in rows[CALLERS // 2 :])]):
        campaign_id = shop.campaign(f"{nth} {campaign}", [lead(row) for row in mine], **of)
        people = [row for row in shop.contacts() if row.campaign_id == campaign_id]
        ids += [shop.reserve(campaign_id, person.id, person.identity) for person in people]
    return [id_ for id_ in ids if id_ is not None]


def over(shop: Shop, wanted: list[list[int]]) -> tuple[int, int]:
    """In how many rounds more calls got through than the budget allows, and in how many fewer."""
    there = {row.id for row in shop.beside(sa.select(attempts.c.id).where(attempts.c.intent_at.is_not(None)))}
    passed = [sum(id_ in there for id_ in ids) for ids in wanted]
    return sum(each > MOST for each in passed), sum(each < MOST for each in passed)


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's, moved to a Monday noon in New York."""

    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - self.began)


MINUTES, LONGEST = 60.0, 10.0


def spend(url: str, calls: int, seed: int) -> tuple[int, float]:
    """Feed, send and end calls of two campaigns on one budget of minutes, by four workers, until so many were made.

    Answers how many calls there were, and the most that was ever used, open calls at their longest.
    """
    clock = Clock()
    with shop_at(url) as shop:
        shop.do(set_budget, NewBudget("account", "default", None, MINUTES, None, "test"))
        for name, first in (("a", 0), ("b", calls)):
            people = [lead(first + n + 1) for n in range(calls)]
            shop.campaign(name, people, engine={"longest_call": f"{LONGEST:g}m"})
        ledgers = [Ledger(url, clock.now) for _ in range(1 if url.startswith("sqlite") else 4)]
        workers = [
            threading.Thread(target=_work, args=(shop, ledgers[n % len(ledgers)], random.Random(f"{seed}:{n}"), calls))
            for n in range(4)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        for ledger in ledgers:
            ledger.close()
        rows = shop.beside(sa.select(attempts).where(attempts.c.intent_at.is_not(None)).order_by(attempts.c.intent_at))
        return len(rows), _too_much(rows)


def _work(shop: Shop, ledger: Ledger, rnd: random.Random, calls: int) -> None:
    for _ in range(calls):
        for ids in ledger.write_now(feed, shop.order()).reserved.values():
            for id_ in ids:
                if ledger.write_now(submit_by_id, id_) and rnd.random() < 0.98:
                    ledger.write_now(record, Outcome(id_, AttemptState.ACCEPTED))
                    talk_s = rnd.choice([0.0, 5.0])
                    ended = Observation(id_, "default", f"c{id_}", Result.HUMAN, duration_s=talk_s)
                    ledger.write_now(observe, ended)


def _too_much(rows: Sequence[sa.Row[Any]]) -> float:
    """The most minutes used at the instant of any intent: those of calls that had ended, and the longest of others."""
    most = 0.0
    for row in rows:
        before = [other for other in rows if other.intent_at <= row.intent_at]
        used = [
            -(-other.duration_s // 60) if other.ended_at and other.ended_at < row.intent_at else LONGEST
            for other in before
        ]
        most = max(most, sum(used))
    return most


def wander(shop: Shop, people: int, steps: int, seed: int) -> int:
    """Days of calls that end at once, late, or never, are settled, refused or not sent, with a clock that steps back.

    After each step, what the ledger's writer remembers must come to what counting all anew does. Answers how many calls
    there were.
    """
    rnd, open_ones = random.Random(seed), list[int]()
    shop.do(set_budget, NewBudget("account", "default", 10**5, None, 1e6, "test"))
    override = [{"jurisdiction": place, "rule": "caps", "reason": "a test"} for place in ("US-NY", "*")]
    of = {"cost": COST, "retries": {"attempts": 50, "busy": "5m", "no_answer": "7m"}, "budget": {"minutes": 1e5},
          "caps": {"per_number_24h": 50}, "law": {"override": override},
          "engine": {"longest_call": "10m", "breaker": {"in_a_row": 1000, "share": 1.0}}}  # fmt: skip
    for name, first in (("a", 0), ("b", people)):
        shop.campaign(name, [lead(first + n + 1) for n in range(people)], **of)
    for _ in range(steps):
        shop.clock.move(rnd.choice([-3, 1, 11, 40, 120]) * MINUTE)
        open_ones += [id_ for ids in shop.feed().reserved.values() for id_ in ids if shop.submit(id_)]
        for id_ in [id_ for id_ in open_ones if rnd.random() < 0.6]:
            open_ones.remove(id_)
            _go_on(shop, id_, rnd)
        if rnd.random() < 0.1:
            shop.do(settle, Settlement(1, None, rnd.choice([None, Result.BUSY]), "test"))
        remembered, anew = (shop.do(_used, remembers) for remembers in (True, False))
        assert remembered == anew
    return len(shop.attempts())


def _go_on(shop: Shop, id_: int, rnd: random.Random) -> None:
    """One call ends, is refused, was not sent, cannot be accounted for, or stays open."""
    way = rnd.randrange(6)
    if way < 3:
        shop.record(id_, AttemptState.ACCEPTED)
        result = rnd.choice([Result.BUSY, Result.NO_ANSWER])
        shop.do(observe, Observation(id_, "default", f"c{id_}", result, duration_s=rnd.uniform(0, 400)))
    elif way == 3:
        shop.record(id_, rnd.choice([AttemptState.NOT_PLACED, AttemptState.REJECTED]), text=str(id_))
    elif way == 4 and shop.record(id_, AttemptState.UNKNOWN):
        shop.do(conclude, Silence(id_, AttemptState.UNRESOLVED))


def _used(tx: Tx, items: Sequence[bool]) -> list[object]:
    rows = tx.conn.execute(sa.select(campaigns)).all()
    pasts = (past_of(tx.conn) if remembers else None for remembers in items)
    spent = (Spending(tx.conn, rows, tx.now, shared=True, past=past).used for past in pasts)
    return [{scope: [round(part, 6) for part in use] for scope, use in each.items()} for each in spent]
