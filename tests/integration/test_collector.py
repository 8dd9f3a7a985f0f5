"""The platform's history becomes results: how far it is read, what its silence means, how often it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.ledger.tables import attempts
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from dialer.collector import Collector, busy_lines
from dialer.providers.callfluent.account import CallFluentAccount
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.platform import CallRecord
from tests.integration.shop import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    WORLD,
    OddPlatform,
    Shop,
    lead,
    number,
    shop_beside_odd_platform,
    shown,
)

S = AttemptState
WORLDS = {"default": WORLD, "keyless": WORLD}


class Collected:
    """A shop, its platform, and the collector between them."""

    def __init__(self, shop: Shop, platform: OddPlatform) -> None:
        self.shop, self.platform = shop, platform
        self.woken, self.pace = 0, 1.0
        self.switchboard = platform.switchboard()
        self.collector = Collector(
            shop.ledger, shop.clock, self.switchboard.platform, WORLDS, self._wake, lambda _: self.pace
        )

    def _wake(self) -> None:
        self.woken += 1

    async def poll(self) -> int:
        (line,) = self.shop.ledger.read_now(busy_lines, WORLDS)
        return await self.collector.poll(line)

    def states(self) -> list[str]:
        return [row.state for row in self.shop.attempts()]


@pytest.fixture
async def collected(database_url: str) -> AsyncIterator[Collected]:
    async with shop_beside_odd_platform(database_url, Collected) as made:
        yield made


async def test_a_call_is_followed_from_ringing_to_its_end(collected: Collected) -> None:
    shop, platform = collected.shop, collected.platform
    id_ = shop.in_state(S.ACCEPTED)
    platform.pages = [[shown(number(1), NOON, "ringing")]]
    assert await collected.poll() == 1
    assert (shop.attempt(id_).raw_status, shop.attempt(id_).call_id) == ("ringing", "1")
    assert await collected.poll() == 0
    ended = NOON + 30 * SECOND
    also: dict[str, Any] = {"answered_by": "human", "ended_at": ended.isoformat(), "duration": 25}
    platform.pages = [[shown(number(1), NOON, "completed", **also)]]
    assert await collected.poll() == 1
    row = shop.attempt(id_)
    assert (row.state, row.result, row.ended_at, row.duration_s) == (S.ENDED, Result.HUMAN, ended, 25.0)
    assert (row.raw_status, row.raw_answered_by, row.raw["id"]) == ("completed", "human", 1)
    assert shop.contact_of(id_).state == ContactState.DONE
    assert collected.woken == 2


async def test_a_word_nobody_knows_ends_nothing_and_is_kept(collected: Collected) -> None:
    id_ = collected.shop.in_state(S.UNKNOWN)
    collected.platform.pages = [[shown(number(1), NOON, "flummoxed")]]
    assert await collected.poll() == 1
    assert (collected.shop.attempt(id_).state, collected.shop.attempt(id_).raw_status) == (S.ACCEPTED, "flummoxed")


async def test_our_reference_beats_everything_and_another_s_matches_nothing(collected: Collected) -> None:
    shop = collected.shop
    id_ = shop.in_state(S.ACCEPTED)
    later = NOON + HOUR
    collected.platform.pages = [
        [
            shown(number(1), NOON, "busy", 2, custom_fields={"dialer_ref": "someone else's"}),
            shown("+12125550999", later, "no-answer", 3, custom_fields={"dialer_ref": shop.attempt(id_).ref}),
        ]
    ]
    assert await collected.poll() == 1
    assert (shop.attempt(id_).result, shop.attempt(id_).call_id) == (Result.NO_ANSWER, "3")


def older(count: int, first_id: int = 100, step: timedelta = MINUTE) -> list[dict[str, object]]:
    """Other people's calls of before, newest first."""
    return [shown(f"+1646555{n:04}", NOON - HOUR - n * step, "completed", first_id + n) for n in range(count)]


async def test_reading_stops_once_newest_first_was_seen_and_it_is_old_enough(collected: Collected) -> None:
    collected.shop.in_state(S.ACCEPTED)
    collected.platform.pages = [[shown(number(1), NOON, "busy"), *older(5)], older(5, 200), older(5, 300)]
    assert await collected.poll() == 1
    assert collected.platform.read == [1]


async def test_a_history_in_no_order_is_read_to_its_end(collected: Collected) -> None:
    collected.shop.in_state(S.ACCEPTED)
    old = older(9)
    collected.platform.pages = [old[:3][::-1], old[3:6], [old[6], shown(number(1), NOON, "busy")], old[7:]]
    assert await collected.poll() == 1
    assert collected.platform.read == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("first_page", [1, 3], ids=["one record", "records of one instant"])
async def test_an_order_that_was_not_seen_stops_nothing(collected: Collected, first_page: int) -> None:
    """Oldest first, and the first page cannot tell: our call is on the last."""
    collected.shop.in_state(S.UNKNOWN)
    collected.platform.pages = [older(first_page, step=timedelta(0)), [shown(number(1), NOON, "busy")]]
    assert await collected.poll() == 1
    assert collected.states() == [S.ENDED]


async def test_a_page_that_comes_twice_is_not_the_end(collected: Collected) -> None:
    collected.shop.in_state(S.ACCEPTED)
    page = older(3, step=timedelta(0))
    collected.platform.pages = [page, page, [shown(number(1), NOON, "busy")]]
    assert await collected.poll() == 1


async def test_a_platform_that_repeats_its_page_for_ever_is_read_thrice(collected: Collected) -> None:
    collected.shop.in_state(S.ACCEPTED)
    collected.platform.pages = [older(3, step=timedelta(0))] * 50
    assert await collected.poll() == 0
    assert collected.platform.read == [1, 2, 3]


async def test_a_failed_read_concludes_nothing(collected: Collected) -> None:
    collected.shop.in_state(S.UNKNOWN)
    collected.shop.clock.move(24 * HOUR)
    for status in (400, 401, 403, 404):
        collected.platform.history_status = status
        assert await collected.poll() == 0
    collected.platform.history_status = 200
    collected.platform.pages = [older(3)[::-1], [{"surprise": True}]]
    assert collected.states() == [S.UNKNOWN]
    assert collected.woken == 0


async def test_of_a_history_that_breaks_off_counts_what_names_its_attempt(collected: Collected) -> None:
    """Another's call to the same number might be a page further on, and the silence means nothing."""
    shop = collected.shop
    named, fits, silent = (shop.in_state(S.UNKNOWN, f"c{n}", n) for n in (1, 2, 3))
    echoed = {"custom_fields": {"dialer_ref": shop.attempt(named).ref}}
    shop.clock.move(24 * HOUR)
    page = [shown(number(1), NOON, "busy", 1, **echoed), shown(number(2), NOON, "busy", 2)]
    collected.platform.pages = [page]
    collected.platform.breaks_after = 1
    assert await collected.poll() == 1
    assert [shop.attempt(id_).state for id_ in (named, fits, silent)] == [S.ENDED, S.UNKNOWN, S.UNKNOWN]
    collected.platform.breaks_after = None
    assert await collected.poll() == 2
    assert [shop.attempt(id_).state for id_ in (fits, silent)] == [S.ENDED, S.UNRESOLVED]


async def test_silence_past_the_horizon_holds_the_contact(collected: Collected) -> None:
    shop = collected.shop
    id_ = shop.in_state(S.UNKNOWN)
    shop.clock.move(15 * MINUTE)
    assert await collected.poll() == 0
    shop.clock.move(SECOND)
    assert await collected.poll() == 1
    assert shop.attempt(id_).state == S.UNRESOLVED
    assert (shop.contact_of(id_).state, shop.contact_of(id_).reason) == (ContactState.HELD, Reason.UNRESOLVED)
    assert shop.ledger.read_now(busy_lines, WORLDS) == []


async def test_a_late_record_ends_a_held_contact_while_its_agent_is_read(collected: Collected) -> None:
    shop = collected.shop
    held = shop.in_state(S.UNRESOLVED, "a", 1)
    shop.clock.move(HOUR)
    shop.in_state(S.ACCEPTED, "b", 2)
    collected.platform.pages = [[shown(number(1), NOON, "busy", 5)]]
    assert await collected.poll() == 1
    assert (shop.attempt(held).state, shop.contact_of(held).reason) == (S.ENDED, Reason.RETRY_WAIT)


def seen_before(shop: Shop, count: int, lag: timedelta, *, unclear: bool = False) -> None:
    """So many earlier calls of this agent, found in history after ``lag``."""
    like = dict(shop.attempts()[0]._mapping) | {"unclear": unclear}
    like.pop("id")
    ended = [
        like | {"ref": f"r{n}", "state": S.ENDED, "number": f"+1646555{n:04}", "raw": {}, "seen_at": NOON + lag}
        for n in range(count)
    ]
    if ended:
        shop.sql(sa.insert(attempts).values(ended))


@pytest.mark.parametrize(
    ("matched", "lag", "to"),
    [
        (50, 5 * MINUTE, S.NOT_PLACED),
        (49, SECOND, S.UNRESOLVED),
        (50, 5 * MINUTE + SECOND, S.UNRESOLVED),
        (0, SECOND, S.UNRESOLVED),
    ],
)
async def test_redial_only_where_silence_was_proven_to_speak(
    collected: Collected, matched: int, lag: timedelta, to: AttemptState
) -> None:
    shop = collected.shop
    campaign_id = shop.campaign(people=[lead(1)], on_unknown="redial")
    (id_,) = shop.sent(campaign_id, S.UNKNOWN)
    seen_before(shop, matched, lag)
    shop.clock.move(16 * MINUTE)
    await collected.poll()
    assert shop.attempt(id_).state == to
    assert shop.contact_of(id_).state == (ContactState.READY if to is S.NOT_PLACED else ContactState.HELD)


@pytest.mark.parametrize(("unclear", "to"), [(True, S.NOT_PLACED), (False, S.UNRESOLVED)])
async def test_calls_whose_answer_named_them_prove_nothing_of_one_whose_answer_was_lost(
    collected: Collected, monkeypatch: pytest.MonkeyPatch, unclear: bool, to: AttemptState
) -> None:
    """They were found by that id, whatever their records say of number and time."""
    monkeypatch.setattr(CallFluent, "abilities", replace(CallFluent.abilities, gives_call_id=True))
    shop = collected.shop
    campaign_id = shop.campaign(people=[lead(1)], on_unknown="redial")
    (id_,) = shop.sent(campaign_id, S.UNKNOWN)
    seen_before(shop, 50, SECOND, unclear=unclear)
    shop.clock.move(16 * MINUTE)
    await collected.poll()
    assert shop.attempt(id_).state == to


async def test_nobody_is_redialed_whose_number_was_called_by_somebody(collected: Collected) -> None:
    """The call's time lies outside the window, so it was not taken for ours; it may well be."""
    shop = collected.shop
    shop.campaign(people=[lead(1), lead(2)], on_unknown="redial")
    called, silent = shop.sent(1, S.UNKNOWN)
    seen_before(shop, 50, SECOND)
    collected.platform.pages = [[shown(number(1), NOON + 4 * MINUTE, "busy", 9)]]
    shop.clock.move(16 * MINUTE)
    await collected.poll()
    assert (shop.attempt(called).state, shop.attempt(silent).state) == (S.UNRESOLVED, S.NOT_PLACED)


async def test_a_call_that_never_ends_is_lost_unless_the_platform_says_it_is_live(collected: Collected) -> None:
    shop = collected.shop
    shop.campaign(people=[lead(1), lead(2)])
    silent, live = shop.sent(1, S.ACCEPTED)
    collected.platform.pages = [[shown(number(2), NOON, "in-progress", 2)]]
    shop.clock.move(HOUR)
    await collected.poll()
    assert collected.states() == [S.ACCEPTED, S.ACCEPTED]
    shop.clock.move(SECOND)
    await collected.poll()
    assert (shop.attempt(silent).state, shop.attempt(live).state) == (S.LOST, S.ACCEPTED)
    assert shop.contact_of(silent).reason == Reason.LOST


async def test_history_is_asked_only_while_attempts_are_open_and_ever_more_rarely(collected: Collected) -> None:
    shop, read = collected.shop, collected.platform.read
    await collected.collector.tick()
    assert read == []
    shop.in_state(S.ACCEPTED)
    asked = []
    for _ in range(200):
        before = len(read)
        await collected.collector.tick()
        if len(read) > before:
            asked.append(shop.clock.now())
        shop.clock.move(SECOND)
    gaps = [round((later - earlier).total_seconds()) for earlier, later in pairwise(asked)]
    assert gaps[:5] == [4, 8, 16, 30, 30]


async def test_news_of_an_agents_call_has_its_history_asked_at_once(collected: Collected) -> None:
    shop, read = collected.shop, collected.platform.read
    id_ = shop.in_state(S.ACCEPTED)
    for _ in range(60):
        await collected.collector.tick()
        shop.clock.move(SECOND)
    asked = len(read)
    await collected.collector.tick()
    assert len(read) == asked
    collected.platform.pages = [[shown(number(1), NOON, "busy")]]
    collected.collector.hurry("default", "2")
    await collected.collector.tick()
    assert len(read) == asked
    collected.collector.hurry("default", "1")
    await collected.collector.tick()
    assert shop.attempt(id_).state == S.ENDED


@pytest.mark.parametrize("pace", [1.0, 5.0, 0.05])
async def test_an_account_is_asked_so_often_over_all_its_agents_and_pages(collected: Collected, pace: float) -> None:
    shop, collected.pace = collected.shop, pace
    for n, agent in enumerate("12", 1):
        shop.campaign(f"c{n}", [lead(n)], agent=agent)
    shop.sent(1, S.ACCEPTED)
    collected.platform.pages = [older(3, step=timedelta(0)), older(3, 200, step=timedelta(0))]
    began = shop.clock.now()
    await collected.collector.tick()
    assert collected.platform.read == [1, 2, 3, 1, 2, 3]
    assert shop.clock.now() - began == 5 * SECOND / pace


async def test_one_account_s_pace_holds_up_no_other(collected: Collected) -> None:
    """The first is not answered before the second was asked."""
    shop = collected.shop
    shop.campaign("slow", [lead(1)], account="keyless")
    shop.campaign("quick", [lead(2)])
    shop.sent(1, S.ACCEPTED)
    asked = asyncio.Event()

    class Platform:
        abilities = CallFluentAccount.abilities

        def __init__(self, account: str) -> None:
            self.account = account

        async def calls(self, agent: str, page: int) -> list[CallRecord]:
            if self.account == "default":
                asked.set()
            await asked.wait()
            return []

    def client(account: str, _: object) -> Any:
        return Platform(account)

    collector = Collector(shop.ledger, shop.clock, client, WORLDS, lambda: None, lambda _: 1.0)
    async with asyncio.timeout(10):
        await collector.tick()


async def test_another_worlds_attempts_are_not_asked_about_here(collected: Collected) -> None:
    shop = collected.shop
    shop.in_state(S.ACCEPTED)
    shop.campaign("rehearsed", [lead(2)], world="rehearsal", agent="2")
    id_ = shop.reserve(2, shop.contacts()[1].id, number(2))
    assert id_ is not None
    assert shop.submit(id_)
    shop.clock.move(24 * HOUR)
    await collected.collector.tick()
    assert collected.states() == [S.LOST, S.SUBMITTED]


async def test_one_agents_trouble_is_no_others(collected: Collected) -> None:
    """An account whose key was taken away cannot be asked; the next agent's history is."""
    shop = collected.shop
    shop.campaign("odd", [lead(1)], account="keyless")
    shop.campaign("fine", [lead(2)], agent="2")
    odd, fine = shop.sent(1, S.ACCEPTED)
    collected.platform.pages = [[shown(number(2), NOON, "busy")]]
    await collected.collector.tick()
    assert (shop.attempt(odd).state, shop.attempt(fine).state) == (S.ACCEPTED, S.ENDED)
