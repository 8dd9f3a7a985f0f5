"""Where a platform counts requests, all of an account take turns at one limit, over all workers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from redis.asyncio import Redis

from dialer.pacing.pacer import Limit, Pacer, Slots
from dialer.pacing.requests import requests_limit, turns

PER_MINUTE = 2000.0


class Watched(Pacer):
    """Remembers the slots it booked, as Redis's instants: for its own clock each worker learns those by and by."""

    def __init__(self, redis: Redis, ledger: str, slots: list[float]) -> None:
        super().__init__(redis, ledger)
        self._seen, self._booked_at = slots, 0.0

    async def book(self, limits: Sequence[Limit], count: int, min_wait_s: float, max_wait_s: float) -> Slots:
        booked = await super().book(limits, count, min_wait_s, max_wait_s)
        self._seen += [self._booked_at + booked.wait_s + i * booked.step_s for i in range(booked.count)]
        return booked

    def _instant(self, redis_s: float, asked: float, answered: float) -> float:
        self._booked_at = redis_s
        return super()._instant(redis_s, asked, answered)


async def test_calls_polls_and_all_else_of_two_workers_are_never_closer_than_the_limit_allows(redis_url: str) -> None:
    redis, slots = Redis.from_url(redis_url), list[float]()
    await redis.set("{pace:ledger}:epoch", 0)
    workers = [Watched(redis, "ledger", slots) for _ in range(2)]
    of_each = [turns(worker, 1.0)("main", PER_MINUTE) for worker in workers]
    calls = [Limit("account:main", 25.0), requests_limit("main", PER_MINUTE, 1.0)]
    await asyncio.gather(
        *(turn() for turn in of_each for _ in range(15)),
        *(worker.book(calls, 5, 0.0, 2.0) for worker in workers),
    )
    await redis.aclose()
    slots.sort()
    assert len(slots) >= 35
    assert min(later - earlier for earlier, later in pairwise(slots)) >= 60 / PER_MINUTE


async def test_another_account_has_a_limit_of_its_own_and_a_scaled_clock_scales_it(redis_url: str) -> None:
    assert requests_limit("a", 100, 1.0) != requests_limit("b", 100, 1.0)
    assert requests_limit("a", 60, 20.0).per_second == 20.0
