"""From a call's result to the next call, on both databases: day parts, numbers, callbacks, ends and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from campaigns.errors import NotAllowed
from campaigns.leads.lead import Column, Lead
from campaigns.ledger import callbacks, campaigns
from campaigns.ledger.inquiry import Inquiry, inquire
from campaigns.ledger.observations import Observation, observe
from campaigns.ledger.review import Question, questions
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result
from dialer.feeder import AccountLimit
from tests.integration.shop import DAY, HOUR, MINUTE, NOON, Shop, lead, number, shop_at

S = AttemptState
ONE = AccountLimit(100, 1)
EIGHT = NOON.replace(day=24, hour=13)
"""Tuesday 08:00 in New York, when hours begin."""


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


def call(shop: Shop, result: Result = Result.HUMAN, ended_at: datetime | None = None, **said: Any) -> int:
    """The next call is placed and ends so; ``said`` is what the agent collected."""
    (id_,) = shop.sent(1, S.ACCEPTED)
    seen = Observation(id_, "default", f"c{id_}", result, ended_at=ended_at, raw={"collected": said})
    assert shop.do(observe, seen)
    return id_


def stands(shop: Shop, at: int = 0) -> tuple[str, str, datetime | None]:
    contact = shop.contacts()[at]
    return contact.state, contact.reason, contact.next_at


def wished(row: int, **cells: str) -> Lead:
    """A lead whose row has these of our columns."""
    columns = (*(Column(field, field, "header") for field in cells), Column("phone", "phone", ""))
    return lead(row, columns=columns, cells=(*cells.values(), number(row)))


def asked(shop: Shop, name: str = "spring", row: int = 1) -> Inquiry:
    return shop.ledger.read_now(lambda conn: inquire(conn, campaigns.find(conn, name), str(row), shop.clock.now()))


def reviewed(shop: Shop, campaign_id: int = 1) -> list[Question]:
    return shop.ledger.read_now(questions, campaign_id)


def test_who_did_not_answer_at_noon_is_tried_in_another_part_of_the_day(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], retries={"no_answer": "1h", "attempts": 4})
    call(shop, Result.NO_ANSWER)
    assert stands(shop) == ("ready", Reason.RETRY_WAIT, NOON + 2 * HOUR)  # 14:00, the afternoon
    shop.clock.at = NOON + 2 * HOUR
    call(shop, Result.NO_ANSWER)
    assert stands(shop)[2] == NOON + 5 * HOUR  # 17:00, the evening
    shop.clock.at = NOON + 5 * HOUR
    call(shop, Result.VOICEMAIL_LEFT)
    assert stands(shop)[2] == NOON.replace(day=25, hour=13)  # a day later is evening again: the next morning


def test_the_table_of_the_campaign_file_decides(shop: Shop) -> None:
    table = [
        {"result": "no_answer", "wait": "1h", "part": "evening", "number": "next"},
        {"result": "no_answer", "attempt": 2, "wait": "stop"},
    ]
    shop.campaign(people=[lead(1, number(1), number(101))], retries={"table": table})
    call(shop, Result.NO_ANSWER)
    assert (stands(shop)[2], shop.contacts()[0].position) == (NOON + 5 * HOUR, 1)
    shop.clock.at = NOON + 5 * HOUR
    call(shop, Result.NO_ANSWER)
    assert stands(shop) == ("exhausted", Reason.ATTEMPTS_USED, None)
    assert [row.number for row in shop.attempts()] == [number(1), number(101)]


def test_a_row_may_name_the_agent_of_the_next_call_and_only_of_that(shop: Shop) -> None:
    """On CallFluent what a machine is told is the agent's setting, so another agent is the voicemail action."""
    table = [{"result": "voicemail_no_message", "wait": "2h", "agent": "520"}]
    shop.campaign(people=[lead(1)], agent="519", retries={"table": table})
    call(shop, Result.VOICEMAIL_NO_MESSAGE)
    shop.clock.move(2 * HOUR)
    call(shop, Result.BUSY)
    shop.clock.move(HOUR)
    call(shop)
    assert [row.agent for row in shop.attempts()] == ["519", "520", "519"]


def test_a_number_that_does_not_exist_is_skipped_on_the_next_round(shop: Shop) -> None:
    shop.campaign(people=[lead(1, number(1), number(2), number(3))], retries={"attempts": 6, "no_answer": "15m"},
                  caps={"per_number_24h": 9})  # fmt: skip
    for result in (Result.NO_ANSWER, Result.INVALID_NUMBER, Result.NO_ANSWER, Result.NO_ANSWER, Result.NO_ANSWER):
        shop.clock.at = max(shop.clock.now(), shop.contacts()[0].next_at)
        call(shop, result)
    called = [row.number for row in shop.attempts()]
    assert called == [number(1), number(2), number(3), number(1), number(3)]


def test_all_numbers_stop_when_one_is_answered(shop: Shop) -> None:
    shop.campaign(people=[lead(1, number(1), number(2))], retries={"no_answer": "15m"})
    call(shop, Result.NO_ANSWER)
    shop.clock.at = shop.contacts()[0].next_at
    call(shop, Result.HUMAN)
    assert stands(shop) == ("done", Reason.ANSWERED, None)
    shop.clock.move(DAY)
    assert shop.sent(1) == []


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({"disposition": "sold"}, ("done", Reason.STOPPED, None)),
        ({"disposition": "Do Not Call"}, ("excluded", Reason.ASKED_TO_STOP, None)),
        ({"disposition": "try-again"}, ("ready", Reason.RETRY_WAIT, NOON + DAY + 2 * HOUR)),
        ({"disposition": "callback"}, ("ready", Reason.RETRY_WAIT, NOON + DAY + 2 * HOUR)),
        ({"callback_at": "tomorrow at 10"}, ("ready", Reason.CALLBACK, EIGHT + 2 * HOUR)),
        ({"disposition": "callback", "callback_at": "11pm"}, ("ready", Reason.CALLBACK_WAITS, EIGHT)),
        ({"disposition": "interested"}, ("done", Reason.ANSWERED, None)),
        ({}, ("done", Reason.ANSWERED, None)),
    ],
)
def test_what_was_said_in_the_call_goes_before_its_result(shop: Shop, said: dict[str, str], then: Any) -> None:
    values = {"sold": "stop", "try again": "retry", "callback": "callback", "do not call": "opt_out"}
    shop.campaign(people=[lead(1)], outcomes={"values": values})
    call(shop, Result.HUMAN, **said)
    assert stands(shop) == then
    assert shop.attempts()[0].disposition == said.get("disposition")
    assert reviewed(shop) == []


def test_a_column_of_the_list_that_the_record_repeats_was_not_said(shop: Shop) -> None:
    shop.campaign(people=[lead(1, fields={"Callback Time": "tomorrow 10:00", "Disposition": "callback"})])
    call(shop, callback_time="tomorrow 10:00", disposition="callback")
    assert stands(shop) == ("done", Reason.ANSWERED, None)
    assert shop.attempts()[0].disposition is None


def test_a_callback_is_kept_to_the_minute_above_fresh_leads_and_below_a_higher_priority(shop: Shop) -> None:
    shop.campaign(people=[lead(1)])
    call(shop, callback_at="in 30 minutes")
    shop.load(1, [wished(n, priority="1" if n == 5 else "") for n in range(2, 9)], "2")
    assert shop.feed(limit=AccountLimit(100, 2)).open == 2  # row 5, then the oldest fresh one
    shop.clock.move(30 * MINUTE)
    (id_,) = shop.feed(limit=AccountLimit(100, 3)).reserved["default"]
    assert shop.contact_of(id_).row == 1
    assert stands(shop)[0] == ContactState.DIALING


def test_a_callback_that_is_missed_goes_on_as_any_miss_does(shop: Shop) -> None:
    shop.campaign(people=[lead(1)])
    call(shop, callback_at="in 1 hour")
    level = shop.contacts()[0].priority
    shop.clock.move(HOUR)
    call(shop, Result.BUSY)
    contact = shop.contacts()[0]
    assert (contact.reason, contact.callback_at, contact.priority) == (Reason.RETRY_WAIT, None, level + 1)


def test_who_always_asks_for_a_callback_gets_so_many_beyond_the_attempts(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], retries={"attempts": 1, "callbacks": 2}, caps={"per_number_24h": 9})
    for _ in range(3):
        assert stands(shop)[0] == ContactState.READY
        call(shop, callback_at="in 1 hour")
        shop.clock.move(HOUR)
    assert stands(shop) == ("exhausted", Reason.ATTEMPTS_USED, None)


def test_a_time_nobody_can_read_is_reviewed_and_the_lead_is_not_lost(shop: Shop) -> None:
    shop.campaign(people=[lead(1)])
    id_ = call(shop, callback_at="when my wife is back")
    assert stands(shop) == ("ready", Reason.CALLBACK_UNREADABLE, NOON + DAY + 2 * HOUR)
    assert reviewed(shop) == [Question("leads.csv", 1, number(1), "call_at", "when my wife is back", NOON)]
    assert shop.attempt(id_).state == S.ENDED
    promised = shop.do(callbacks.call_back, callbacks.Callback(1, "tomorrow 10:00", "ann"))
    assert (promised.next_at, promised.reason) == (EIGHT + 2 * HOUR, Reason.CALLBACK)
    assert reviewed(shop) == []
    assert stands(shop)[2] == EIGHT + 2 * HOUR


def test_who_is_finished_with_waits_for_no_review(shop: Shop) -> None:
    shop.campaign(people=[wished(1, call_at="some day")])
    assert len(reviewed(shop)) == 1
    call(shop)
    assert reviewed(shop) == []


def test_a_finished_lead_can_be_called_back_and_its_campaign_goes_on(shop: Shop) -> None:
    id_ = shop.campaign(people=[lead(1)])
    call(shop)
    shop.to(id_, CampaignState.DONE)
    promised = shop.do(callbacks.call_back, callbacks.Callback(1, "23:00", "ann"))
    assert (promised.asked, promised.next_at) == (NOON + 11 * HOUR, EIGHT)
    assert (shop.campaign_row(id_).state, stands(shop)) == ("running", ("ready", Reason.CALLBACK_WAITS, EIGHT))
    assert (shop.events()[-1].who, shop.events()[-1].what) == ("ann", "callback")
    said = {check.rule: check for check in asked(shop).checks}
    assert "2026-11-23 23:00 -05:00; nobody may be called there then" in said["callback"].facts
    assert asked(shop).next_at == EIGHT


@pytest.mark.parametrize(
    ("state", "when", "words"),
    [
        ("ready", "soon", '"soon" is no time to come; write one such as'),
        ("ready", "2026-11-01 10:00", "no time to come"),
        ("dialing", "tomorrow", "being called just now"),
        ("held", "tomorrow", "dialer settle"),
        ("excluded", "tomorrow", "this lead is excluded"),
    ],
)
def test_a_callback_that_cannot_be_is_refused_in_one_line(shop: Shop, state: str, when: str, words: str) -> None:
    if state == "held":
        shop.in_state(S.LOST)
    else:
        shop.campaign(people=[lead(1)])
        if state == "dialing":
            shop.sent(1)
        elif state == "excluded":
            call(shop, disposition="dnc")
    with pytest.raises(NotAllowed) as refused:
        shop.do(callbacks.call_back, callbacks.Callback(1, when, "ann"))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_row_says_when_it_is_called_from_and_until_when_and_how_soon(shop: Shop) -> None:
    people = [
        wished(1, call_at="14:30", not_before="", expires_at="", priority=""),
        wished(2, call_at="", not_before="2026-11-24", expires_at="", priority=""),
        wished(3, call_at="", not_before="", expires_at="2026-11-23 15:00", priority="high"),
        wished(4, call_at="", not_before="", expires_at="2026-11-22", priority=""),
        wished(5, call_at="the day after", not_before="", expires_at="", priority="extreme"),
    ]
    assert shop.load(shop.campaign(), people) == 4
    assert [stands(shop, at) for at in range(4)] == [
        ("ready", Reason.CALLBACK, NOON + 2.5 * HOUR),
        ("ready", Reason.NOT_YET, EIGHT),
        ("ready", Reason.NEW, NOON),
        ("ready", Reason.NEW, NOON),
    ]
    assert [contact.priority for contact in shop.contacts()] == [-1, 0, -6, 0]
    assert [(each.row, each.kind, each.said) for each in reviewed(shop)] == [
        (5, "priority", "extreme"),
        (5, "call_at", "the day after"),
    ]
    assert asked(shop, row=4).reason == Reason.LEAD_EXPIRED
    (third, fifth) = shop.sent(1)
    assert [shop.contact_of(id_).row for id_ in (third, fifth)] == [3, 5]
    assert shop.attempt(third).callable_until == NOON + 3 * HOUR


def test_a_retry_after_the_leads_end_is_none(shop: Shop) -> None:
    shop.campaign(people=[wished(1, expires_at="2026-11-23 15:00")])
    call(shop, Result.DECLINED)
    assert stands(shop) == ("expired", Reason.LEAD_EXPIRED, None)


def test_a_lead_expires_so_long_after_it_was_loaded(shop: Shop) -> None:
    shop.campaign(people=[lead(1)], leads={"expires_after": "2h"})
    shop.clock.move(2 * HOUR)
    assert shop.feed().reserved == {"default": []}
    assert stands(shop) == ("expired", Reason.LEAD_EXPIRED, None)
    checks = {check.rule: check.passed for check in asked(shop).checks}
    assert checks.get("expiry") is None  # who is expired is not judged any more


def test_before_its_time_a_lead_waits_and_says_so(shop: Shop) -> None:
    shop.campaign(people=[wished(1, not_before="2026-11-23 16:00")])
    found = asked(shop)
    assert (found.reason, found.next_at) == (Reason.NOT_YET, NOON + 4 * HOUR)
    assert [check.passed for check in found.checks if check.rule == "not before"] == [False]
    shop.clock.move(4 * HOUR)
    assert len(shop.sent(1)) == 1


@pytest.mark.parametrize("reserved", [False, True])
def test_a_newer_row_changes_the_wishes(shop: Shop, reserved: bool) -> None:
    shop.campaign(people=[wished(1, call_at="", priority="")])
    if reserved:
        shop.feed()
    shop.loaded(1, [wished(1, call_at="tomorrow 10:00", priority="2")], "2", update=True)
    contact = shop.contacts()[0]
    assert (contact.reason, contact.next_at, contact.priority) == (Reason.CALLBACK, EIGHT + 2 * HOUR, -7)


def test_between_two_calls_to_a_person_lies_the_least_time_whichever_number_or_campaign(shop: Shop) -> None:
    shop.campaign("a", [lead(1, number(1), number(2))])
    shop.campaign("b", [lead(1, number(2), number(1))], caps={"min_gap": "30m"})
    one, two = sorted(shop.feed().reserved["default"])
    assert (shop.submit(one), shop.submit(two)) == (True, False)
    shop.feed()
    assert stands(shop, 1) == ("ready", Reason.MINIMUM_GAP, NOON + 30 * MINUTE)
    shop.clock.move(30 * MINUTE)
    assert [shop.contact_of(id_).campaign_id for id_ in shop.sent(1)] == [2]


def test_windows_that_close_soonest_are_called_first(shop: Shop) -> None:
    zones = ["America/Los_Angeles", "America/Denver", "America/New_York", "America/Chicago"]
    shop.campaign(people=[lead(n, zones=(zone,), state=None) for n, zone in enumerate(zones, 1)])
    called = []
    for _ in range(4):
        (id_,) = shop.feed(limit=ONE).reserved["default"]
        called.append(shop.contact_of(id_).row)
        assert shop.submit(id_)
        shop.record(id_, S.REJECTED)
    assert called == [3, 4, 2, 1]


def test_two_clients_share_an_account_whatever_their_campaigns(shop: Shop) -> None:
    for at, (name, client) in enumerate([("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b")]):
        id_ = shop.campaign(name, [lead(20 * at + n) for n in range(1, 13)])
        shop.sql(campaigns.campaigns.update().where(campaigns.campaigns.c.id == id_).values(client=client))
    served: list[int] = []
    for _ in range(12):
        (id_,) = shop.feed(limit=ONE).reserved["default"]
        served.append(shop.contact_of(id_).campaign_id)
        assert shop.submit(id_)
        shop.record(id_, S.NOT_PLACED, wait=HOUR)
    assert [served.count(campaign) for campaign in (1, 2, 3, 4)] == [2, 2, 2, 6]


def test_nobody_waits_for_ever_beside_retries_callbacks_and_closing_windows(shop: Shop) -> None:
    """One call a minute for two days; everybody is reached at the last of three tries, and nobody is passed over."""
    zones = ["America/New_York", "America/Chicago", "America/Los_Angeles"]
    people = [lead(n, zones=(zones[n % 3],), state=None) for n in range(1, 61)]
    shop.campaign(people=people, retries={"attempts": 3, "no_answer": "15m", "busy": "15m"}, caps={"per_number_24h": 9})
    tries: dict[int, int] = {}
    end = NOON + 3 * DAY
    while shop.clock.now() < end and any(contact.state == "ready" for contact in shop.contacts()):
        fed = shop.feed(limit=ONE)
        for id_ in fed.reserved["default"]:
            row = shop.contact_of(id_).row
            assert shop.submit(id_)
            shop.record(id_, S.ACCEPTED)
            tries[row] = tries.get(row, 0) + 1
            again = Result.BUSY if row % 2 else Result.NO_ANSWER
            shop.observe(id_, Result.HUMAN if tries[row] == 3 else again)
        idle = not fed.reserved["default"] and fed.next_due is not None
        shop.clock.at = max(fed.next_due if idle else NOON, shop.clock.now() + MINUTE)
    assert {contact.state for contact in shop.contacts()} == {ContactState.DONE}
    assert set(tries.values()) == {3}
