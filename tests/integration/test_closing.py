"""Places are closed for every campaign of the ledger, and opened again; each holds from its commit on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.errors import NotAllowed
from campaigns.ledger import campaigns
from campaigns.ledger.closing import Closing, Opening, close_place, open_place
from campaigns.ledger.closures import closures_at
from campaigns.ledger.inquiry import inquire
from campaigns.rules.facts import Closure
from campaigns.vocabulary import ContactState, Reason
from tests.integration.shop import DAY, HOUR, NOON, Shop, lead, number, shop_at

MONDAY = NOON.date()
GULF = {"zones": ("America/Chicago",), "state": "LA"}
LOUISIANA = "+15045550101"


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def close(shop: Shop, where: str = "US-LA", first: date = MONDAY, last: date = MONDAY + DAY) -> bool:
    said: bool = shop.do(close_place, Closing(Closure(where, first, last, "hurricane"), "ann"))
    return said


def reserved(shop: Shop) -> list[int]:
    return [id_ for ids in shop.feed().reserved.values() for id_ in ids]


def test_whoever_is_reserved_there_is_sent_back_and_the_others_are_called(shop: Shop) -> None:
    shop.campaign("one", [lead(1, LOUISIANA, **GULF), lead(2)])
    shop.campaign("two", [lead(1, "+15045550102", **GULF)])
    ids = reserved(shop)
    assert len(ids) == 3
    assert close(shop)
    assert [shop.submit(id_) for id_ in ids] == [False, True, False]
    assert reserved(shop) == []
    there = [contact for contact in shop.contacts() if contact.state == ContactState.READY]
    after = datetime(2026, 11, 25, 14, tzinfo=UTC)  # Wednesday, 08:00 in Chicago
    assert [(c.identity, c.reason, c.next_at) for c in there] == [
        (LOUISIANA, Reason.CLOSED_PLACE, after), ("+15045550102", Reason.CLOSED_PLACE, after),
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["moves", "feeding"])
def test_each_look_at_the_closures_is_needed(shop: Shop, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Taken away at the intent or where the feeder decides, somebody there would be called, or chosen to be."""
    shop.campaign(people=[lead(1, LOUISIANA, **GULF)])
    if place == "moves":
        (id_,) = reserved(shop)
        close(shop)
        monkeypatch.setattr(campaigns, "closures_at", lambda *_: ())
        assert shop.submit(id_)
    else:
        close(shop)
        monkeypatch.setattr(campaigns, "closures_at", lambda *_: ())
        assert len(reserved(shop)) == 1


def test_a_closure_to_come_lets_today_be_called_and_ends_the_permission_at_midnight(shop: Shop) -> None:
    shop.campaign(people=[lead(1, LOUISIANA, **GULF)])
    close(shop, first=MONDAY + DAY, last=MONDAY + 2 * DAY)
    (id_,) = reserved(shop)
    assert shop.attempt(id_).callable_until <= datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert shop.submit(id_)


def test_who_could_be_there_is_not_called_either(shop: Shop) -> None:
    moved = lead(1, LOUISIANA, zones=("America/New_York",), state="OH")
    anywhere = lead(2, "+18885550102", zones=("America/New_York",), state=None)
    shop.campaign(people=[moved, anywhere, lead(3)])
    close(shop)
    assert [shop.attempt(id_).number for id_ in reserved(shop)] == [number(3)]


def test_people_who_are_loaded_into_a_closed_place_wait_for_its_end(shop: Shop) -> None:
    close(shop)
    shop.campaign(people=[lead(1, LOUISIANA, **GULF)])
    (contact,) = shop.contacts()
    assert (contact.state, contact.reason) == (ContactState.READY, Reason.CLOSED_PLACE)
    found = shop.ledger.read_now(inquire, shop.campaign_row(1), "1", NOON)
    assert "US-LA is closed until 2026-11-24: hurricane" in " ".join(check.facts for check in found.checks)


def test_opened_again_its_people_are_called_at_once_also_who_jumped_over_it_in_the_night(shop: Shop) -> None:
    shop.clock.move(-8 * HOUR)  # 03:00 in Chicago
    close(shop, first=MONDAY, last=MONDAY + 6 * DAY)
    shop.campaign(people=[lead(1, LOUISIANA, **GULF), lead(2, "+15045550102", **GULF)])
    assert close(shop, first=MONDAY, last=MONDAY + 3 * DAY)
    shop.feed()
    shop.clock.move(8 * HOUR)
    assert reserved(shop) == []
    assert shop.do(open_place, Opening("US-LA", "ann")) == 2
    assert shop.do(open_place, Opening("US-LA", "ann")) == 0
    assert len(reserved(shop)) == 2
    assert [(event.who, event.what, event.detail) for event in shop.events()][-1] == ("ann", "opened", "US-LA")


def test_opening_one_place_leaves_another_closed(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2, LOUISIANA, **GULF)])
    close(shop)
    close(shop, "US")
    shop.do(open_place, Opening("US", "ann"))
    assert [shop.attempt(id_).number for id_ in reserved(shop)] == [number(1)]


def test_the_same_closure_is_one_and_a_shorter_one_is_another(shop: Shop) -> None:
    assert close(shop)
    assert not close(shop)
    assert close(shop, last=MONDAY)
    assert len(shop.ledger.read_now(closures_at, NOON)) == 2
    assert len(shop.ledger.read_now(closures_at, NOON + timedelta(days=1, hours=16))) == 1
    assert shop.ledger.read_now(closures_at, NOON + 5 * DAY) == ()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (MONDAY, MONDAY - DAY, "is over, or before"),
        (MONDAY - 9 * DAY, MONDAY - 5 * DAY, "is over, or before"),
        (MONDAY, MONDAY + 367 * DAY, "more than a year ahead"),
    ],
)
def test_dates_that_make_no_sense_are_refused(shop: Shop, first: date, last: date, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        close(shop, first=first, last=last)
    assert shop.ledger.read_now(closures_at, NOON) == ()


def test_behind_the_longest_closure_somebody_is_still_called(shop: Shop) -> None:
    shop.campaign(people=[lead(1)])
    close(shop, "US", last=MONDAY + 366 * DAY)
    shop.feed()
    (contact,) = shop.contacts()
    assert (contact.state, contact.reason) == (ContactState.READY, Reason.CLOSED_PLACE)
    shop.clock.at = contact.next_at
    assert len(reserved(shop)) == 1
