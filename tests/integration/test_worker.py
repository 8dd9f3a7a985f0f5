"""A worker from end to end: real Redis, real SQL, real HTTP, the practice platform, time a hundred times as fast."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import ledger_id
from campaigns.ledger.progress import progress
from campaigns.vocabulary import AttemptState, CampaignState, ContactState
from dialer.clock import ScaledClock
from dialer.feeder import AccountLimit
from dialer.queue import open_redis
from dialer.worker import Worker, World
from tests.integration.shop import NOON, WORLD, Sandbox, Shop, lead, number, sandbox, shop_at, switchboard
from tests.servers import RedisServer, start_postgres, start_redis

PEOPLE = 40
LIMIT = AccountLimit(per_second=1.0, at_once=20)
OVER_S = 40.0
ENDED = {ContactState.DONE, ContactState.EXHAUSTED}


class Stage:
    """A shop whose clock runs, its practice platform, and a worker between them."""

    def __init__(self, shop: Shop, clock: ScaledClock, practice: Sandbox, worker: Worker) -> None:
        self.shop, self.clock, self.practice, self.worker = shop, clock, practice, worker

    async def over(self) -> bool:
        return (await self.shop.ledger.read(progress, 1, self.clock.now())).over

    async def run(self, over: Callable[[], Awaitable[bool]] | None = None) -> None:
        async with asyncio.timeout(OVER_S):
            await self.worker.run(over or self.over)

    async def until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            await asyncio.sleep(0.02)

    def judge(self) -> None:
        """Everybody has ended, and every request is one attempt's."""
        assert Counter(contact.state for contact in self.shop.contacts()).keys() <= ENDED
        sent = [row for row in self.shop.attempts() if row.state != AttemptState.NOT_PLACED]
        assert {row.state for row in sent} == {AttemptState.ENDED}
        refs = [post["body"]["data"]["dialer_ref"] for post in self.practice.posts()]
        assert sorted(refs) == sorted(row.ref for row in sent)
        assert {row.number for row in sent} == {number(n) for n in range(1, PEOPLE + 1)}
        assert self.shop.campaign_row(1).state == CampaignState.DONE


@asynccontextmanager
async def stage(url: str, redis_url: str, folder: Path) -> AsyncIterator[Stage]:
    clock = ScaledClock.start(folder / "clock.json", NOON, 100.0)
    with shop_at(url) as shop, sandbox(folder, "--clock", str(folder / "clock.json")) as practice:
        shop.ledger.close()
        shop.ledger = Ledger(url, clock.now)
        shop.campaign(
            people=[lead(n) for n in range(1, PEOPLE + 1)], retries={"attempts": 2, "no_answer": "15m"},
            pace={"per_second": 1, "at_once": 20},
        )  # fmt: skip
        redis = await open_redis(redis_url, None)
        await redis.set(f"{{pace:{shop.ledger.read_now(ledger_id)}}}:epoch", 0)  # no memory was lost lately
        platforms = switchboard(practice.address)
        world = World(clock, {"default": WORLD}, {"default": LIMIT}, platforms, clock.jump)
        yield Stage(shop, clock, practice, Worker(shop.ledger, redis, world, lambda _: True))
        await platforms.close()
        await redis.aclose()


async def test_everybody_is_called_and_every_call_has_a_result(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with stage(database_url, redis_url, tmp_path) as at_work:
        await at_work.run()
        at_work.judge()
        results = Counter(row.result for row in at_work.shop.attempts() if row.result)
        assert results.keys() >= {"human", "voicemail_left", "no_answer"}


async def test_redis_dies_and_forgets_everything(database_url: str, tmp_path: Path) -> None:
    with start_redis() as server:
        async with stage(database_url, server.url, tmp_path) as at_work:
            run = asyncio.create_task(at_work.run())
            for count in (5, 20):
                await at_work.until(lambda count=count: len(at_work.practice.posts()) >= count)  # type: ignore[misc]
                await asyncio.to_thread(_crash, server)
            await run
            at_work.judge()


def _crash(server: RedisServer) -> None:
    server.kill()
    shutil.rmtree(server.folder / "appendonlydir")
    server.start()


async def test_the_database_goes_away_and_comes_back(redis_url: str, tmp_path: Path) -> None:
    with start_postgres() as server:
        async with stage(server.create(), redis_url, tmp_path) as at_work:
            run = asyncio.create_task(at_work.run())
            await at_work.until(lambda: len(at_work.practice.posts()) >= 10)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            await run
            posts = at_work.practice.numbers()
            refs = Counter(post["body"]["data"]["dialer_ref"] for post in at_work.practice.posts())
            assert max(refs.values()) == 1
            people = at_work.shop.contacts()
            held = {contact.identity for contact in people if contact.state == ContactState.HELD}
            everybody = {number(n) for n in range(1, PEOPLE + 1)}
            assert everybody - set(posts) <= held, "an intent whose commit was not acknowledged is never sent"
            assert {contact.state for contact in people} <= ENDED | {ContactState.HELD}


async def test_a_worker_that_is_drained_places_no_new_call_and_follows_the_open_ones(
    redis_url: str, tmp_path: Path
) -> None:
    async with stage(f"sqlite:///{tmp_path / 'ledger.sqlite'}", redis_url, tmp_path) as at_work:
        run = asyncio.create_task(at_work.run())
        await at_work.until(lambda: len(at_work.practice.posts()) >= 5)
        at_work.worker.drain()
        await run
        states = Counter(row.state for row in at_work.shop.attempts())
        assert states.keys() <= {AttemptState.ENDED, AttemptState.NOT_PLACED}
        assert states[AttemptState.ENDED] == len(at_work.practice.posts()) < PEOPLE
        contacts = Counter(contact.state for contact in at_work.shop.contacts())
        assert ContactState.DIALING not in contacts
        assert contacts[ContactState.READY] > 0
        assert at_work.shop.campaign_row(1).state == CampaignState.RUNNING


async def test_two_workers_share_the_work_and_its_limits(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    async with stage(postgres_url, redis_url, tmp_path) as first:
        second_ledger = Ledger(postgres_url, first.clock.now)
        redis = await open_redis(redis_url, None)
        platforms = switchboard(first.practice.address)
        world = World(first.clock, {"default": WORLD}, {"default": LIMIT}, platforms, None)
        second = Stage(first.shop, first.clock, first.practice, Worker(second_ledger, redis, world, lambda _: True))
        both = asyncio.gather(first.run(), second.run())
        most = 0
        while not both.done():
            open_ones = [row for row in first.shop.attempts() if row.state in ("reserved", "submitted", "accepted")]
            most = max(most, len(open_ones))
            await asyncio.sleep(0.05)
        await both
        first.judge()
        assert 1 < most <= LIMIT.at_once
        second_ledger.close()
        await platforms.close()
        await redis.aclose()
