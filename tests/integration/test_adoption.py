"""A ledger that went back in time asks history what happened since, before anything is dialed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from campaigns.ledger.adopting import Restored, as_of, last_instant, mark
from campaigns.ledger.tables import events
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Result
from dialer.adoption import adopt
from dialer.errors import PlatformError, SettingsRefused
from dialer.queue import open_redis
from dialer.witness import Witness
from dialer.worker import World
from tests.integration.shop import (
    HOUR,
    MINUTE,
    NOON,
    ROOMY,
    SECOND,
    WORLD,
    OddPlatform,
    Shop,
    lead,
    number,
    shop_at,
    shop_beside_odd_platform,
    shown,
)  # fmt: skip

S = AttemptState
HUMAN = {"answered_by": "human", "duration": 25}


class Scene:
    """A shop whose ledger is a copy as of noon, an hour later, and the platform that knows what happened since."""

    def __init__(self, shop: Shop, platform: OddPlatform) -> None:
        self.shop, self.platform = shop, platform
        self.switchboard = platform.switchboard()
        self.said: list[str] = []

    async def adopt(self, world: str = WORLD) -> None:
        self.shop.do(mark, Restored(NOON, "test"))
        self.shop.clock.at = NOON + HOUR
        accounts = {"default": world}
        await adopt(
            self.shop.ledger, World(self.shop.clock, accounts, dict.fromkeys(accounts, ROOMY), self.switchboard),
            self.said.append,
        )  # fmt: skip

    def stand(self) -> list[tuple[str, str | None]]:
        return [(row.state, row.result) for row in self.shop.attempts()]

    def marked(self) -> bool:
        return self.shop.ledger.read_now(as_of) is not None


@pytest.fixture
async def restored(database_url: str) -> AsyncIterator[Scene]:
    async with shop_beside_odd_platform(database_url, Scene) as made:
        yield made


async def test_calls_made_since_are_attempts_that_were_made_and_nobody_is_called_again(restored: Scene) -> None:
    shop = restored.shop
    shop.campaign("spring", [lead(row) for row in (1, 2, 3)])
    restored.platform.pages = [[
        shown(number(2), NOON + 20 * MINUTE, "no-answer", 12),
        shown(number(1), NOON + 10 * MINUTE, "completed", 11, **HUMAN),
        shown("+12125559999", NOON + 5 * MINUTE, "completed", 10, **HUMAN),
        shown(number(3), NOON - HOUR, "completed", 9, **HUMAN),
    ]]  # fmt: skip
    await restored.adopt()
    assert restored.stand() == [(S.ENDED, Result.HUMAN), (S.ENDED, Result.NO_ANSWER)]
    assert [row.state for row in shop.contacts()] == [ContactState.DONE, ContactState.READY, ContactState.READY]
    assert shop.contacts()[1].next_at > shop.clock.now()
    assert not restored.marked()
    assert shop.clock.slept[0] == 15 * MINUTE, "history was asked before it surely tells"
    assert (shop.events()[-1].what, shop.events()[-1].detail) == (
        "adopted", "2 calls were taken in from history, 1 are of unknown origin",
    )  # fmt: skip
    shop.feed()
    assert [row.number for row in shop.attempts() if row.state == S.RESERVED] == [number(3)]


async def test_what_the_copy_had_under_way_may_have_been_sent_since(restored: Scene) -> None:
    """One was sent after the copy was made and its record is there; the other has none, and is not sent again."""
    shop = restored.shop
    shop.campaign("spring", [lead(1), lead(2)])
    shop.feed()
    restored.platform.pages = [[shown(number(1), NOON + 2 * SECOND, "completed", **HUMAN)]]
    await restored.adopt()
    assert restored.stand() == [(S.ENDED, Result.HUMAN), (S.UNKNOWN, None)]
    assert not any(shop.submit(row.id) for row in shop.attempts())


async def test_what_the_copy_had_reserved_went_back_and_was_sent_later_under_another_reference(restored: Scene) -> None:
    shop = restored.shop
    shop.campaign("spring", [lead(1)])
    shop.feed()
    restored.platform.pages = [[shown(number(1), NOON + 20 * MINUTE, dialer_ref="another", **HUMAN)]]
    await restored.adopt()
    assert restored.stand() == [(S.ENDED, Result.HUMAN)]


async def test_what_the_copy_knows_is_not_taken_in_twice(restored: Scene) -> None:
    shop = restored.shop
    id_ = shop.in_state(S.ENDED)
    restored.platform.pages = [[shown(number(1), NOON + 3 * SECOND, "completed", id=f"c{id_}", **HUMAN)]]
    await restored.adopt()
    await restored.adopt()
    assert [row.id for row in shop.attempts()] == [id_]


async def test_two_calls_to_one_person_since_then_are_two_attempts(restored: Scene) -> None:
    shop = restored.shop
    shop.campaign("spring", [lead(1)])
    restored.platform.pages = [[
        shown(number(1), NOON + 30 * MINUTE, "completed", 12, **HUMAN),
        shown(number(1), NOON + 5 * MINUTE, "busy", 11),
    ]]  # fmt: skip
    await restored.adopt()
    assert restored.stand() == [(S.ENDED, Result.BUSY), (S.ENDED, Result.HUMAN)]
    assert shop.contacts()[0].state == ContactState.DONE


async def test_a_call_to_a_lead_s_second_number_and_a_live_one_are_taken_in(restored: Scene) -> None:
    shop = restored.shop
    shop.campaign("spring", [lead(1, number(1), number(8)), lead(2)])
    restored.platform.pages = [[
        shown(number(2), NOON + 59 * MINUTE, "in-progress", 12),
        shown(number(8), NOON + 5 * MINUTE, "completed", 11, **HUMAN),
    ]]  # fmt: skip
    await restored.adopt()
    assert restored.stand() == [(S.ENDED, Result.HUMAN), (S.ACCEPTED, None)]
    assert [row.state for row in shop.contacts()] == [ContactState.DONE, ContactState.DIALING]


async def test_of_two_campaigns_with_the_number_the_one_that_waits_for_it_gets_the_call(restored: Scene) -> None:
    shop = restored.shop
    waiting = shop.campaign("spring", [lead(1)])
    other = shop.campaign("autumn", [lead(1)], agent="2")
    restored.platform.pages = [[shown(number(1), NOON + 5 * MINUTE, "completed", 11, **HUMAN)]]
    await restored.adopt()
    assert [row.campaign_id for row in shop.attempts()] == [waiting]
    assert {row.campaign_id: row.state for row in shop.contacts()} == {
        waiting: ContactState.DONE, other: ContactState.READY,
    }  # fmt: skip


async def test_a_history_that_cannot_be_read_leaves_the_mark_and_nothing_is_dialed(restored: Scene) -> None:
    restored.shop.campaign("spring", [lead(1)])
    restored.platform.history_status = 500
    with pytest.raises(PlatformError):
        await restored.adopt()
    assert restored.marked()
    with pytest.raises(SettingsRefused, match='history of account "default" must be asked'):
        await restored.adopt("https://elsewhere.test/api")
    assert restored.marked()


async def test_an_account_that_no_campaign_needs_any_more_is_not_asked(restored: Scene) -> None:
    shop = restored.shop
    shop.to(shop.campaign("old", [lead(1)], account="keyless"), CampaignState.CANCELLED)
    await restored.adopt()
    assert not restored.marked()


async def test_redis_remembers_a_ledger_that_was_further_on(restored: Scene, redis_url: str) -> None:
    """Another program put an older file in place, without a mark."""
    shop = restored.shop
    shop.campaign("spring", [lead(1)])
    redis = await open_redis(redis_url, None)
    try:
        witness = Witness(shop.ledger, redis)
        await witness.ask()
        seen = shop.ledger.read_now(last_instant)
        assert seen == NOON
        await witness.remember()
        await witness.ask()
        assert not restored.marked()
        with shop_at(shop.url) as later:
            later.clock.at = NOON + timedelta(minutes=10)
            later.campaign("autumn", [lead(1)])
            await Witness(later.ledger, redis).remember()
            later.sql(sa.delete(events).where(events.c.at > NOON))
        await witness.ask()
        assert shop.ledger.read_now(as_of) == NOON
    finally:
        await redis.aclose()
