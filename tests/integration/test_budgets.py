"""Budgets of 24 hours, counted from rows: of a campaign, a client, an account; in calls, billed minutes and money."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from campaigns.ledger.budgeting import NewBudget, drawn, set_budget
from campaigns.ledger.curbs import curbs
from campaigns.ledger.inquiry import inquire
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.queries import standing
from campaigns.vocabulary import AttemptState, CampaignState, Reason, Result
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, Shop, lead, shop_at
from tests.spenders import MINUTES, by_tasks, by_threads, over, prepare, spend, wander

S = AttemptState
COST = {"per_minute": 0.1, "per_call": 0.5}
TEN_MINUTES = {"longest_call": "10m"}


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def people(first: int, count: int = 20) -> list[object]:
    return [lead(n) for n in range(first, first + count)]


def budget(shop: Shop, scope: str, name: str = "default", **limits: float) -> bool:
    fresh = {"calls": None, "minutes": None, "money": None}
    gone: bool = shop.do(set_budget, NewBudget(scope, name, **fresh | limits, who="ann"))
    return gone


def end(shop: Shop, id_: int, talk_s: float | None, result: Result = Result.HUMAN) -> None:
    shop.record(id_, S.ACCEPTED)
    ended = Observation(id_, "default", f"c{id_}", result, ended_at=shop.clock.now(), duration_s=talk_s)
    assert shop.do(observe, ended) == True  # noqa: E712


def fed(shop: Shop) -> list[int]:
    """What the feeder reserves, all of it sent."""
    ids = [id_ for group in shop.feed().reserved.values() for id_ in group]
    assert all(map(shop.submit, ids))
    return ids


def test_an_open_call_counts_as_the_longest_there_can_be_until_it_has_ended(shop: Shop) -> None:
    shop.campaign(people=people(1), budget={"minutes": 35}, engine=TEN_MINUTES)
    ids = fed(shop)
    assert len(ids) == 3
    end(shop, ids[0], 61.0)  # two minutes, as they are billed: 22 of 35 are used
    assert len(fed(shop)) == 1
    assert fed(shop) == []
    end(shop, ids[1], 0.0, Result.NO_ANSWER)
    end(shop, ids[2], None, Result.BUSY)
    assert len(fed(shop)) == 2


def test_what_a_call_cost_is_what_the_campaign_file_says(shop: Shop) -> None:
    """A call costs 0.50 and 0.10 a minute; ten minutes at most are 1.50."""
    shop.campaign(people=people(1), budget={"money": 3.0}, cost=COST, engine=TEN_MINUTES)
    first, second = fed(shop)
    end(shop, first, 121.0)  # 0.80
    end(shop, second, 30.0)  # 0.60
    seen = shop.ledger.read_now(curbs, shop.campaign_row(1), shop.clock.now()).budgets
    assert [round(each.money, 9) for each in seen] == [1.4]
    assert len(fed(shop)) == 1
    assert fed(shop) == []


def test_a_refused_number_costs_a_call_and_nothing_else_a_request_that_was_not_sent_nothing(shop: Shop) -> None:
    budget(shop, "account", calls=2)
    shop.campaign(people=people(1), budget={"minutes": 20}, engine=TEN_MINUTES)
    first, second = fed(shop)
    shop.record(first, S.NOT_PLACED, wait=HOUR)
    shop.record(second, S.REJECTED, text="bad number")
    (used,) = shop.ledger.read_now(drawn, shop.clock.now())
    assert (used.calls, used.minutes) == (1, 0)


def test_a_held_call_and_an_answered_one_of_unknown_length_count_in_full(shop: Shop) -> None:
    shop.campaign(people=people(1), budget={"minutes": 25}, engine=TEN_MINUTES)
    first, second = fed(shop)
    shop.record(first, S.UNKNOWN)
    assert shop.do(conclude, Silence(first, S.UNRESOLVED))
    end(shop, second, None)
    assert fed(shop) == []


def test_all_campaigns_of_an_account_or_of_a_client_draw_on_its_budget(shop: Shop) -> None:
    assert budget(shop, "account", calls=5)
    assert budget(shop, "client", calls=4)
    shop.campaign("a", people(1, 3))
    assert len(fed(shop)) == 3
    shop.campaign("b", people(11))
    shop.campaign("c", people(41), account="other")
    assert len(fed(shop)) == 1  # the client's last, whoever makes it
    assert budget(shop, "client")
    assert len(fed(shop)) > 1
    made = shop.ledger.read_now(drawn, shop.clock.now())
    assert [(each.scope, each.calls, each.of_calls) for each in made] == [("account", 5, 5)]
    assert not budget(shop, "client")
    said = [event.detail for event in shop.events() if event.what == "budget"]
    assert (len(said), said[-1]) == (3, 'client "default": none in 24 hours')


def test_no_more_attempts_are_reserved_than_the_budget_holds(shop: Shop) -> None:
    budget(shop, "account", minutes=40.0)
    shop.campaign("a", people(1), engine=TEN_MINUTES)
    shop.campaign("b", people(41), engine=TEN_MINUTES)
    assert len(shop.feed().reserved["default"]) == 4
    assert shop.feed().reserved["default"] == []


def test_a_budget_set_while_attempts_are_reserved_binds_their_intents(shop: Shop) -> None:
    shop.campaign(people=people(1))
    (ids,) = shop.feed().reserved.values()
    budget(shop, "account", calls=7)
    assert sum(map(shop.submit, ids)) == 7


def test_a_budget_of_money_wants_a_price(shop: Shop) -> None:
    budget(shop, "account", money=100.0)
    shop.campaign(people=people(1))
    assert fed(shop) == []
    row = shop.campaign_row(1)
    assert (row.state, row.reason) == (CampaignState.PAUSED, Reason.NO_COST)


def test_a_day_is_the_last_24_hours_and_why_says_when_there_is_room_again(shop: Shop) -> None:
    shop.campaign(people=people(1), budget={"minutes": 3}, engine={"longest_call": "1m"})
    first = fed(shop)[0]
    end(shop, first, 20.0)
    shop.clock.move(HOUR)
    campaign = shop.campaign_row(1)
    seen = shop.ledger.read_now(standing, campaign, shop.clock.now())
    assert (seen.curbs.reason, seen.curbs.until, seen.next_call_at) == (Reason.BUDGET, NOON + DAY, NOON + DAY)
    assert {share.reason: share.count for share in seen.reasons if share.state == "ready"} == {Reason.BUDGET: 17}
    found = shop.ledger.read_now(inquire, campaign, "9", shop.clock.now())
    assert (found.reason, found.next_at) == (Reason.BUDGET, NOON + DAY)
    (check,) = [check for check in found.checks if check.rule == "budget"]
    assert not check.passed
    assert check.facts.startswith("this campaign: 3 of 3 minutes in 24 hours; room again by 2026-11-24 17:00")
    assert shop.feed().next_due == NOON + DAY
    shop.clock.move(23 * HOUR - MINUTE)
    assert fed(shop) == []
    shop.clock.move(MINUTE)
    assert len(fed(shop)) == 3


def test_a_budget_that_no_call_fits_in_says_never(shop: Shop) -> None:
    shop.campaign(people=people(1), budget={"minutes": 5}, engine=TEN_MINUTES)
    assert fed(shop) == []
    seen = shop.ledger.read_now(curbs, shop.campaign_row(1), shop.clock.now())
    assert (seen.reason, seen.until) == (Reason.BUDGET, None)


def test_eight_workers_with_their_own_ledgers_never_go_over_a_budget(postgres_url: str) -> None:
    """The full size is in chaos; so is that of the next test."""
    with shop_at(postgres_url) as shop:
        wanted = prepare(shop, 3)
        by_threads(shop, wanted)
        assert over(shop, wanted) == (0, 0)


def test_eight_tasks_of_an_owner_never_go_over_a_budget(tmp_path: object) -> None:
    with shop_at(f"sqlite:///{tmp_path}/ledger.sqlite") as shop:
        wanted = prepare(shop, 3)
        by_tasks(shop, wanted)
        assert over(shop, wanted) == (0, 0)


def test_workers_that_feed_send_and_end_calls_never_use_more_than_the_budget(database_url: str) -> None:
    calls, most = spend(database_url, 30, seed=1)
    assert calls >= 6
    assert most <= MINUTES


def test_what_is_remembered_of_past_hours_is_what_counting_anew_finds(shop: Shop) -> None:
    """The full size is in chaos."""
    assert wander(shop, people=8, steps=20, seed=1) > 20
