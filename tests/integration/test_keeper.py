"""Repairs: lost rings, outcomes that never came, campaigns that are over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from campaigns.vocabulary import AttemptState, CampaignState, ContactState
from dialer.keeper import NO_OUTCOME_S, RING_LOST_S, Keeper
from dialer.queue import Bell, open_redis
from tests.integration.shop import HOUR, NOON, SECOND, Shop, lead, shop_at

S = AttemptState


class Kept:
    """A shop with a keeper, and what its bell has rung."""

    def __init__(self, shop: Shop, bell: Bell) -> None:
        self.shop, self.bell = shop, bell
        self.runs: set[int] = set()
        self.keeper = Keeper(shop.ledger, shop.clock, bell, self.runs.__contains__)

    async def rung(self) -> list[list[int]]:
        jobs = await self.bell.redis.queued_jobs(queue_name=self.bell.queue)
        await self.bell.redis.flushall()
        return [job.args[0] for job in jobs]


@pytest.fixture
async def kept(database_url: str, redis_url: str) -> AsyncIterator[Kept]:
    redis = await open_redis(redis_url, None)
    with shop_at(database_url) as shop:
        yield Kept(shop, Bell(redis, "test"))
    await redis.aclose()


async def test_a_lost_ring_is_rung_again_and_not_every_time(kept: Kept) -> None:
    kept.shop.campaign(people=[lead(1), lead(2)])
    first, second = kept.shop.feed().reserved["default"]
    kept.shop.clock.move(timedelta(seconds=RING_LOST_S))
    await kept.keeper.tick()
    assert await kept.rung() == []
    kept.shop.clock.move(SECOND)
    await kept.keeper.tick()
    assert sorted(await kept.rung()) == [[first], [second]]
    await kept.keeper.tick()
    assert await kept.rung() == []
    kept.shop.submit(first)
    kept.shop.clock.move(timedelta(seconds=RING_LOST_S + 1))
    await kept.keeper.tick()
    assert await kept.rung() == [[second]]


@pytest.mark.parametrize("speed", [1.0, 20.0])
async def test_a_request_without_an_outcome_becomes_unknown_in_machine_time(kept: Kept, speed: float) -> None:
    kept.shop.clock.speed = speed
    id_ = kept.shop.in_state(S.SUBMITTED)
    kept.shop.clock.move(timedelta(seconds=NO_OUTCOME_S * speed))
    await kept.keeper.tick()
    assert kept.shop.attempt(id_).state == S.SUBMITTED
    kept.shop.clock.move(SECOND)
    await kept.keeper.tick()
    row = kept.shop.attempt(id_)
    assert (row.state, row.unclear) == (S.UNKNOWN, False)
    assert kept.shop.contact_of(id_).state == ContactState.DIALING


@pytest.mark.parametrize("alone", [True, False])
async def test_the_only_worker_doubts_at_once_what_a_dead_one_left(kept: Kept, alone: bool) -> None:
    id_ = kept.shop.in_state(S.SUBMITTED)
    await kept.keeper.start(alone=alone)
    assert kept.shop.attempt(id_).state == (S.UNKNOWN if alone else S.SUBMITTED)


async def test_a_campaign_ends_when_nobody_is_left_or_its_time_is_over(kept: Kept) -> None:
    empty = kept.shop.campaign("empty")
    kept.shop.campaign("short", [lead(1)], end=NOON + HOUR)
    await kept.keeper.tick()
    assert kept.shop.campaign_row(empty).state == CampaignState.DONE
    assert kept.shop.campaign_row(2).state == CampaignState.RUNNING
    kept.shop.clock.move(HOUR)
    await kept.keeper.tick()
    await kept.keeper.tick()
    assert kept.shop.campaign_row(2).state == CampaignState.DONE
    assert [contact.state for contact in kept.shop.contacts()] == [ContactState.EXPIRED]


async def test_a_campaign_for_cron_whose_run_was_killed_waits_for_the_next_one(kept: Kept) -> None:
    alive = kept.shop.campaign("alive", [lead(1)], mode="cron")
    killed = kept.shop.campaign("killed", [lead(2)], mode="cron")
    kept.runs.add(alive)
    await kept.keeper.tick()
    assert kept.shop.campaign_row(alive).state == CampaignState.RUNNING
    assert kept.shop.campaign_row(killed).state == CampaignState.WAITING
