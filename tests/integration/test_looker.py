"""Phone types are asked for in time, once, within the budget, and only of people whom every other rule lets call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.ledger import campaigns
from campaigns.ledger.inquiry import inquire
from campaigns.ledger.lookups import spent
from campaigns.ledger.suppressing import Suppression, suppress
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import lookups
from campaigns.vocabulary import CampaignState, ContactState, Reason
from dialer.looker import Looker
from dialer.lookup import TwilioLookup
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, SECOND, WORLD, Shop, lead, number, shop_at
from tests.twilio import FakeTwilio, api_error, fake_twilio, package

WORLDS = {"default": WORLD}


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def campaign(shop: Shop, *rows: int, name: str = "spring", budget: float | None = 1.0, **values: Any) -> int:
    """People of New York whose phones could be mobile; mobiles are blocked."""
    phones = {"blocked": ["mobile"]} | values.pop("phones", {})
    id_ = shop.campaign(name, state=CampaignState.WAITING, phones=phones, **values)
    shop.do(campaigns.agree, campaigns.Agreed(id_, (), budget))
    if rows:
        shop.load(id_, [lead(row) for row in rows], sha256=name)
    shop.to(id_, CampaignState.RUNNING)
    return id_


@asynccontextmanager
async def looker_of(shop: Shop, fake: FakeTwilio | None) -> AsyncIterator[Looker]:
    lookup = TwilioLookup(fake.account()) if fake else None
    try:
        yield Looker(shop.ledger, WORLDS, lookup, lambda: None)
    finally:
        if lookup:
            await lookup.close()


async def tick(shop: Shop, fake: FakeTwilio | None) -> None:
    async with looker_of(shop, fake) as looker:
        await looker.tick()


def where(shop: Shop) -> list[tuple[str, str]]:
    return [(contact.state, contact.reason) for contact in shop.contacts()]


def types(numbers: dict[str, str]) -> Any:
    return lambda number: package(numbers[number])


async def test_a_look_up_settles_who_is_called_and_who_is_not(shop: Shop) -> None:
    campaign(shop, 1, 2)
    assert shop.feed().reserved == {"default": []}
    assert where(shop) == [(ContactState.READY, Reason.UNDECIDED_TYPE)] * 2
    async with fake_twilio() as fake:
        fake.reply = types({number(1): "landline", number(2): "mobile"})
        await tick(shop, fake)
        assert sorted(fake.asked) == [number(1), number(2)]
        shop.feed()
        await tick(shop, fake)
        assert len(fake.asked) == 2
    assert where(shop) == [(ContactState.DIALING, Reason.NEW), (ContactState.EXCLUDED, Reason.BLOCKED_TYPE)]
    assert [contact.numbers[0]["types"] for contact in shop.contacts()] == [["landline"], ["mobile"]]
    kept = shop.beside(sa.select(lookups).order_by(lookups.c.number))
    assert [(row.phone_type, row.carrier) for row in kept] == [("landline", "Acme Mobile"), ("mobile", "Acme Mobile")]


async def test_nobody_is_asked_about_whom_another_rule_keeps_from_being_called_now(shop: Shop) -> None:
    id_ = campaign(shop, 1, 2)
    west = {"zones": ("Pacific/Honolulu",), "state": "HI"}
    shop.load(id_, [lead(3, "+18085550103", **west), lead(4, zones=())], sha256="2")
    shop.do(suppress, Suppression(number(2), GLOBAL, "", "ann"))
    shop.feed()
    async with fake_twilio() as fake:
        await tick(shop, fake)
        assert fake.asked == [number(1)]  # 2 is on a list, it is morning for 3, 4 could be anywhere
        shop.to(id_, CampaignState.PAUSED)
        shop.clock.move(6 * HOUR)
        shop.feed()
        await tick(shop, fake)
        assert fake.asked == [number(1)]


async def test_no_more_is_paid_for_than_is_about_to_be_called(shop: Shop) -> None:
    campaign(shop, *range(1, 31), pace={"per_second": 0.1, "at_once": 1000})
    shop.load(1, [lead(row) for row in range(31, 61)], sha256="2")
    async with fake_twilio() as fake:
        fake.reply = lambda _: package("landline")
        called = 0
        for _ in range(20):
            called += len(shop.sent(1))
            await tick(shop, fake)
            assert len(fake.asked) <= called + 6  # a minute's calls
            shop.clock.move(10 * SECOND)
        assert called >= 15


async def test_an_answer_serves_every_campaign_for_as_long_as_it_holds(shop: Shop) -> None:
    campaign(shop, 1, 2, name="one")
    campaign(shop, 1, 2, name="two")
    async with fake_twilio() as fake:
        fake.reply = lambda _: package("landline")
        for _ in range(3):
            shop.feed()
            await tick(shop, fake)
        assert sorted(fake.asked) == [number(1), number(2)]
        campaign(shop, 1, name="three", budget=0.0)
        shop.clock.move(29 * DAY)
        for _ in range(2):
            shop.feed()
            await tick(shop, fake)
        assert len(fake.asked) == 2
        shop.clock.move(2 * DAY)
        campaign(shop, 1, name="four", caps={"per_number_24h": 50})
        shop.sql(lookups.update().values(asked_at=shop.clock.now() - 31 * DAY))
        shop.feed()
        await tick(shop, fake)
        assert len(fake.asked) == 3


@pytest.mark.parametrize(("undecided", "state"), [("block", "excluded"), ("allow", "dialing")])
async def test_the_budget_is_never_passed_and_the_rest_follows_the_campaigns_choice(
    shop: Shop, undecided: str, state: str
) -> None:
    id_ = campaign(shop, *range(1, 9), budget=0.03, phones={"undecided": undecided})
    async with fake_twilio() as fake:
        fake.reply = lambda _: package("landline")
        for _ in range(4):
            shop.feed()
            await tick(shop, fake)
        assert len(fake.asked) == 3
    cost = shop.ledger.read_now(spent, id_)
    assert (cost.requests, cost.told, cost.price) == (3, 3, 0.03)
    states = [contact.state for contact in shop.contacts()]
    assert states.count(state) == (5 if state == "excluded" else 8)
    assert states.count("dialing") == (3 if state == "excluded" else 8)


async def test_who_is_killed_in_between_goes_on_and_what_was_asked_counts(shop: Shop) -> None:
    id_ = campaign(shop, 1, budget=0.02)
    shop.feed()
    async with fake_twilio() as fake:
        fake.hold = asyncio.Event()
        async with looker_of(shop, fake) as looker:
            turn = asyncio.create_task(looker.tick())
            while not fake.asked:
                await asyncio.sleep(0.01)
            turn.cancel()
            await asyncio.gather(turn, return_exceptions=True)
        fake.hold.set()
        await tick(shop, fake)
        assert len(fake.asked) == 1  # the answer could still be on its way
        shop.clock.move(2 * MINUTE)
        await tick(shop, fake)
        assert len(fake.asked) == 2
        assert shop.ledger.read_now(spent, id_).price == 0.02  # both may have been charged
    shop.feed()
    assert where(shop) == [(ContactState.EXCLUDED, Reason.BLOCKED_TYPE)]


async def test_a_service_over_its_limit_is_left_alone_and_costs_nothing(shop: Shop) -> None:
    id_ = campaign(shop, 1)
    shop.feed()
    async with fake_twilio() as fake:
        fake.reply = lambda _: api_error(429, 20429, **{"Retry-After": "600"})
        async with looker_of(shop, fake) as looker:
            await looker.tick()
            await looker.tick()
        assert fake.asked == [number(1)]
        assert shop.ledger.read_now(spent, id_).requests == 0
        fake.reply = lambda _: package("landline")
        await tick(shop, fake)
    assert shop.feed().reserved != {"default": []}


async def test_a_service_that_answers_nonsense_is_asked_three_times_and_no_more(shop: Shop) -> None:
    id_ = campaign(shop, 1)
    shop.feed()
    async with fake_twilio() as fake:
        fake.reply = lambda _: package("mobile") if len(fake.asked) > 3 else api_error(200, 0)
        for _ in range(5):
            await tick(shop, fake)
            shop.clock.move(2 * MINUTE)
            shop.feed()
        assert len(fake.asked) == 3
    assert shop.ledger.read_now(spent, id_).requests == 3
    assert where(shop) == [(ContactState.EXCLUDED, Reason.UNDECIDED_TYPE)]


@pytest.mark.parametrize(("undecided", "state"), [("block", "excluded"), ("allow", "dialing")])
async def test_what_the_service_cannot_tell_follows_the_campaigns_choice(
    shop: Shop, undecided: str, state: str
) -> None:
    campaign(shop, 1, phones={"undecided": undecided})
    shop.feed()
    async with fake_twilio() as fake:
        fake.reply = lambda _: package(None, None, 60601)
        await tick(shop, fake)
        shop.feed()
        await tick(shop, fake)
        assert len(fake.asked) == 1
    assert [contact.state for contact in shop.contacts()] == [state]


async def test_without_a_key_or_with_a_wrong_one_the_campaign_is_paused_and_says_why(shop: Shop) -> None:
    id_ = campaign(shop, 1)
    shop.feed()
    await tick(shop, None)
    row = shop.campaign_row(id_)
    assert (row.state, row.reason) == (CampaignState.PAUSED, Reason.LOOK_UPS)
    assert "DIALER_TWILIO_SID" in row.detail
    shop.to(id_, CampaignState.RUNNING)
    async with fake_twilio() as fake:
        fake.reply = lambda _: api_error(403, 20403)
        await tick(shop, fake)
    row = shop.campaign_row(id_)
    assert (row.state, row.reason) == (CampaignState.PAUSED, Reason.LOOK_UPS)
    assert "refuses" in row.detail
    assert shop.ledger.read_now(spent, id_).requests == 0


async def test_nobody_is_asked_about_while_the_campaign_is_paused_or_by_a_dialer_of_another_world(shop: Shop) -> None:
    id_ = campaign(shop, 1)
    shop.feed()
    async with fake_twilio() as fake:
        shop.to(id_, CampaignState.PAUSED)
        await tick(shop, fake)
        shop.to(id_, CampaignState.RUNNING)
        lookup = TwilioLookup(fake.account())
        await Looker(shop.ledger, {"default": "another"}, lookup, lambda: None).tick()
        await lookup.close()
        assert fake.asked == []
        await tick(shop, fake)
        assert fake.asked == [number(1)]


async def test_without_an_agreed_budget_nobody_is_asked(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1)], phones={"blocked": ["mobile"]})
    assert shop.contacts() == []  # a row of the list, and no contact: the type is undecided and nothing settles it
    async with fake_twilio() as fake:
        await tick(shop, fake)
        assert fake.asked == []
    assert shop.campaign_row(id_).state == CampaignState.RUNNING


async def test_why_says_that_a_look_up_is_waited_for(shop: Shop) -> None:
    id_ = campaign(shop, 1)
    shop.feed()
    found = shop.ledger.read_now(inquire, shop.campaign_row(id_), "1", NOON)
    failed = [check for check in found.checks if not check.passed]
    assert [check.rule for check in failed] == ["look-up", "turn"]
    assert found.reason == Reason.UNDECIDED_TYPE


def test_what_the_agent_blocks_is_not_called_and_a_change_reaches_those_reserved(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1), lead(2)], phones={"blocked": [], "undecided": "block"})
    (first, second) = (id_ for ids in shop.feed().reserved.values() for id_ in ids)
    assert shop.submit(first)
    shop.do(campaigns.agree, campaigns.Agreed(id_, ("landline", "mobile"), None))
    assert not shop.submit(second)
    shop.feed()
    assert where(shop) == [(ContactState.DIALING, Reason.NEW), (ContactState.EXCLUDED, Reason.BLOCKED_TYPE)]
