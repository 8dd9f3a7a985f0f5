"""The launch plan: who can be called, from when to when, and what bounds the pace; checked by hand arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from campaigns.forecast import Assumptions, Plan, plan
from campaigns.rules.facts import Person
from campaigns.rules.rules import Rules
from campaigns.spec import Pace, Spec
from campaigns.vocabulary import PhoneType, Reason

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
EASTERN_CLOSE = datetime(2026, 11, 24, 1, tzinfo=UTC)
ANN = Person("+12125550100", "US", (PhoneType.LANDLINE, PhoneType.MOBILE), ("America/New_York",), "NY", consent=True)
BOB = replace(ANN, zones=("America/Los_Angeles",))
HOUR = timedelta(hours=1)
MINUTE_CALLS = Assumptions(answer_share=0.5, mean_talk=timedelta(seconds=80), mean_ring=timedelta(seconds=20))


def plan_for(people: list[Person], now: datetime = NOON, end: datetime | None = None, **pace: float) -> Plan:
    spec = Spec(pace=Pace.model_validate({"per_second": 1, "at_once": 5000, **pace}), end=end)
    return plan(people, Rules.from_spec(spec), spec, now, MINUTE_CALLS)


def test_first_calls_go_out_at_the_pace() -> None:
    result = plan_for([ANN] * 3600)
    assert (result.people, result.callable_now, result.waiting, result.never) == (3600, 3600, (), {})
    assert (result.first_call, result.last_first_call) == (NOON, NOON + timedelta(seconds=3599))
    assert (result.calls_per_hour, result.limit, result.unreached) == (3600, "pace", 0)


def test_few_calls_at_once_bound_the_pace() -> None:
    result = plan_for([ANN] * 60, at_once=5)  # a call holds its line for 20 s + half of 80 s: one a minute each
    assert (result.calls_per_hour, result.limit) == (300, "calls at once")
    assert result.last_first_call == NOON + timedelta(seconds=59 * 12)


def test_people_wait_for_their_windows_and_the_early_ones_are_served_first() -> None:
    dawn = datetime(2026, 11, 23, 13, tzinfo=UTC)
    result = plan_for([ANN] * 10 + [BOB] * 20, now=dawn)
    assert result.callable_now == 0
    assert result.waiting == ((dawn + HOUR, 10), (dawn + 4 * HOUR, 20))
    assert result.first_call == dawn + HOUR
    assert result.last_first_call == dawn + 4 * HOUR + timedelta(seconds=19)


def test_what_a_window_cannot_hold_goes_on_the_next_day() -> None:
    result = plan_for([ANN] * 7200, now=EASTERN_CLOSE - HOUR)
    assert result.last_first_call == EASTERN_CLOSE + 13 * HOUR + timedelta(seconds=3599)


def test_calls_a_day_spread_the_list_over_days() -> None:
    result = plan_for([ANN] * 250, per_day=100)
    assert result.last_first_call == NOON + timedelta(days=2, seconds=49)


def test_who_can_never_be_called_is_counted_by_reason_and_who_comes_too_late_is_named() -> None:
    toll_free, nowhere = replace(ANN, types=(PhoneType.TOLL_FREE,)), replace(ANN, zones=())
    result = plan_for([ANN] * 7200 + [toll_free] * 2 + [nowhere] * 3, end=NOON + HOUR)
    assert result.never == {Reason.BLOCKED_TYPE: 2, Reason.NO_TIME_ZONE: 3}
    assert (result.people, result.unreached) == (7205, 3600)
    assert result.last_first_call == NOON + HOUR - timedelta(seconds=1)


def test_nobody_to_call_is_a_plan_too() -> None:
    result = plan_for([])
    assert (result.people, result.first_call, result.last_first_call, result.unreached) == (0, None, None, 0)
