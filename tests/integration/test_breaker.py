"""The breaker of an account: open after unclear answers in a row, half open with one call, for all workers together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from campaigns.ledger.curbs import curbs
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.observations import doubt
from campaigns.ledger.queries import choose, standing
from campaigns.vocabulary import AttemptState
from tests.integration.shop import HOUR, MINUTE, NOON, SECOND, Shop, lead, shop_at, submit_by_id

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def opened(shop: Shop, people: int = 40, **values: object) -> list[int]:
    """A campaign whose breaker three unclear answers have opened, for five minutes; its other attempts are open."""
    shop.campaign(people=[lead(n) for n in range(1, people + 1)], **values)
    ids = shop.sent(1)
    for id_ in ids[:3]:
        shop.record(id_, S.UNKNOWN)
    return ids[3:]


def half_opened(shop: Shop) -> None:
    """The same five minutes later, with nothing else under way and others to call."""
    for id_ in opened(shop, 10):
        shop.record(id_, S.NOT_PLACED, wait=6 * MINUTE)
    shop.campaign("b", [lead(n) for n in range(50, 60)])
    shop.clock.move(5 * MINUTE)


def reserved(shop: Shop) -> list[int]:
    return shop.feed().reserved.get("default", [])


def state(shop: Shop) -> tuple[str, datetime | None]:
    stand = shop.ledger.read_now(curbs, shop.campaign_row(1), shop.clock.now()).breaker
    return stand.state, stand.half_open_at


def test_after_its_wait_one_call_is_tried_and_a_clear_answer_closes_it(shop: Shop) -> None:
    half_opened(shop)
    assert state(shop) == ("half open", NOON + 5 * MINUTE)
    (trial,) = reserved(shop)
    assert reserved(shop) == []
    assert shop.submit(trial)
    assert reserved(shop) == []  # its answer is waited for
    assert shop.record(trial, S.ACCEPTED)
    assert state(shop) == ("closed", None)
    assert len(reserved(shop)) == 9


def test_another_unclear_answer_opens_it_again_for_twice_as_long_up_to_an_hour(shop: Shop) -> None:
    half_opened(shop)
    for minutes in (10, 20, 40, 60, 60):
        (trial,) = reserved(shop)
        assert shop.submit(trial)
        shop.record(trial, S.UNKNOWN)
        assert state(shop) == ("open", shop.clock.now() + minutes * MINUTE)
        shop.clock.move(minutes * MINUTE - SECOND)
        assert reserved(shop) == []
        shop.clock.move(SECOND)
    assert [event.what for event in shop.events()].count("breaker opened") == 6


def test_answers_to_requests_from_before_it_opened_change_nothing(shop: Shop) -> None:
    first, second, *_ = opened(shop)
    shop.clock.move(SECOND)
    shop.record(first, S.ACCEPTED)
    shop.record(second, S.UNKNOWN)
    assert state(shop) == ("open", NOON + 5 * MINUTE)
    assert shop.account().unknown_streak == 3


def test_of_many_workers_with_reserved_attempts_one_sends(shop: Shop) -> None:
    """The feeder reserves one; were there more, as from before, the intent lets one through."""
    half_opened(shop)
    contacts = [row for row in shop.contacts() if row.campaign_id == 2]
    ids = [shop.reserve(2, row.id, row.identity) for row in contacts]
    ledgers = [Ledger(shop.url, shop.clock.now) for _ in range(1 if shop.ledger.is_sqlite else 3)]
    sent = [ledgers[n % len(ledgers)].write_now(submit_by_id, id_) for n, id_ in enumerate(ids) if id_]
    for ledger in ledgers:
        ledger.close()
    assert len(sent) == 10
    assert sum(mark is not None for mark in sent) == 1


def test_a_trial_whose_worker_died_is_no_answer_and_another_is_tried(shop: Shop) -> None:
    half_opened(shop)
    (trial,) = reserved(shop)
    assert shop.submit(trial)
    shop.clock.move(31 * SECOND)
    assert shop.do(doubt, shop.clock.now()) == 1
    assert state(shop)[0] == "half open"
    assert len(reserved(shop)) == 1


def test_too_many_requests_push_every_worker_out_at_once(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 9)])
    first, *others = [id_ for group in shop.feed().reserved.values() for id_ in group]
    assert shop.submit(first)
    shop.record(first, S.NOT_PLACED, http_status=429, account_wait=HOUR)
    elsewhere = Ledger(shop.url, shop.clock.now)
    assert [elsewhere.write_now(submit_by_id, id_) for id_ in others] == [None] * 7
    elsewhere.close()
    assert reserved(shop) == []
    shop.clock.move(HOUR)
    assert len(reserved(shop)) == 8


def test_status_shows_it(shop: Shop) -> None:
    opened(shop)
    seen = shop.ledger.read_now(standing, shop.ledger.read_now(choose, None), NOON)
    assert (seen.curbs.breaker.state, seen.curbs.breaker.unclear, seen.rests_until) == ("open", 3, NOON + 5 * MINUTE)
