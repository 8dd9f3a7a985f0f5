"""A campaign that is over, and somebody of it who may be called after all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from campaigns.errors import NotAllowed
from campaigns.ledger.callbacks import Callback, call_back
from campaigns.ledger.controls import finish
from campaigns.ledger.settling import Settlement, settle
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Result
from tests.integration.shop import HOUR, Shop, shop_at

Known = Callable[[Shop, int], object]


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def _nobody_was_called(shop: Shop, attempt_id: int) -> object:
    return shop.do(settle, Settlement(shop.attempt(attempt_id).campaign_id, None, None, "ann"))


def _it_was_busy(shop: Shop, attempt_id: int) -> object:
    return shop.do(settle, Settlement(shop.attempt(attempt_id).campaign_id, None, Result.BUSY, "ann"))


def _a_late_record(shop: Shop, attempt_id: int) -> None:
    shop.observe(attempt_id, Result.BUSY)


@pytest.mark.parametrize("known", [_nobody_was_called, _it_was_busy, _a_late_record])
def test_a_held_lead_that_may_be_called_again_opens_its_campaign(shop: Shop, known: Known) -> None:
    """Held leads do not keep a campaign from being done; left done, it would never call them."""
    id_ = shop.in_state(AttemptState.UNRESOLVED)
    assert shop.do(finish, None) == ["spring"]
    known(shop, id_)
    assert shop.contact_of(id_).state == ContactState.READY
    assert shop.campaign_row(1).state == CampaignState.RUNNING
    shop.clock.move(HOUR)
    assert shop.feed().reserved["default"]


def test_one_that_is_known_to_be_reached_opens_nothing(shop: Shop) -> None:
    id_ = shop.in_state(AttemptState.LOST)
    shop.do(finish, None)
    shop.observe(id_, Result.HUMAN)
    assert (shop.contact_of(id_).state, shop.campaign_row(1).state) == (ContactState.DONE, CampaignState.DONE)


def test_a_cancelled_campaign_calls_nobody_back(shop: Shop) -> None:
    id_ = shop.in_state(AttemptState.REJECTED)
    shop.to(1, CampaignState.CANCELLED)
    with pytest.raises(NotAllowed, match="cancelled"):
        shop.do(call_back, Callback(shop.contact_of(id_).id, "tomorrow 10:00", "ann"))
    assert shop.contact_of(id_).state == ContactState.EXHAUSTED
