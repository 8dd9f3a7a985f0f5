"""Due contacts become reserved attempts: as many as there is room for, in order, and nobody who may not be called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns.leads.lead import Lead
from campaigns.ledger import suppressing
from campaigns.ledger.ledger import connect
from campaigns.ledger.moves import Return, send_back
from campaigns.ledger.observations import Observation, observe
from campaigns.ledger.suppressing import Suppression
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import OPEN, attempts, contacts
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from dialer.feeder import AccountLimit, Feeder
from dialer.queue import Bell, open_redis
from tests.integration.shop import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    ROOMY,
    SECOND,
    WORLD,
    Clock,
    Shop,
    lead,
    number,
    shop_at,
)

S = AttemptState


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def people(count: int, first: int = 1) -> list[Lead]:
    return [lead(n) for n in range(first, first + count)]


def test_who_is_due_is_reserved_with_what_the_call_needs(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1)], agent="519")
    (attempt_id,) = shop.feed().reserved["default"]
    row = shop.attempt(attempt_id)
    assert (row.campaign_id, row.number, row.agent, row.state, row.version) == (id_, number(1), "519", S.RESERVED, 1)
    assert row.callable_until == NOON + 9 * HOUR
    assert (shop.contact_of(attempt_id).state, len(row.ref)) == (ContactState.DIALING, 32)
    assert shop.feed().reserved == {"default": []}


@pytest.mark.parametrize(
    ("limit", "pace", "room"),
    [
        (AccountLimit(100, 3), {"per_second": 100, "at_once": 100}, 3),
        (AccountLimit(100, 100), {"per_second": 100, "at_once": 4}, 4),
        (AccountLimit(1, 100), {"per_second": 100, "at_once": 100}, 2),
        (AccountLimit(100, 100), {"per_second": 0.2, "at_once": 100}, 1),
        (AccountLimit(100, 100), {"per_second": 100, "at_once": 100, "per_day": 5}, 5),
    ],
    ids=["account at once", "campaign at once", "account pace", "campaign pace", "calls a day"],
)
def test_there_is_room_for_so_many(shop: Shop, limit: AccountLimit, pace: dict[str, float], room: int) -> None:
    shop.campaign(people=people(9), pace=pace)
    assert len(shop.feed(limit=limit).reserved["default"]) == room
    assert shop.feed(limit=limit).reserved["default"] == []
    assert shop.feed(limit=limit).open == room


def test_an_account_shares_its_room_among_campaigns_and_not_with_another_account(shop: Shop) -> None:
    shop.campaign("a", people(5))
    shop.campaign("b", people(5, 11))
    shop.campaign("c", people(5, 21), account="other")
    fed = shop.feed(limit=AccountLimit(100, 3))
    assert {account: len(ids) for account, ids in fed.reserved.items()} == {"default": 3, "other": 3}


def test_a_call_that_ended_makes_room(shop: Shop) -> None:
    shop.campaign(people=people(3), pace={"per_second": 100, "at_once": 1})
    (first,) = shop.sent(1, S.ACCEPTED)
    assert shop.sent(1) == []
    shop.do(observe, Observation(first, "default", None, Result.HUMAN))
    assert len(shop.sent(1)) == 1


def test_calls_a_day_are_those_of_the_last_24_hours(shop: Shop) -> None:
    shop.campaign(people=people(6), pace={"per_second": 100, "at_once": 100, "per_day": 2}, hours=_always())
    for id_ in shop.sent(1):
        shop.record(id_, S.REJECTED)
    fed = shop.feed()
    assert (fed.reserved, fed.next_due) == ({"default": []}, NOON + DAY)
    shop.clock.move(DAY)
    assert len(shop.sent(1)) == 2


def _always() -> dict[str, str]:
    return dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")


def test_campaigns_take_turns(shop: Shop) -> None:
    for n, name in enumerate("abc"):
        shop.campaign(name, people(3, 10 * n))
    first = []
    for _ in range(6):
        (id_,) = shop.feed(limit=AccountLimit(100, 1)).reserved["default"]
        first.append(shop.attempt(id_).campaign_id)
        shop.do(send_back, Return(id_, NOON + HOUR))
    assert first == [1, 2, 3, 1, 2, 3]


def test_a_number_that_is_being_called_is_tried_in_a_minute(shop: Shop) -> None:
    shop.campaign("a", [lead(1)])
    shop.campaign("b", [lead(1)])
    assert len(shop.feed().reserved["default"]) == 1
    first, second = shop.contacts()
    assert (first.state, second.state) == ("dialing", "ready")
    assert (second.reason, second.next_at) == (Reason.NUMBER_BUSY, NOON + MINUTE)


def test_a_number_that_was_just_called_is_left_alone_for_the_match_window(shop: Shop) -> None:
    """Else nobody could tell which of two records belongs to which call."""
    shop.campaign("a", [lead(1)])
    (id_,) = shop.sent(1, S.ACCEPTED)
    shop.do(observe, Observation(id_, "default", "c1", Result.HUMAN))
    shop.campaign("b", [lead(1)])
    shop.clock.move(MINUTE)
    assert shop.feed().reserved == {"default": []}
    assert (shop.contacts()[1].reason, shop.contacts()[1].next_at) == (Reason.NUMBER_BUSY, NOON + 2 * MINUTE)
    shop.clock.move(MINUTE)
    assert len(shop.feed().reserved["default"]) == 1


def test_outside_hours_contacts_move_to_their_next_instant(shop: Shop) -> None:
    shop.campaign(people=[lead(1), lead(2, zones=("America/New_York", "America/Los_Angeles"))])
    night = NOON.replace(day=24, hour=4)
    shop.sql(contacts.update().values(next_at=night))
    shop.clock.at = night
    fed = shop.feed()
    assert (fed.reserved, fed.looked) == ({"default": []}, 2)
    eight, eleven = NOON.replace(day=24, hour=13), NOON.replace(day=24, hour=16)
    assert [(c.reason, c.next_at) for c in shop.contacts()] == [
        (Reason.OUTSIDE_HOURS, eight),
        (Reason.OUTSIDE_HOURS, eleven),
    ]
    assert shop.feed().looked == 0
    assert shop.feed().next_due == eight


def test_who_cannot_be_called_before_the_end_expires(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], end=NOON + 12 * HOUR)
    shop.clock.move(10 * HOUR)
    assert shop.feed().reserved == {"default": []}
    assert [(c.state, c.reason) for c in shop.contacts()] == [(ContactState.EXPIRED, Reason.CAMPAIGN_ENDED)]


def test_who_was_suppressed_is_excluded_even_by_a_later_number(shop: Shop) -> None:
    shop.campaign(people=[lead(1, number(1), number(101))])
    (id_,) = shop.sent(1)
    shop.do(suppressing.suppress, Suppression(number(101), GLOBAL, "", "ann"))
    shop.record(id_, S.REJECTED)
    assert shop.feed().reserved == {"default": []}
    assert [(c.state, c.reason) for c in shop.contacts()] == [(ContactState.EXCLUDED, Reason.DNC_GLOBAL)]


@pytest.mark.parametrize("state", [CampaignState.WAITING, CampaignState.PAUSED, CampaignState.CANCELLED])
def test_only_running_campaigns_are_fed(shop: Shop, state: CampaignState) -> None:
    shop.campaign(people=people(2), state=state)
    assert (shop.feed().reserved, shop.feed().next_due) == ({}, None)


def test_campaigns_of_another_world_are_left_alone(shop: Shop) -> None:
    shop.campaign("rehearsed", people(2), world="rehearsal")
    shop.campaign("unknown account", people(2, 11), account="nobody")
    before = shop.contacts()
    fed = shop.feed()
    assert (fed.reserved, fed.looked, fed.next_due) == ({}, 0, None)
    assert shop.contacts() == before


def test_levels_of_priority_come_first_and_then_who_is_due_longest(shop: Shop) -> None:
    shop.campaign(people=people(6))
    order = {1: (1, 0), 2: (0, 10), 3: (0, 20), 4: (2, 30), 5: (0, 20), 6: (0, -10)}
    for row, (priority, ago_s) in order.items():
        values = {"priority": priority, "next_at": NOON - ago_s * SECOND}
        shop.sql(contacts.update().where(contacts.c.row == row).values(values))
    called = []
    for _ in range(5):
        (id_,) = shop.feed(limit=AccountLimit(100, 1)).reserved["default"]
        called.append(shop.contact_of(id_).row)
        assert shop.submit(id_)
        shop.record(id_, S.REJECTED)
    assert called == [3, 5, 2, 1, 4]


def test_many_who_may_not_be_called_do_not_hide_one_who_may(shop: Shop) -> None:
    asleep = [lead(n, zones=("Asia/Tokyo",)) for n in range(1, 701)]
    shop.campaign(people=[*asleep, lead(900)])
    shop.sql(contacts.update().values(next_at=NOON))
    fed = shop.feed(limit=AccountLimit(100, 1))
    assert [shop.contact_of(id_).row for id_ in fed.reserved["default"]] == [900]
    assert fed.looked == 701
    assert Counter(contact.reason for contact in shop.contacts()) == {Reason.OUTSIDE_HOURS: 700, Reason.NEW: 1}


def test_the_queries_walk_their_indexes(shop: Shop) -> None:
    shop.campaign(people=people(50))
    shop.sent(1)
    due = sa.select(contacts.c.id).where(
        contacts.c.campaign_id == 1, contacts.c.state.in_([sa.literal_column("'ready'")]),
        contacts.c.priority == 0, contacts.c.next_at <= NOON,
    ).order_by(contacts.c.next_at, contacts.c.id).limit(500)  # fmt: skip
    room = sa.select(attempts.c.account, attempts.c.campaign_id, sa.func.count()).where(OPEN)
    plan = _plan(shop, due)
    assert "ix_contacts_due" in plan
    assert "sort" not in plan.lower().replace("_sort", "")
    assert "temp b-tree" not in plan.lower()
    assert "ix_attempts_open" in _plan(shop, room.group_by(attempts.c.account, attempts.c.campaign_id))


def _plan(shop: Shop, statement: sa.Select[tuple[object, ...]]) -> str:
    engine = connect(shop.url)
    with engine.connect() as conn:
        text = str(statement.compile(engine, compile_kwargs={"literal_binds": True}))
        if engine.dialect.name == "sqlite":
            rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
        else:
            for method in ("seqscan", "bitmapscan", "sort"):
                conn.exec_driver_sql(f"SET enable_{method} = off")
            rows = conn.exec_driver_sql(f"EXPLAIN {text}").all()
    engine.dispose()
    return "\n".join(" ".join(map(str, row)) for row in rows)


async def test_a_tick_rings_for_a_second_of_calls_twenty_at_a_time(shop: Shop, redis_url: str) -> None:
    shop.campaign(people=people(40))
    redis = await open_redis(redis_url, None)
    bell = Bell(redis, "test")
    limits = {"default": AccountLimit(30, 100)}
    feeder = Feeder(shop.ledger, shop.clock, bell, {"default": WORLD}, limits, None)
    fed = await feeder.tick()
    assert len(fed.reserved["default"]) == 30
    rings = [job for job in await redis.queued_jobs(queue_name=bell.queue) if job.function == "dial"]
    assert sorted(len(ring.args[0]) for ring in rings) == [10, 20]
    assert sorted(id_ for ring in rings for id_ in ring.args[0]) == sorted(fed.reserved["default"])
    await redis.aclose()


async def test_a_rehearsal_jumps_only_when_nothing_is_open_or_due(shop: Shop, redis_url: str) -> None:
    jumps: list[datetime] = []
    redis = await open_redis(redis_url, None)
    clock: Clock = shop.clock
    feeder = Feeder(shop.ledger, clock, Bell(redis, "test"), {"default": WORLD}, {"default": ROOMY}, jumps.append)
    shop.campaign(people=[lead(1)])
    await feeder.tick()
    await feeder.tick()
    assert jumps == []  # one is open
    (id_,) = [row.id for row in shop.attempts()]
    assert shop.submit(id_)
    shop.record(id_, S.NOT_PLACED, wait=30 * SECOND)
    await feeder.tick()
    assert jumps == [NOON + timedelta(seconds=30)]
    await redis.aclose()


def test_who_opted_out_on_one_number_is_not_called_on_another(shop: Shop) -> None:
    both = lead(1, number(1), number(2))
    shop.campaign(people=[both])
    shop.sql(contacts.update().values(position=1))
    shop.do(suppressing.suppress, Suppression(number(1), "client:default", "", "test"))
    shop.sql(contacts.update().values(state=ContactState.READY, next_at=NOON))
    assert shop.feed().reserved == {"default": []}
    assert shop.contacts()[0].reason == Reason.DNC_CLIENT
