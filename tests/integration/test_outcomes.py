"""What an answer to make-call does to the contact, the account and the campaign (DESIGN §4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campaigns.ledger.observations import Observation, doubt, observe
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from tests.integration.shop import MINUTE, NOON, SECOND, Shop, lead, number, shop_at

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def test_taken(shop: Shop) -> None:
    id_ = shop.in_state(S.SUBMITTED)
    assert shop.record(id_, S.ACCEPTED, http_status=200, call_id="77")
    row = shop.attempt(id_)
    assert (row.state, row.http_status, row.call_id, row.outcome_at) == (S.ACCEPTED, 200, "77", NOON)
    assert shop.contact_of(id_).state == ContactState.DIALING


def test_an_id_in_the_answer_that_another_attempt_has_is_no_call_id(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2)])
    first, second = shop.sent(1)
    assert shop.record(first, S.ACCEPTED, call_id="519")
    assert shop.record(second, S.ACCEPTED, call_id="519")
    assert [row.call_id for row in shop.attempts()] == ["519", None]


def test_surely_not_sent_uses_no_attempt_and_is_tried_again(shop: Shop) -> None:
    id_ = shop.in_state(S.SUBMITTED)
    assert shop.record(id_, S.NOT_PLACED, text="refused", wait=30 * SECOND, account_wait=10 * SECOND)
    contact = shop.contact_of(id_)
    assert (contact.state, contact.reason, contact.next_at) == ("ready", Reason.NOT_PLACED, NOON + 30 * SECOND)
    assert shop.account().not_before == NOON + 10 * SECOND
    shop.clock.move(30 * SECOND)
    assert len(shop.feed().reserved["default"]) == 1


def test_too_many_requests_rests_the_account_and_never_shortens_a_rest(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 4)])
    first, second, third = shop.sent(1)
    shop.record(first, S.NOT_PLACED, http_status=429, account_wait=10 * MINUTE)
    shop.record(second, S.NOT_PLACED, http_status=429, account_wait=MINUTE)
    shop.record(third, S.NOT_PLACED)
    assert shop.account().not_before == NOON + 10 * MINUTE
    shop.clock.move(10 * MINUTE - SECOND)
    assert shop.feed().reserved == {}
    shop.clock.move(SECOND)
    assert len(shop.feed().reserved["default"]) == 3


def test_a_refused_account_pauses_its_campaign_and_the_contact_is_ready_again(shop: Shop) -> None:
    shop.campaign("other", [lead(9)])
    id_ = shop.in_state(S.SUBMITTED)
    assert shop.record(id_, S.NOT_PLACED, text="no minutes left", http_status=401, blames_account=True)
    mine = shop.campaign_row(shop.attempt(id_).campaign_id)
    assert (mine.state, mine.reason, mine.detail) == (CampaignState.PAUSED, Reason.ACCOUNT, "no minutes left")
    assert shop.campaign_row(1).state == CampaignState.RUNNING
    assert shop.contact_of(id_).state == ContactState.READY
    assert (shop.events()[-1].who, shop.events()[-1].what) == ("dialer", "paused")


def test_a_refused_number_is_final_for_it_and_the_next_number_follows(shop: Shop) -> None:
    shop.campaign(people=[lead(1, number(1), number(101))])
    (id_,) = shop.sent(1)
    assert shop.record(id_, S.REJECTED, text="bad number", http_status=422)
    contact = shop.contact_of(id_)
    assert (contact.state, contact.position, contact.next_at) == ("ready", 1, NOON)
    (second,) = shop.sent(1)
    assert shop.attempt(second).number == number(101)
    assert shop.record(second, S.REJECTED, text="bad number")
    contact = shop.contact_of(id_)
    assert (contact.state, contact.reason) == (ContactState.EXHAUSTED, Reason.REFUSED_NUMBER)


def test_five_equal_refusals_in_a_row_pause_the_campaign(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 12)])
    ids = shop.sent(1)
    texts = ["bad"] * 4 + ["worse"] + ["bad"] * 4
    for id_, text in zip(ids, texts, strict=False):
        shop.record(id_, S.REJECTED, text=text)
    assert shop.campaign_row(1).state == CampaignState.RUNNING
    shop.record(ids[9], S.REJECTED, text="bad")
    row = shop.campaign_row(1)
    assert (row.state, row.reason, row.detail) == (CampaignState.PAUSED, Reason.REJECTIONS, "bad")


def test_a_call_taken_in_between_ends_a_row_of_refusals_and_of_unclear_answers(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 14)])
    ids = iter(shop.sent(1))
    for state in (S.REJECTED, S.UNKNOWN):
        for to in [state] * (4 if state is S.REJECTED else 2) + [S.ACCEPTED, state]:
            shop.record(next(ids), to, text="x")
    assert shop.campaign_row(1).state == CampaignState.RUNNING
    assert shop.account().not_before is None


def test_a_refusal_is_clear_and_ends_a_row_of_unclear_answers(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 5)])
    for id_, to in zip(shop.sent(1), [S.UNKNOWN, S.UNKNOWN, S.REJECTED, S.UNKNOWN], strict=True):
        shop.record(id_, to)
    assert shop.account().not_before is None


def test_three_unclear_answers_in_a_row_rest_the_account(shop: Shop) -> None:
    shop.campaign("a", [lead(n) for n in range(1, 4)])
    shop.campaign("b", [lead(9)])
    ids = shop.sent(1)
    for id_ in ids[:2]:
        shop.record(id_, S.UNKNOWN, text="reset")
    assert shop.account().not_before is None
    shop.record(ids[2], S.UNKNOWN, text="reset")
    assert shop.account().not_before == NOON + 5 * MINUTE
    assert [shop.attempt(id_).unclear for id_ in ids[:3]] == [True] * 3
    assert {shop.contact_of(id_).state for id_ in ids[:3]} == {ContactState.DIALING}


def test_more_than_five_in_a_hundred_unclear_answers_pause_the_campaign(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 108)], engine={"breaker": {"in_a_row": 100}})
    ids = shop.sent(1)
    for n, id_ in enumerate(ids[:106]):
        shop.record(id_, S.UNKNOWN if n % 20 == 10 and n < 100 else S.ACCEPTED)
    assert shop.campaign_row(1).state == CampaignState.RUNNING
    shop.record(ids[106], S.UNKNOWN)
    row = shop.campaign_row(1)
    assert (row.state, row.reason) == (CampaignState.PAUSED, Reason.UNKNOWNS)


def test_what_our_own_crash_left_unclear_counts_for_neither(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 21)])
    shop.sent(1)
    assert shop.do(doubt, NOON + SECOND) == 20
    assert {row.state for row in shop.attempts()} == {S.UNKNOWN}
    assert not any(row.unclear for row in shop.attempts())
    assert shop.campaign_row(1).state == CampaignState.RUNNING
    assert shop.feed().open == 20


@pytest.mark.parametrize("late", [S.REJECTED, S.NOT_PLACED, S.UNKNOWN, S.ACCEPTED])
def test_an_outcome_that_comes_after_history_decided_is_passed_over(shop: Shop, late: AttemptState) -> None:
    id_ = shop.in_state(S.SUBMITTED)
    assert shop.do(observe, Observation(id_, "default", "c1", Result.BUSY, ended_at=NOON))
    before = shop.attempt(id_), shop.contact_of(id_)
    assert not shop.record(id_, late, text="too late", account_wait=timedelta(hours=1), blames_account=True)
    assert (shop.attempt(id_), shop.contact_of(id_)) == before
    assert shop.campaign_row(1).state == CampaignState.RUNNING


def test_odd_words_of_the_platform_can_be_kept(shop: Shop) -> None:
    """No answer may be unrecordable: PostgreSQL takes no NUL, UTF-8 no half of a pair."""
    shop.campaign(people=[lead(1), lead(2)])
    first, second = shop.sent(1)
    assert shop.record(first, S.UNKNOWN, text="a\x00b \ud800 é 🙂")
    assert shop.attempt(first).platform_text == "a\ufffdb ? é 🙂"
    seen = Observation(
        second,
        "default",
        "c" * 300,
        Result.HUMAN,
        raw_status="\x00",
        disposition="\udfff",
        raw={"a": "\x00", "b": "\ud800", "c": float("nan")},
    )
    assert shop.do(observe, seen)
    assert shop.attempt(second).state == S.ENDED
