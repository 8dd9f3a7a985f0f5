"""Of an agent whose history refuses to be read, who waits for it is held: nobody blocks the account for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from campaigns.vocabulary import AttemptState, ContactState
from dialer.feeder import AccountLimit
from tests.integration.shop import HOUR, MINUTE, NOON, SECOND, lead, number, shop_beside_odd_platform, shown
from tests.integration.test_collector import WORLDS, Collected, older, seen_before

S = AttemptState


@pytest.fixture
async def collected(database_url: str) -> AsyncIterator[Collected]:
    async with shop_beside_odd_platform(database_url, Collected) as made:
        yield made


def refused(status: int) -> Callable[[Collected, pytest.MonkeyPatch], None]:
    def trouble(collected: Collected, _: pytest.MonkeyPatch) -> None:
        collected.platform.history_status = status

    return trouble


def endless(collected: Collected, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("dialer.collector.PAGES", 3)
    collected.platform.pages = [older(3, 100 * page, step=0 * SECOND) for page in range(1, 6)]


def moved(_: Collected, patch: pytest.MonkeyPatch) -> None:
    patch.setitem(WORLDS, "default", "https://new.test/api")


def gone(_: Collected, patch: pytest.MonkeyPatch) -> None:
    patch.delitem(WORLDS, "default")


@pytest.mark.parametrize(
    "trouble", [refused(404), refused(403), endless, moved, gone],
    ids=["agent deleted", "no permission", "too long", "address changed", "account gone"],
)  # fmt: skip
async def test_who_waits_for_it_is_held_and_makes_room(
    collected: Collected, monkeypatch: pytest.MonkeyPatch, trouble: Callable[..., None]
) -> None:
    """Nobody is called again for it, whatever the campaign says of silence."""
    shop = collected.shop
    shop.campaign(people=[lead(n) for n in range(1, 4)], on_unknown="redial")
    tight = AccountLimit(100.0, 2)
    unknown, accepted = shop.feed(limit=tight).reserved["default"]
    for id_, to in ((unknown, S.UNKNOWN), (accepted, S.ACCEPTED)):
        assert shop.submit(id_)
        assert shop.record(id_, to)
    seen_before(shop, 50, SECOND)
    trouble(collected, monkeypatch)
    await collected.collector.tick()
    shop.clock.move(59 * MINUTE)
    await collected.collector.tick()
    assert [shop.attempt(id_).state for id_ in (unknown, accepted)] == [S.UNKNOWN, S.ACCEPTED]
    assert not shop.feed(limit=tight).reserved["default"]
    shop.clock.move(2 * MINUTE)
    await collected.collector.tick()
    assert [shop.attempt(id_).state for id_ in (unknown, accepted)] == [S.UNRESOLVED, S.LOST]
    assert [shop.contact_of(id_).state for id_ in (unknown, accepted)] == [ContactState.HELD] * 2
    assert collected.woken == 1
    assert len(shop.feed(limit=tight).reserved["default"]) == 1


async def test_the_time_counts_from_when_it_could_be_read_last(collected: Collected) -> None:
    """After a night without the dialer, or a success in between, one failure gives nobody up."""
    shop, id_ = collected.shop, collected.shop.in_state(S.ACCEPTED)
    collected.platform.history_status = 400
    await collected.poll()
    shop.clock.move(50 * MINUTE)
    collected.platform.history_status = 200
    await collected.poll()
    for waited in (20 * MINUTE, HOUR):
        shop.clock.move(waited)
        collected.platform.history_status = 400
        await collected.poll()
        assert shop.attempt(id_).state == S.ACCEPTED
    shop.clock.move(SECOND)
    await collected.poll()
    assert shop.attempt(id_).state == S.LOST


async def test_a_platform_that_is_away_is_waited_for(collected: Collected) -> None:
    """Nobody can be called meanwhile, either; what it answers first when it is back is no reason to give anybody up."""
    shop, id_ = collected.shop, collected.shop.in_state(S.ACCEPTED)
    for status in (500, 503, 503, 500):
        collected.platform.history_status = status
        await collected.poll()
        shop.clock.move(HOUR)
    collected.platform.history_status, collected.platform.pages = 200, [[shown(number(1), NOON, "busy")]]
    assert await collected.poll() == 1
    assert shop.attempt(id_).state == S.ENDED


async def test_a_call_that_its_readable_part_says_is_live_is_not_given_up(collected: Collected) -> None:
    shop, id_ = collected.shop, collected.shop.in_state(S.ACCEPTED)
    also: dict[str, Any] = {"custom_fields": {"dialer_ref": shop.attempt(id_).ref}}
    collected.platform.pages = [[shown(number(1), NOON, "in-progress", 1, **also)]]
    collected.platform.breaks_after = 1
    for _ in range(3):
        await collected.poll()
        shop.clock.move(HOUR)
    assert shop.attempt(id_).state == S.ACCEPTED
