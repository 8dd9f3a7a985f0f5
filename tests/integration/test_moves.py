"""Every move of an attempt (DESIGN §2): those that are allowed, and that nobody moves what has moved already."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.ledger import suppressing
from campaigns.ledger.ledger import Ledger, Tx
from campaigns.ledger.moves import Intent, Return, send_back, submit
from campaigns.ledger.observations import Observation, Silence, conclude, doubt, observe
from campaigns.ledger.outcomes import Outcome, record, rest_account
from campaigns.ledger.settling import Settlement, settle
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import attempts, campaigns
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from dialer.feeder import AccountLimit, feed
from tests.integration.shop import DAY, MARGIN, MINUTE, NOON, SECOND, Shop, lead, number, shop_at, submit_by_id

S = AttemptState
NINE_PM = NOON + timedelta(hours=9)
"""In New York; the window's end."""

MOVES: dict[str, tuple[Any, dict[AttemptState, AttemptState]]] = {
    "submit": (lambda id_: (submit_by_id, id_), {S.RESERVED: S.SUBMITTED}),
    "accepted": (
        lambda id_: (record, Outcome(id_, S.ACCEPTED)),
        {S.SUBMITTED: S.ACCEPTED, S.UNKNOWN: S.ACCEPTED},
    ),
    "rejected": (lambda id_: (record, Outcome(id_, S.REJECTED)), {S.SUBMITTED: S.REJECTED}),
    "not placed": (lambda id_: (record, Outcome(id_, S.NOT_PLACED)), {S.SUBMITTED: S.NOT_PLACED}),
    "unknown": (lambda id_: (record, Outcome(id_, S.UNKNOWN)), {S.SUBMITTED: S.UNKNOWN}),
    "doubt": (lambda id_: (doubt, NOON + SECOND), {S.SUBMITTED: S.UNKNOWN}),
    "live": (
        lambda id_: (observe, Observation(id_, "default", f"c{id_}", None, raw_status="ringing")),
        {S.SUBMITTED: S.ACCEPTED, S.UNKNOWN: S.ACCEPTED, S.ACCEPTED: S.ACCEPTED},
    ),
    "final": (
        lambda id_: (observe, Observation(id_, "default", f"c{id_}", Result.HUMAN)),
        dict.fromkeys((S.SUBMITTED, S.UNKNOWN, S.ACCEPTED, S.UNRESOLVED, S.LOST), S.ENDED),
    ),
    "unresolved": (lambda id_: (conclude, Silence(id_, S.UNRESOLVED)), {S.UNKNOWN: S.UNRESOLVED}),
    "redial": (lambda id_: (conclude, Silence(id_, S.NOT_PLACED)), {S.UNKNOWN: S.NOT_PLACED}),
    "lost": (lambda id_: (conclude, Silence(id_, S.LOST)), {S.ACCEPTED: S.LOST}),
    "settled": (
        lambda id_: (settle, Settlement(1, None, "human", "test")),
        {S.UNRESOLVED: S.ENDED, S.LOST: S.ENDED},
    ),
    "settled, not called": (
        lambda id_: (settle, Settlement(1, None, None, "test")),
        {S.UNRESOLVED: S.NOT_PLACED, S.LOST: S.NOT_PLACED},
    ),
}
AFTER = {
    S.SUBMITTED: ContactState.DIALING, S.ACCEPTED: ContactState.DIALING, S.UNKNOWN: ContactState.DIALING,
    S.REJECTED: ContactState.EXHAUSTED, S.NOT_PLACED: ContactState.READY, S.ENDED: ContactState.DONE,
    S.UNRESOLVED: ContactState.HELD, S.LOST: ContactState.HELD,
}  # fmt: skip


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


@pytest.mark.parametrize("move", MOVES)
def test_a_move_moves_what_it_may_and_passes_over_the_rest(database_url: str, move: str) -> None:
    with shop_at(database_url) as shop:
        make, allowed = MOVES[move]
        for row, state in enumerate(S, 1):
            id_ = shop.in_state(state, f"campaign {row}", row)
            operation, item = make(id_)
            if isinstance(item, Settlement):
                item = Settlement(shop.attempt(id_).campaign_id, None, item.result, "test")
            before = shop.attempt(id_), shop.contact_of(id_)
            said = shop.do(operation, item)
            after = shop.attempt(id_), shop.contact_of(id_)
            if state in allowed:
                assert said, state
                assert (after[0].state, after[1].state) == (allowed[state], AFTER[allowed[state]]), state
            else:
                assert not said or isinstance(said, int), state
                assert after == before, state


def test_what_is_sent_back_leaves_no_trace_and_is_due_again(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2)])
    first, second = shop.feed().reserved["default"]
    assert {contact.state for contact in shop.contacts()} == {ContactState.DIALING}
    assert shop.do(send_back, Return(first))
    assert shop.do(send_back, Return(second, NOON + MINUTE))
    assert not shop.do(send_back, Return(first))
    assert [(c.state, c.next_at, c.reason) for c in shop.contacts()] == [
        (ContactState.READY, NOON, Reason.NEW),
        (ContactState.READY, NOON + MINUTE, Reason.NEW),
    ]
    assert shop.attempts() == []


def test_what_was_submitted_is_never_sent_back(shop: Shop) -> None:
    id_ = shop.in_state(S.SUBMITTED)
    assert not shop.do(send_back, Return(id_))
    assert shop.attempt(id_).state == S.SUBMITTED


@pytest.mark.parametrize("state", [S.RESERVED, S.SUBMITTED, S.ACCEPTED, S.UNKNOWN])
def test_two_open_attempts_of_a_number_or_a_contact_cannot_be(shop: Shop, state: AttemptState) -> None:
    id_ = shop.in_state(state)
    mine = dict(shop.attempt(id_)._mapping)
    shop.load(mine["campaign_id"], [lead(7)], "2")
    other = next(contact.id for contact in shop.contacts() if contact.id != mine["contact_id"])
    twin = {name: value for name, value in mine.items() if name != "id"} | {"ref": "twin", "raw": {}}
    for clash in ({"contact_id": other}, {"number": "+12125559999"}):
        with pytest.raises(sa.exc.IntegrityError):
            shop.sql(attempts.insert().values(twin | clash))
    shop.sql(attempts.insert().values(twin | {"state": S.ENDED}))


def _pause(shop: Shop, campaign_id: int) -> None:
    shop.to(campaign_id, CampaignState.PAUSED)


def _change(shop: Shop, campaign_id: int) -> None:
    shop.sql(campaigns.update().values(version=campaigns.c.version + 1))


def _close(shop: Shop, campaign_id: int) -> None:
    shop.clock.at = NINE_PM - MARGIN


def _suppress(shop: Shop, campaign_id: int) -> None:
    shop.do(suppressing.suppress, suppressing.Suppression(number(1), GLOBAL, "", "test"))


def _suppress_for_client(shop: Shop, campaign_id: int) -> None:
    shop.do(suppressing.suppress, suppressing.Suppression(number(1), "client:default", "", "test"))


def _rest(shop: Shop, campaign_id: int) -> None:
    def rest(tx: Tx, items: list[None]) -> list[None]:
        rest_account(tx, "default", tx.now + SECOND)
        return items

    shop.do(rest, None)


@pytest.mark.parametrize("meanwhile", [_pause, _change, _close, _suppress, _suppress_for_client, _rest])
def test_no_intent_once_something_has_changed(shop: Shop, meanwhile: Any) -> None:
    campaign_id = shop.campaign(people=[lead(1)])
    (id_,) = shop.feed().reserved["default"]
    meanwhile(shop, campaign_id)
    assert not shop.submit(id_)
    assert shop.attempts() == []
    assert [contact.state for contact in shop.contacts()] == [ContactState.READY]


def test_an_intent_fits_until_its_margin_meets_the_end_of_the_window(shop: Shop) -> None:
    shop.campaign(people=[lead(1)])
    (id_,) = shop.feed().reserved["default"]
    shop.clock.at = NINE_PM - MARGIN - SECOND / 1_000_000
    assert shop.submit(id_)


def test_cancelling_leaves_nobody_waiting(shop: Shop) -> None:
    campaign_id = shop.campaign(people=[lead(n) for n in range(1, 6)])
    reserved, unclear, busy, *_ = shop.feed(limit=AccountLimit(100, 3)).reserved["default"]
    for id_ in (unclear, busy):
        assert shop.submit(id_)
    shop.to(campaign_id, CampaignState.CANCELLED)
    assert [contact.state for contact in shop.contacts()] == ["dialing"] * 3 + ["cancelled"] * 2
    assert not shop.submit(reserved)
    assert shop.record(unclear, S.NOT_PLACED)
    assert shop.do(observe, Observation(busy, "default", None, Result.BUSY))
    assert {contact.state for contact in shop.contacts()} == {ContactState.CANCELLED}
    assert {contact.next_at for contact in shop.contacts()} == {None}


def test_a_number_is_called_as_often_in_24_hours_as_the_cap_says_by_all_campaigns_together(shop: Shop) -> None:
    shop.campaign("a", [lead(1)], caps={"per_number_24h": 2})
    for name in ("b", "c"):
        shop.campaign(name, [lead(1)], caps={"per_number_24h": 2})
    sent = []
    for _ in range(3):
        reserved = shop.feed().reserved["default"]
        sent += [id_ for id_ in reserved if shop.submit(id_) and shop.record(id_, S.REJECTED)]
        shop.clock.move(5 * MINUTE)
    assert len(sent) == 2
    assert [contact.state for contact in shop.contacts()] == ["exhausted", "exhausted", "ready"]
    assert shop.contacts()[2].reason == Reason.ATTEMPT_CAP
    assert shop.contacts()[2].next_at == NOON + DAY


def test_the_cap_holds_even_where_it_was_reached_after_the_reservation(shop: Shop) -> None:
    campaign_id = shop.campaign(people=[lead(1)], caps={"per_number_24h": 1})
    (id_,) = shop.feed().reserved["default"]
    done = dict(shop.attempt(id_)._mapping) | {
        "state": S.ENDED,
        "intent_at": NOON - DAY + SECOND,
        "ref": "r",
        "raw": {},
    }
    shop.sql(attempts.insert().values({name: value for name, value in done.items() if name != "id"}))
    assert not shop.submit(id_)
    shop.clock.move(SECOND)
    again = shop.reserve(campaign_id, shop.contacts()[0].id, number(1))
    assert again is not None
    assert shop.submit(again)


def test_an_intent_is_of_the_attempt_that_was_meant_not_of_the_next_with_its_id(shop: Shop) -> None:
    """SQLite gives the id of the last attempt, once deleted, to the next; a ring on its way has the old number."""
    campaign_id = shop.campaign(people=[lead(1), lead(2)])
    one, other = shop.contacts()
    first = shop.reserve(campaign_id, one.id, one.identity)
    assert first is not None
    (ref,) = [row.ref for row in shop.attempts()]
    shop.do(send_back, Return(first))
    second = shop.reserve(campaign_id, other.id, other.identity)
    assert (second == first) == shop.ledger.is_sqlite
    assert shop.do(submit, Intent(first, ref, MARGIN)) is None
    assert [row.state for row in shop.attempts()] == [S.RESERVED]


def test_of_two_that_ask_for_one_intent_at_the_same_time_one_gets_it(shop: Shop) -> None:
    """Two rings of one attempt in one process: the writer takes what waits for it together."""
    campaign_id = shop.campaign(people=[lead(1)])
    (contact,) = shop.contacts()
    shop.reserve(campaign_id, contact.id, contact.identity)
    (row,) = shop.attempts()
    wish = Intent(row.id, row.ref, MARGIN)
    said = asyncio.run(shop.ledger.write_all(submit, [wish, wish]))
    assert [mark is not None for mark in said] == [True, False]


def test_calls_a_day_hold_within_one_batch(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 6)], pace={"per_second": 100, "at_once": 100, "per_day": 3})
    campaign_id = shop.attempts()[0].campaign_id if shop.attempts() else 1
    ids = [shop.reserve(campaign_id, contact.id, contact.identity) for contact in shop.contacts()]

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(shop.ledger.write(submit_by_id, id_) for id_ in ids if id_))

    said = asyncio.run(all_at_once())
    assert [one is not None for one in said] == [True, True, True, False, False]
    assert shop.feed().reserved == {"default": []}


def test_eight_workers_never_get_past_a_cap(postgres_url: str) -> None:
    """DESIGN §4.3: READ COMMITTED alone let 4 calls through a cap of 3."""
    with shop_at(postgres_url) as shop:
        people = [lead(n) for n in range(1, 25)]
        shop.campaign(people=people, pace={"per_second": 100, "at_once": 100, "per_day": 3})
        ids = [shop.reserve(1, contact.id, contact.identity) for contact in shop.contacts()]
        passed: list[int] = []

        def work(mine: list[int | None]) -> None:
            ledger = Ledger(postgres_url, shop.clock.now)
            for id_ in mine:
                if id_ and ledger.write_now(submit_by_id, id_):
                    passed.append(id_)
            ledger.close()

        _together([threading.Thread(target=work, args=(ids[n::8],)) for n in range(8)])
        assert len(passed) == 3
        assert len([row for row in shop.attempts() if row.state == S.SUBMITTED]) == 3


def test_four_feeders_never_open_more_than_the_account_allows(postgres_url: str) -> None:
    with shop_at(postgres_url) as shop:
        shop.campaign(people=[lead(n) for n in range(1, 101)])
        limit, seen = AccountLimit(100.0, 7), []

        def work() -> None:
            ledger = Ledger(postgres_url, shop.clock.now)
            for _ in range(10):
                fed = ledger.write_now(feed, shop.order(limit))
                seen.append(len(shop.attempts()))
                for id_ in fed.reserved.get("default", [])[:2]:
                    ledger.write_now(send_back, Return(id_))
            ledger.close()

        _together([threading.Thread(target=work) for _ in range(4)])
        assert max(seen) == 7
        assert len({row.number for row in shop.attempts()}) == len(shop.attempts()) <= 7


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
