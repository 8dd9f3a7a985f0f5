"""The machine's clock was hours ahead and is put right: what waited by it goes on at once."""

from __future__ import annotations

from datetime import timedelta

from campaigns.vocabulary import AttemptState
from dialer.collector import Collector
from dialer.keeper import Keeper
from dialer.queue import Bell, open_redis
from tests.integration.shop import HOUR, WORLD, lead, odd_platform, shop_at


async def test_history_is_asked_for_again(database_url: str) -> None:
    async with odd_platform() as platform:
        with shop_at(database_url) as shop:
            switchboard = platform.switchboard()
            collector = Collector(
                shop.ledger, shop.clock, switchboard.platform, {"default": WORLD}, lambda: None, lambda _: 1.0
            )
            shop.clock.move(3 * HOUR)
            shop.in_state(AttemptState.ACCEPTED)
            await collector.tick()
            asked = len(platform.read)
            shop.clock.move(-3 * HOUR)
            shop.clock.slept.clear()
            await collector.tick()
            assert len(platform.read) > asked
            assert sum(shop.clock.slept, timedelta()) <= timedelta(seconds=5)
            await switchboard.close()


async def test_a_lost_ring_is_rung_again(database_url: str, redis_url: str) -> None:
    redis = await open_redis(redis_url, None)
    with shop_at(database_url) as shop:
        shop.clock.move(3 * HOUR)
        shop.campaign(people=[lead(1)])
        (id_,) = shop.feed().reserved["default"]
        shop.clock.move(-3 * HOUR)
        keeper = Keeper(shop.ledger, shop.clock, Bell(redis, "test"), lambda _: True)
        await keeper.tick()
        await keeper.tick()
        rings = await redis.queued_jobs(queue_name="dialer:test")
        assert [list(job.args) for job in rings] == [[[id_]]]
    await redis.aclose()
