"""Pace over all workers: one Lua call on a real Redis, held against the same in Python."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import pairwise

import pytest
import redis as sync_redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from dialer.pacing.pacer import MAX_AHEAD_S, SAFETY, Limit, Pacer
from tests.servers import RedisServer

EPOCH = "{pace:test}:epoch"
ACCOUNT = Limit("account:a", 10.0)
SLOW = Limit("campaign:1", 2.0)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    await client.set(EPOCH, 0)
    yield client
    await client.aclose()


@dataclass
class Model:
    """The script in Python; times are microseconds."""

    ahead: int
    epoch: int | None = None
    free: dict[str, int] = field(default_factory=dict)

    def book(self, now: int, keys: list[str], intervals: list[int], n: int, least: int, most: int) -> list[int]:
        self.epoch = now if self.epoch is None else self.epoch
        free = [max(self.free.get(key, self.epoch + self.ahead + each), now + least)
                for key, each in zip(keys, intervals, strict=True)]  # fmt: skip
        at, step = max(free), max(intervals)
        if step > intervals[0]:
            n = 1
            if at - free[0] > intervals[0]:
                return [at - free[0] - intervals[0], 0, 0]
        n = min(n, (most - (at - now)) // step + 1)
        if n < 1:
            return [at - now - most, 0, 0]
        self.free |= {key: at + (n - 1) * step + each for key, each in zip(keys, intervals, strict=True)}
        return [at - now, step, n]


ms = st.integers(1, 3_000).map(lambda value: 1000 * value)
wish = st.tuples(
    st.integers(0, 2_000_000),  # time passes
    st.lists(st.sampled_from("abc"), unique=True, min_size=0, max_size=3),  # campaigns beside the account
    st.integers(1, 20),
    st.integers(0, 400_000),
    st.integers(0, 2_000_000),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    intervals=st.fixed_dictionaries(dict.fromkeys(("account", "a", "b", "c"), ms)), wishes=st.lists(wish, max_size=12)
)
def test_the_script_does_what_the_model_does(
    shared_redis: RedisServer, intervals: dict[str, int], wishes: list[tuple[int, list[str], int, int, int]]
) -> None:
    """The real script, but for its clock, which is moved by hand."""
    source = (files("dialer.pacing") / "pace.lua").read_text()
    by_hand = source.replace("redis.call('TIME')", "{redis.call('GET', 's'), redis.call('GET', 'us')}")
    assert by_hand != source
    with sync_redis.Redis.from_url(shared_redis.url) as client:
        client.flushall()
        script, model, now = client.register_script(by_hand), Model(2_000_000), 1_790_000_000_000_000
        starts: list[int] = []
        for passed, campaigns, n, least, most in wishes:
            now += passed
            client.mset({"s": now // 1_000_000, "us": now % 1_000_000})
            names = ["account", *campaigns]
            each = [intervals[name] for name in names]
            said = script(keys=["epoch", *names], args=[n, least, most, model.ahead, *each])[:3]
            assert said == model.book(now, names, each, n, least, most)
            starts += [now + said[0] + i * said[1] for i in range(said[2])]
        assert all(later - earlier >= intervals["account"] for earlier, later in pairwise(starts))


async def _starts(pacer: Pacer, limits: list[Limit], count: int, until: float) -> list[float]:
    """Book like a worker does until ``until``; when each slot is, by this machine's clock."""
    starts: list[float] = []
    while time.monotonic() < until:
        slots = await pacer.book(limits, count, 0.0, 0.5)
        now = time.monotonic()
        starts += [now + slots.wait_s + i * slots.step_s for i in range(slots.count)]
        await asyncio.sleep(slots.wait_s if slots.count == 0 else slots.wait_s + slots.count * slots.step_s)
    return starts


async def test_four_workers_together_keep_the_pace_and_use_it(redis: Redis) -> None:
    fast = Limit("account:a", 50.0)
    began = time.monotonic()
    workers = (_starts(Pacer(redis, "test"), [fast], 5, began + 1.5) for _ in range(4))
    starts = sorted(start for group in await asyncio.gather(*workers) for start in group)
    span = starts[-1] - starts[0]
    assert len(starts) - 1 <= span * 50.0 * SAFETY + 1
    assert len(starts) >= 0.8 * span * 50.0


async def test_all_limits_are_booked_or_none(redis: Redis) -> None:
    pacer = Pacer(redis, "test")
    first = await pacer.book([ACCOUNT, SLOW], 5, 0.0, 2.0)
    assert (first.wait_s, first.count) == (0.0, 1)
    before = {key: await redis.get(key) for key in await redis.keys("*")}
    assert len(before) == 4  # two limits, when this memory began, and which server's it is
    refused = await pacer.book([ACCOUNT, SLOW], 1, 0.0, 0.2)
    assert refused.count == 0
    assert 0.2 < refused.wait_s < 0.6
    assert {key: await redis.get(key) for key in await redis.keys("*")} == before


async def test_a_slow_campaign_does_not_book_its_account_away_from_a_fast_one(redis: Redis) -> None:
    pacer = Pacer(redis, "test")
    await pacer.book([ACCOUNT, SLOW], 1, 0.0, 2.0)
    assert (await pacer.book([ACCOUNT, SLOW], 1, 0.0, 2.0)).count == 0
    other = await pacer.book([ACCOUNT, Limit("campaign:2", 10.0)], 1, 0.0, 2.0)
    assert other.count == 1
    assert other.wait_s <= 1 / (10.0 * SAFETY)


async def test_no_slot_is_nearer_than_its_user_needs(redis: Redis) -> None:
    pacer = Pacer(redis, "test")
    for limits in ([ACCOUNT], [Limit("account:fast", 100.0), SLOW]):
        slots = await pacer.book(limits, 1, 0.1, 2.0)
        assert (slots.wait_s, slots.count) == (0.1, 1)


async def test_a_burst_of_slots_lies_a_step_apart_and_ends_at_the_furthest(redis: Redis) -> None:
    slots = await Pacer(redis, "test").book([ACCOUNT], 50, 0.0, 1.0)
    assert slots.step_s == pytest.approx(1 / 9.8, abs=1e-5)
    assert slots.count == 10


async def test_after_its_memory_was_lost_slots_booked_before_may_still_be_used(redis: Redis) -> None:
    pacer = Pacer(redis, "test")
    await pacer.book([ACCOUNT], 20, 0.0, 2.0)
    await redis.flushall()
    refused = await pacer.book([ACCOUNT], 1, 0.0, 2.0)
    assert refused.count == 0
    await redis.set(EPOCH, (await _redis_us(redis)) - round(1_000_000 * MAX_AHEAD_S))
    first = await pacer.book([ACCOUNT], 1, 0.0, 2.0)
    assert first.count == 1
    assert 0.08 < first.wait_s < 0.11


async def test_a_server_that_came_back_with_an_older_memory_has_lost_what_was_booked_since(redis: Redis) -> None:
    pacer = Pacer(redis, "test")
    older = {key: await redis.get(key) for key in await redis.keys("*")}
    await pacer.book([ACCOUNT], 20, 0.0, 2.0)
    await redis.flushall()
    await redis.mset(older | {f"{EPOCH}:run": "a former run of this server"})
    assert (await pacer.book([ACCOUNT], 1, 0.0, 2.0)).count == 0


async def _redis_us(redis: Redis) -> int:
    seconds, microseconds = await redis.time()
    return int(seconds) * 1_000_000 + int(microseconds)


async def test_a_forgotten_script_is_sent_again(redis: Redis) -> None:
    pacer = Pacer(redis, "test")
    assert (await pacer.book([ACCOUNT], 1, 0.0, 2.0)).count == 1
    await redis.script_flush()
    assert (await pacer.book([ACCOUNT], 1, 0.0, 2.0)).count == 1


async def test_ledgers_on_one_redis_do_not_share_a_pace(redis: Redis) -> None:
    await redis.set("{pace:another}:epoch", 0)
    await Pacer(redis, "test").book([ACCOUNT], 5, 0.0, 2.0)
    assert (await Pacer(redis, "another").book([ACCOUNT], 1, 0.0, 2.0)).wait_s == 0.0


async def test_the_memory_of_redis_begins_when_a_worker_does(redis: Redis) -> None:
    """Otherwise it begins with the first call that is due, which has to wait for it to be old enough."""
    await redis.delete(EPOCH)
    pacer = Pacer(redis, "test")
    await pacer.begin()
    began = int(await redis.get(EPOCH))
    assert (await pacer.book([ACCOUNT], 1, 0.0, 0.0)).count == 0
    await redis.set(EPOCH, began - 2_000_000 * int(MAX_AHEAD_S))
    await pacer.begin()
    assert (await pacer.book([ACCOUNT], 1, 0.0, 0.0)).count == 1
    assert int(await redis.get(EPOCH)) < began
