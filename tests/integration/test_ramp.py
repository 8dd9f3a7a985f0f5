"""The first calls of a campaign: made, waited for, looked at; then everybody, or a pause with the figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campaigns.ledger.curbs import curbs
from campaigns.ledger.inquiry import inquire
from campaigns.vocabulary import AttemptState, CampaignState, Reason, Result
from tests.integration.shop import HOUR, Shop, lead, shop_at

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def first_ten(shop: Shop) -> list[int]:
    """A campaign of thirty people whose first ten are being called."""
    shop.campaign(people=[lead(n) for n in range(1, 31)], ramp={"calls": 10, "answered": 0.2, "failed": 0.3})
    ids = shop.sent(1, S.ACCEPTED)
    assert len(ids) == 10
    return ids


def end(shop: Shop, ids: list[int], *results: Result) -> None:
    for id_, result in zip(ids, results, strict=True):
        shop.observe(id_, result)


def test_once_the_first_calls_have_ended_well_everybody_is_called(shop: Shop) -> None:
    ids = first_ten(shop)
    end(shop, ids[:9], *[Result.HUMAN] * 2, *[Result.BUSY] * 4, *[Result.FAILED] * 3)
    assert shop.feed().reserved["default"] == []
    found = shop.ledger.read_now(inquire, shop.campaign_row(1), "30", shop.clock.now())
    assert found.reason == Reason.FIRST_CALLS
    seen = shop.ledger.read_now(curbs, shop.campaign_row(1), shop.clock.now())
    assert seen.first_calls is not None
    assert (seen.first_calls.made, seen.first_calls.open) == (10, 1)
    end(shop, ids[9:], Result.NO_ANSWER)
    assert len(shop.feed().reserved["default"]) == 20
    assert shop.events()[-1].what == "ramped up"
    assert shop.ledger.read_now(curbs, shop.campaign_row(1), shop.clock.now()).first_calls is None


@pytest.mark.parametrize(
    ("results", "figures"),
    [
        ([Result.HUMAN] + [Result.BUSY] * 9, "answered 10% (at least 20%) and 0% failed (at most 30%)"),
        ([Result.HUMAN] * 6 + [Result.FAILED] * 4, "answered 60% (at least 20%) and 40% failed (at most 30%)"),
    ],
)
def test_where_they_go_badly_the_campaign_is_paused_with_the_figures(
    shop: Shop, results: list[Result], figures: str
) -> None:
    end(shop, first_ten(shop), *results)
    assert shop.feed().reserved["default"] == []
    row = shop.campaign_row(1)
    assert (row.state, row.reason) == (CampaignState.PAUSED, Reason.RAMP)
    assert row.detail == f"of the first 10 calls a person {figures}"
    shop.to(1, CampaignState.RUNNING)  # whoever resumes it has seen them
    assert len(shop.feed().reserved["default"]) == 20


def test_a_request_that_was_not_sent_is_no_first_call(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 31)], ramp={"calls": 2})
    first, second = shop.sent(1)
    shop.record(first, S.NOT_PLACED, wait=HOUR)
    shop.record(second, S.ACCEPTED)
    assert len(shop.feed().reserved["default"]) == 1
