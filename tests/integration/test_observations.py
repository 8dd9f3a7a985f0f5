"""What the platform's records and its silence do to attempts and contacts (DESIGN §4.6, §4.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.settling import Settlement, settle
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, SECOND, Shop, lead, number, shop_at

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def see(shop: Shop, attempt_id: int, result: Result | None, call_id: str | None = "c1", **values: Any) -> bool:
    said: bool = shop.do(observe, Observation(attempt_id, "default", call_id, result, **values))
    return said


@pytest.mark.parametrize("state", [S.SUBMITTED, S.UNKNOWN, S.ACCEPTED])
def test_a_live_record_proves_the_call_and_a_final_one_ends_it(shop: Shop, state: AttemptState) -> None:
    id_ = shop.in_state(state)
    shop.clock.move(SECOND)
    assert see(shop, id_, None, raw_status="ringing", raw={"id": 1})
    row = shop.attempt(id_)
    assert (row.state, row.call_id, row.raw_status, row.raw, row.seen_at) == (
        S.ACCEPTED, "c1", "ringing", {"id": 1}, NOON + SECOND,
    )  # fmt: skip
    shop.clock.move(MINUTE)
    times: dict[str, Any] = {"answered_at": NOON + 10 * SECOND, "ended_at": NOON + 40 * SECOND, "duration_s": 30.5}
    assert see(shop, id_, Result.HUMAN, raw_status="completed", raw_answered_by="human", disposition="sale", **times)
    row = shop.attempt(id_)
    assert (row.state, row.result, row.raw_status, row.raw_answered_by, row.disposition) == (
        S.ENDED, Result.HUMAN, "completed", "human", "sale",
    )  # fmt: skip
    assert {name: getattr(row, name) for name in times} == times
    assert row.seen_at == NOON + SECOND
    contact = shop.contact_of(id_)
    assert (contact.state, contact.reason, contact.next_at) == (ContactState.DONE, Reason.ANSWERED, None)
    assert not see(shop, id_, Result.BUSY)
    assert shop.attempt(id_).result == Result.HUMAN


@pytest.mark.parametrize("state", [S.UNRESOLVED, S.LOST])
def test_a_late_record_ends_a_held_contact(shop: Shop, state: AttemptState) -> None:
    id_ = shop.in_state(state)
    assert shop.contact_of(id_).state == ContactState.HELD
    assert not see(shop, id_, None, raw_status="ringing")
    assert see(shop, id_, Result.NO_ANSWER, ended_at=NOON)
    contact = shop.contact_of(id_)
    assert (contact.state, contact.reason, contact.next_at) == ("ready", Reason.RETRY_WAIT, NOON + 2 * HOUR)


def test_a_call_belongs_to_one_attempt(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2)])
    first, second = shop.sent(1, S.ACCEPTED)
    assert see(shop, first, Result.HUMAN, "c1")
    assert not see(shop, second, Result.HUMAN, "c1")
    assert shop.attempt(second).state == S.ACCEPTED
    assert see(shop, second, Result.HUMAN, "c2")


def test_a_record_without_an_id_keeps_the_one_that_is_known(shop: Shop) -> None:
    id_ = shop.in_state(S.SUBMITTED)
    assert shop.record(id_, S.ACCEPTED, call_id="77")
    assert see(shop, id_, Result.HUMAN, None)
    assert shop.attempt(id_).call_id == "77"


def test_the_wait_counts_from_the_calls_end_not_from_its_discovery(shop: Shop) -> None:
    id_ = shop.in_state(S.ACCEPTED)
    shop.clock.move(10 * MINUTE)
    assert see(shop, id_, Result.BUSY, ended_at=NOON + 30 * SECOND)
    assert shop.contact_of(id_).next_at == NOON + 30 * SECOND + 15 * MINUTE


@pytest.mark.parametrize(
    ("off", "end"), [(-5 * HOUR, NOON), (5 * HOUR, NOON + MINUTE)], ids=["before our intent", "still to come"]
)
def test_a_wait_counts_from_no_end_that_cannot_be(shop: Shop, off: timedelta, end: datetime) -> None:
    """The platform wrote its local time, and we read it as UTC: the record keeps it, the next call goes by ours."""
    id_ = shop.in_state(S.ACCEPTED)
    shop.clock.move(MINUTE)
    assert see(shop, id_, Result.BUSY, ended_at=NOON + off)
    assert shop.attempt(id_).ended_at == NOON + off
    assert shop.contact_of(id_).next_at == end + 15 * MINUTE


def test_a_record_that_names_no_end_ended_when_it_was_read(shop: Shop) -> None:
    id_ = shop.in_state(S.ACCEPTED)
    shop.clock.move(MINUTE)
    assert see(shop, id_, Result.BUSY)
    assert shop.attempt(id_).ended_at == NOON + MINUTE
    assert shop.contact_of(id_).next_at == NOON + 16 * MINUTE


def test_attempts_are_counted_from_rows_and_end(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], retries={"attempts": 3, "busy": "15m"})
    for turn in range(3):
        (id_,) = shop.sent(1)
        if turn == 1:  # one that placed no call uses none
            assert shop.record(id_, S.NOT_PLACED)
            (id_,) = shop.sent(1)
        assert shop.record(id_, S.ACCEPTED)
        assert see(shop, id_, Result.BUSY, f"c{turn}", ended_at=shop.clock.now())
        shop.clock.move(15 * MINUTE)
    contact = shop.contacts()[0]
    assert (contact.state, contact.reason, contact.next_at) == (ContactState.EXHAUSTED, Reason.ATTEMPTS_USED, None)
    assert len(shop.attempts()) == 4


def test_a_number_that_does_not_exist_makes_room_for_the_next(shop: Shop) -> None:
    shop.campaign(people=[lead(1, number(1), number(101))])
    (id_,) = shop.sent(1, S.ACCEPTED)
    assert see(shop, id_, Result.INVALID_NUMBER, ended_at=NOON)
    contact = shop.contacts()[0]
    assert (contact.state, contact.position, contact.next_at) == ("ready", 1, NOON)
    (second,) = shop.sent(1, S.ACCEPTED)
    assert shop.attempt(second).number == number(101)
    assert see(shop, second, Result.INVALID_NUMBER, "c2")
    assert shop.contacts()[0].state == ContactState.EXHAUSTED


@pytest.mark.parametrize(
    ("state", "to", "reason"),
    [(S.UNKNOWN, S.UNRESOLVED, Reason.UNRESOLVED), (S.ACCEPTED, S.LOST, Reason.LOST)],
)
def test_silence_holds_the_contact_and_never_calls_again(
    shop: Shop, state: AttemptState, to: AttemptState, reason: Reason
) -> None:
    id_ = shop.in_state(state)
    assert shop.do(conclude, Silence(id_, to))
    contact = shop.contact_of(id_)
    assert (contact.state, contact.reason, contact.next_at) == (ContactState.HELD, reason, None)
    shop.clock.move(2 * DAY)
    assert shop.feed().reserved == {"default": []}


def test_redial_uses_no_attempt(shop: Shop) -> None:
    id_ = shop.in_state(S.UNKNOWN)
    assert shop.do(conclude, Silence(id_, S.NOT_PLACED))
    assert shop.contact_of(id_).reason == Reason.NOT_PLACED
    assert len(shop.feed().reserved["default"]) == 1


def test_a_person_settles_one_held_contact_or_all(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 4)])
    ids = shop.sent(1, S.UNKNOWN)
    for id_ in ids:
        shop.do(conclude, Silence(id_, S.UNRESOLVED))
    assert shop.do(settle, Settlement(1, number(2), None, "ann")) == 1
    assert [contact.state for contact in shop.contacts()] == ["held", "ready", "held"]
    assert shop.do(settle, Settlement(1, None, "human", "ann")) == 2
    assert [contact.state for contact in shop.contacts()] == ["done", "ready", "done"]
    assert shop.events()[-1].detail == "2 held: human"
