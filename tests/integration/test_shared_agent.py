"""Several campaigns on one agent: each attempt is read, matched and judged as its own campaign's file says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from campaigns.ledger.observations import Silence, conclude
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from tests.integration.shop import HOUR, MINUTE, NOON, SECOND, lead, number, shop_beside_odd_platform, shown
from tests.integration.test_collector import Collected, seen_before

S = AttemptState
REDIAL = {"on_unknown": "redial", "engine": {"horizon": "5m"}}
WORDS = {"platform": {"words": {"done": "voicemail_left"}}}


@pytest.fixture
async def collected(database_url: str) -> AsyncIterator[Collected]:
    async with shop_beside_odd_platform(database_url, Collected) as made:
        yield made


def sent(collected: Collected, to: AttemptState, *files: Mapping[str, Any]) -> list[int]:
    """A campaign of each file, with one person each; their attempts, all by one agent."""
    for n, values in enumerate(files, 1):
        collected.shop.campaign(f"c{n}", [lead(n)], **values)
    return sorted(collected.shop.sent(1, to))


@pytest.mark.parametrize("eager", [0, 1], ids=["the older is eager", "the newer is eager"])
async def test_silence_means_what_the_attempts_own_campaign_says(collected: Collected, eager: int) -> None:
    shop = collected.shop
    ids = sent(collected, S.UNKNOWN, *({}, REDIAL)[:: -1 if eager == 0 else 1])
    redialed, held = ids[eager], ids[1 - eager]
    seen_before(shop, 50, SECOND)
    shop.clock.move(6 * MINUTE)
    assert await collected.poll() == 1
    assert (shop.attempt(redialed).state, shop.attempt(held).state) == (S.NOT_PLACED, S.UNKNOWN)
    shop.clock.move(10 * MINUTE)
    assert await collected.poll() == 1
    assert (shop.attempt(held).state, shop.contact_of(held).state) == (S.UNRESOLVED, ContactState.HELD)


async def test_a_call_is_lost_when_its_own_campaign_gives_it_up(collected: Collected) -> None:
    patient, usual = sent(collected, S.ACCEPTED, {"engine": {"lost_after": "3h"}}, {})
    collected.shop.clock.move(2 * HOUR)
    assert await collected.poll() == 1
    assert [collected.shop.attempt(id_).state for id_ in (patient, usual)] == [S.ACCEPTED, S.LOST]


@pytest.mark.parametrize("files", [({}, WORDS), (WORDS, {})], ids=["the newer knows", "the older knows"])
async def test_a_record_is_read_with_the_words_of_its_own_campaign(
    collected: Collected, files: tuple[Mapping[str, Any], ...]
) -> None:
    shop, knows = collected.shop, files.index(WORDS)
    ids = sent(collected, S.ACCEPTED, *files)
    collected.platform.pages = [[shown(number(n), NOON, "done", n) for n in (1, 2)]]
    assert await collected.poll() == 2
    assert shop.attempt(ids[knows]).result == Result.VOICEMAIL_LEFT
    other = shop.attempt(ids[1 - knows])
    assert (other.state, other.raw_status) == (S.ACCEPTED, "done")


async def test_a_record_fits_its_attempt_in_its_own_campaigns_window(collected: Collected) -> None:
    narrow, wide = sent(collected, S.UNKNOWN, {}, {"engine": {"match_window": "5m"}})
    collected.platform.pages = [[shown(number(n), NOON + 4 * MINUTE, "busy", n) for n in (1, 2)]]
    assert await collected.poll() == 1
    assert [collected.shop.attempt(id_).state for id_ in (narrow, wide)] == [S.UNKNOWN, S.ENDED]


async def test_a_late_record_is_read_with_the_words_of_the_held_ones_campaign(collected: Collected) -> None:
    shop = collected.shop
    held, other = sent(collected, S.ACCEPTED, WORDS, {})
    assert shop.do(conclude, Silence(held, S.LOST))
    collected.platform.pages = [[shown(number(1), NOON, "done", 1)]]
    assert await collected.poll() == 1
    assert (shop.attempt(held).result, shop.attempt(other).state) == (Result.VOICEMAIL_LEFT, S.ACCEPTED)


async def test_no_campaign_takes_another_s_record_for_a_call_of_its_own(collected: Collected) -> None:
    """Both called the number; the first's window is so wide that the second's call lies in it."""
    shop = collected.shop
    (held,) = sent(collected, S.UNKNOWN, WORDS | {"engine": {"match_window": "10m"}})
    assert shop.do(conclude, Silence(held, S.UNRESOLVED))
    shop.clock.move(8 * MINUTE)
    shop.campaign("later", [lead(1)])
    (later,) = shop.sent(2, S.ACCEPTED)
    collected.platform.pages = [[shown(number(1), shop.clock.now(), "busy", None)]]
    assert await collected.poll() == 1
    assert (shop.attempt(held).state, shop.attempt(later).result) == (S.UNRESOLVED, Result.BUSY)


async def test_calls_found_by_other_fields_do_not_make_silence_speak(collected: Collected) -> None:
    """The second campaign names a field that no record has: it finds nobody, not even whom it called."""
    shop = collected.shop
    known, blind = sent(collected, S.UNKNOWN, {}, REDIAL | {"platform": {"fields": {"number": "telephone"}}})
    seen_before(shop, 50, SECOND)
    collected.platform.pages = [[shown(number(n), NOON, "busy", n) for n in (1, 2)]]
    shop.clock.move(6 * MINUTE)
    assert await collected.poll() == 2
    assert (shop.attempt(known).state, shop.attempt(blind).state) == (S.ENDED, S.UNRESOLVED)
    assert shop.contact_of(blind).reason == Reason.UNRESOLVED


async def test_the_silence_of_one_world_says_nothing_of_another_s_calls(collected: Collected) -> None:
    """The account's address was changed: the new one's history has none of the calls that the old one was asked for."""
    shop = collected.shop
    shop.campaign("before", [lead(1)], world="https://before.test/api", **REDIAL)
    before = shop.reserve(1, shop.contacts()[0].id, number(1))
    assert before is not None
    assert shop.submit(before)
    assert shop.record(before, S.UNKNOWN)
    seen_before(shop, 50, SECOND)
    shop.campaign("now", [lead(2)], **REDIAL)
    (now,) = shop.sent(2, S.UNKNOWN)
    shop.clock.move(6 * MINUTE)
    await collected.collector.tick()
    assert (shop.attempt(before).state, shop.attempt(now).state) == (S.UNKNOWN, S.NOT_PLACED)
