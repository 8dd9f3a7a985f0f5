"""Several agents for one campaign: turns, the same number on retries, the agent by row, caps and rest of numbers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from campaigns.ledger.curbs import curbs
from campaigns.ledger.inquiry import inquire
from campaigns.ledger.numbers import health, rest_numbers
from campaigns.ledger.tables import attempts
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result
from dialer.commands import answer_of, execute
from dialer.keeper import Keeper
from dialer.queue import Bell, open_redis
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, WORLD, Shop, lead, odd_platform, shop_at, spec
from tests.integration.test_caller import at_work

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def agents(shop: Shop, ids: list[int]) -> Counter[str]:
    return Counter(shop.attempt(id_).agent for id_ in ids)


def test_the_agents_of_a_pool_take_turns_and_a_retry_is_made_by_the_one_that_called_before(shop: Shop) -> None:
    shop.campaign(people=[lead(n) for n in range(1, 10)], agents={"pool": ["7", "8", "9"]})
    ids = shop.sent(1, S.ACCEPTED)
    assert agents(shop, ids) == {"7": 3, "8": 3, "9": 3}
    before = {shop.attempt(id_).contact_id: shop.attempt(id_).agent for id_ in ids}
    third, second = ids[2], ids[1]
    for id_ in (third, second):
        shop.observe(id_, Result.BUSY)
        shop.clock.move(HOUR)
    again = {shop.attempt(id_).contact_id: shop.attempt(id_).agent for id_ in shop.sent(1)}
    assert len(again) == 2
    assert again.items() <= before.items()


def test_a_row_of_the_retry_table_goes_before_the_pool_for_its_one_call(shop: Shop) -> None:
    table = [{"result": "busy", "attempt": 1, "agent": "5"}, {"result": "busy", "attempt": 2, "agent": None}]
    shop.campaign(people=[lead(1)], agents={"pool": ["7", "8"]}, retries={"table": table})
    called = []
    for _ in range(3):
        (id_,) = shop.sent(1, S.ACCEPTED)
        called.append(shop.attempt(id_).agent)
        shop.observe(id_, Result.BUSY)
        shop.clock.move(HOUR)
    assert called == ["7", "5", "7"]


def test_a_number_makes_so_many_calls_in_24_hours_over_all_campaigns_of_the_account(shop: Shop) -> None:
    shop.campaign("other", [lead(99)], agent="7")
    shop.sent(1, S.ACCEPTED)
    shop.clock.move(HOUR)
    shop.campaign("pool", [lead(n) for n in range(1, 10)], agents={"pool": ["7", "8"], "per_day": 3})
    ids = shop.feed().reserved["default"]
    assert shop.feed().reserved["default"] == []  # those that are reserved count, too
    assert agents(shop, ids) == {"7": 2, "8": 3}
    assert all(map(shop.submit, ids))
    shop.clock.move(MINUTE)  # what was reserved might have come back
    assert shop.feed().reserved["default"] == []
    waiting = [row for row in shop.contacts() if row.state == ContactState.READY]
    assert {(row.reason, row.next_at) for row in waiting} == {(Reason.NUMBER_FULL, NOON + DAY)}
    found = shop.ledger.read_now(inquire, shop.campaign_row(2), "9", shop.clock.now())
    assert (found.reason, found.next_at) == (Reason.NUMBER_FULL, NOON + DAY)
    shop.clock.move(23 * HOUR - MINUTE)
    assert agents(shop, shop.feed().reserved["default"]) == {"7": 1}


def past(shop: Shop, agent: str, answered: int, calls: int, days_ago: float) -> None:
    """Calls of an agent some days ago, so many of them answered; written by hand, for they are many."""
    (person,) = [row for row in shop.contacts() if row.row == 1]
    at = shop.clock.now() - days_ago * DAY
    fresh: dict[str, Any] = {
        "campaign_id": 1, "contact_id": person.id, "account": "default", "agent": agent, "number": "+12125559999",
        "version": 1, "state": S.ENDED, "callable_until": at, "reserved_at": at, "rung_at": at, "intent_at": at,
        "platform_text": "", "unclear": False, "raw_status": "", "raw_answered_by": "",
    }  # fmt: skip
    results = [Result.HUMAN] * answered + [Result.NO_ANSWER] * (calls - answered)
    shop.sql(attempts.insert().values(
        [fresh | {"ref": f"{agent}-{days_ago}-{n}", "result": result} for n, result in enumerate(results)]
    ))  # fmt: skip


@pytest.fixture
def fallen(shop: Shop) -> Shop:
    """A pool of two numbers: people answered 40 % of both; of the last 50 calls from number 7 they answered 4."""
    shop.campaign(people=[lead(n) for n in range(1, 12)], agents={"pool": ["7", "8"]})
    for agent in ("7", "8"):
        past(shop, agent, 80, 200, 10)
        past(shop, agent, 4 if agent == "7" else 17, 50, 0.5)
    return shop


def test_the_health_of_a_number_is_its_answer_rate_now_and_before_with_what_chance_leaves(fallen: Shop) -> None:
    seven, eight = fallen.ledger.read_now(health, "default", 50, fallen.clock.now())
    assert (seven.agent, seven.today, str(seven.recent)) == ("7", 50, "8 % (3 to 19 %) of 50")
    assert str(seven.before) == "40 % (33 to 47 %) of 200"
    assert (seven.fallen, eight.fallen) == (True, False)


def test_a_number_that_has_fallen_rests_and_others_call_meanwhile(fallen: Shop) -> None:
    shop = fallen
    assert shop.do(rest_numbers, None) == 1
    assert shop.do(rest_numbers, None) == 0
    assert set(agents(shop, shop.sent(1))) == {"8"}
    (resting,) = shop.ledger.read_now(curbs, shop.campaign_row(1), shop.clock.now()).resting
    assert (resting.agent, resting.until) == ("7", NOON + DAY)
    assert resting.why == "a person answered 8 % (3 to 19 %) of 50; before, 40 % (33 to 47 %) of 200"
    assert shop.events()[-1].what == "number rests"


def test_whom_a_resting_number_called_before_waits_for_it_and_its_calls_are_looked_at_afresh(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], agents={"pool": ["7", "8"]})
    (id_,) = shop.sent(1, S.ACCEPTED)
    shop.observe(id_, Result.BUSY)
    past(shop, "7", 80, 200, 10)
    past(shop, "7", 4, 50, 0.5)
    shop.clock.move(HOUR)
    assert shop.do(rest_numbers, None) == 1
    assert shop.feed().reserved["default"] == []
    (person,) = shop.contacts()
    assert (person.reason, person.next_at) == (Reason.NUMBER_RESTS, NOON + HOUR + DAY)
    shop.clock.move(DAY)
    assert agents(shop, shop.feed().reserved["default"]) == {"7": 1}
    (seven,) = shop.ledger.read_now(health, "default", 50, shop.clock.now())
    assert (seven.recent.of, seven.fallen, seven.rests_until) == (0, False, None)
    assert shop.do(rest_numbers, None) == 0


def test_without_agents_in_the_campaign_file_no_number_rests(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], agent="7")
    past(shop, "7", 80, 200, 10)
    past(shop, "7", 4, 50, 0.5)
    assert shop.do(rest_numbers, None) == 0


async def test_the_keeper_looks_at_the_numbers(fallen: Shop, redis_url: str) -> None:
    redis = await open_redis(redis_url, None)
    await Keeper(fallen.ledger, fallen.clock, Bell(redis, "test"), lambda _: True).tick()
    await redis.aclose()
    assert fallen.ledger.read_now(health, "default", 50, fallen.clock.now())[0].rests_until == NOON + DAY


LIST = """Name,Phone,Language
Ann,+1 212 555 0101,en
Bea,+1 212 555 0102,ES
Cid,+1 212 555 0103,fr
Dan,+1 212 555 0104, es
Eva,+1 212 555 0105,
"""
BY_LANGUAGE = {"column": "language", "values": {"en": "7", "es": ["8", "9"]}}


async def launch(shop: Shop, path: Path, **values: Any) -> dict[str, Any]:
    path.write_text(LIST)
    said: dict[str, Any] = answer_of(await execute(shop.ledger, "launch", {
        "file": str(path), "name": "spring", "spec": spec(**values).model_dump(mode="json"), "world": WORLD,
        "agent": "7", "agent_fields": {"7": ["name"], "8": ["language"], "9": None}, "skip_recent": False,
        "limit": None, "who": "test",
    }))  # fmt: skip
    return said


async def test_the_rows_value_says_who_calls_and_one_that_nobody_is_named_for_rejects_the_row(
    shop: Shop, tmp_path: Path
) -> None:
    said = await launch(shop, tmp_path / "leads.csv", agents=BY_LANGUAGE)
    assert said["added"] == 3
    assert [row.agents for row in shop.contacts()] == ["7", "8,9", "8,9"]
    found = shop.ledger.read_now(inquire, shop.campaign_row(1), "4", shop.clock.now())
    assert (found.state, found.reason) == ("rejected", Reason.NO_AGENT)
    assert found.detail == 'The column "Language" says "fr", which is no agent\'s.'
    fed = await asyncio.to_thread(shop.feed)
    assert agents(shop, fed.reserved["default"]) == {"7": 1, "8": 1, "9": 1}


async def test_the_pool_calls_those_whose_value_names_nobody(shop: Shop, tmp_path: Path) -> None:
    said = await launch(shop, tmp_path / "leads.csv", agents=BY_LANGUAGE | {"pool": ["5"]})
    assert said["added"] == 5
    fed = await asyncio.to_thread(shop.feed)
    assert agents(shop, fed.reserved["default"]) == {"7": 1, "8": 1, "9": 1, "5": 2}


async def test_a_newer_row_changes_who_calls_unless_that_one_has_called_already(shop: Shop, tmp_path: Path) -> None:
    await launch(shop, tmp_path / "leads.csv", agents=BY_LANGUAGE)
    fed = await asyncio.to_thread(shop.feed)
    called = {shop.contact_of(id_).row: shop.attempt(id_).agent for id_ in fed.reserved["default"]}
    (tmp_path / "leads.csv").write_text(LIST.replace("Bea", "Bee").replace("Ann", "Anna").replace(",en", ",es"))
    await execute(shop.ledger, "append", {"name": "spring", "file": str(tmp_path / "leads.csv"), "who": "test"})
    now = {row.row: row.agents for row in shop.contacts()}
    assert (now[2], now[3]) == ("8,9", called[3])


async def test_each_agent_is_sent_the_fields_that_it_knows(shop: Shop, tmp_path: Path, redis_url: str) -> None:
    await launch(shop, tmp_path / "leads.csv", agents=BY_LANGUAGE)
    placed: dict[str, dict[str, str]] = {}

    async def take(request: web.Request) -> web.Response:
        sent = (await request.json())["data"]
        placed[request.match_info["agent"]] = {name: sent[name] for name in sent if name in ("name", "language")}
        return web.json_response({"status": True, "data": []})

    async with odd_platform() as platform, at_work(shop, redis_url, platform.address) as calling:
        platform.place = take
        while len(placed) < 3:  # who missed a slot is tried again
            fed = await asyncio.to_thread(shop.feed)
            await calling.caller.dial(fed.reserved["default"])
    eight, nine = (placed[agent] for agent in ("8", "9"))
    assert placed["7"] == {"name": "Ann"}
    assert (set(eight), set(nine)) == ({"language"}, {"name", "language"})
