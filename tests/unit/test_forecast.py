"""The forecast against arithmetic that can be done by hand: pace, calls at once, windows, retries, caps, cost."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.forecast.chain import State, follow
from campaigns.forecast.crowd import Cohort
from campaigns.forecast.outlook import Forecast, forecast
from campaigns.forecast.rates import ASSUMED, Rates
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import PhoneType, Reason, Result
from dialer.sandbox.calls import SHARES, draw

NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
"""A Monday in New York."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOBILE = ("+1212", "US", (PhoneType.MOBILE,))
ANN = Cohort(("America/New_York",), "NY", (MOBILE,), consent=True)
BOB = Cohort(("America/Los_Angeles",), "CA", (("+1415", "US", (PhoneType.MOBILE,)),), consent=True)
HALF = {Result.HUMAN: 0.5, Result.NO_ANSWER: 0.5}
RATES = Rates(10**9, HALF, HALF, {Result.HUMAN: 18, Result.NO_ANSWER: 18}, {Result.HUMAN: (80.0,)})
"""Every other call is answered; with the two seconds until the dialer notices, a call holds its line for a minute."""


def told(crowd: dict[Cohort, int], now: datetime = NOON, rates: Rates = RATES, **file: Any) -> Forecast:
    """The forecast, by default at one call a second and any number at once."""
    pace = {"per_second": 1 / 0.98, "at_once": 5000} | file.pop("pace", {})
    spec = Spec.model_validate({"pace": pace, "retries": {"attempts": 1}} | file)
    return forecast(Counter(crowd), Rules.from_spec(spec), spec, now, rates)


def near(at: datetime | None, expected: datetime, within: timedelta) -> bool:
    return at is not None and abs(at - expected) <= within


def test_calls_go_out_at_the_pace() -> None:
    seen = told({ANN: 3600})
    assert (seen.people, round(seen.calls.p50), round(seen.answers.p50), seen.unreached) == (3600, 3600, 1800, 0)
    assert seen.minutes.p50 == pytest.approx(1800 * 80 / 60, rel=0.001)
    assert seen.first_call == NOON
    assert near(seen.tried_once, NOON + HOUR, timedelta(seconds=20))
    assert near(seen.finish.p50, NOON + HOUR + timedelta(seconds=100), timedelta(seconds=60))
    assert max(seen.limits, key=lambda what: seen.limits[what]) == "pace"


def test_few_calls_at_once_bound_the_pace() -> None:
    seen = told({ANN: 60}, pace={"at_once": 5})  # a call takes 18 + 40 + 2 s: five a minute
    assert near(seen.tried_once, NOON + timedelta(minutes=12), timedelta(seconds=30))
    assert max(seen.limits, key=lambda what: seen.limits[what]) == "calls at once"


def test_people_wait_for_their_windows() -> None:
    dawn = NOON - 4 * HOUR
    seen = told({ANN: 10, BOB: 20}, now=dawn)
    by_hour: Counter[datetime] = Counter()
    for quarter in seen.quarters:
        by_hour[quarter.at.replace(minute=0)] += round(quarter.calls)
    assert by_hour == {dawn + HOUR: 10, dawn + 4 * HOUR: 20}
    assert max(seen.limits, key=lambda what: seen.limits[what]) == "hours"
    assert seen.zones == {"America/Los_Angeles": 20, "America/New_York": 10}


def test_what_a_window_cannot_hold_goes_on_the_next_day() -> None:
    close = datetime(2026, 11, 24, 1, tzinfo=UTC)
    seen = told({ANN: 7200}, now=close - HOUR)
    assert near(seen.tried_once, close + 14 * HOUR, timedelta(minutes=5))
    calls = sum(quarter.calls for quarter in seen.quarters if quarter.at < close)
    assert calls == pytest.approx(3600, rel=0.01)


def test_calls_a_day_spread_the_list_over_days() -> None:
    seen = told({ANN: 250}, pace={"per_day": 100})
    assert near(seen.tried_once, NOON + 2 * DAY, timedelta(minutes=20))
    assert "calls a day" in seen.limits


def test_calls_made_lately_use_up_the_day() -> None:
    pace = {"per_second": 1 / 0.98, "at_once": 5000, "per_day": 100}
    spec = Spec.model_validate({"pace": pace, "retries": {"attempts": 1}})
    made = (((NOON - HOUR).timestamp(), 60),)
    seen = forecast(Counter({ANN: 100}), Rules.from_spec(spec), spec, NOON, RATES, made)
    today = sum(quarter.calls for quarter in seen.quarters if quarter.at < NOON + 12 * HOUR)
    assert today == pytest.approx(40)


def test_retries_come_after_their_wait_and_are_counted() -> None:
    seen = told({ANN: 800}, retries={"attempts": 3, "no_answer": "2h"})  # 800 + 400 + 200
    assert seen.calls.p50 == pytest.approx(1400, rel=0.002)
    assert seen.answers.p50 == pytest.approx(700, rel=0.002)
    # at noon, at two, and then, for two to five was the second's part of the day, at five
    assert near(seen.finish.p50, NOON + 5 * HOUR + timedelta(minutes=5), timedelta(minutes=4))
    assert seen.results == pytest.approx({Result.HUMAN: 700, Result.NO_ANSWER: 700}, rel=0.002)


def test_a_person_with_two_numbers_is_called_on_the_second() -> None:
    both = ANN._replace(phones=(MOBILE, MOBILE))
    seen = told({both: 100}, retries={"attempts": 3, "no_answer": "never"})
    assert seen.calls.p50 == pytest.approx(150, rel=0.002)
    blocked = ANN._replace(phones=(MOBILE, ("+1800", "US", (PhoneType.TOLL_FREE,))))
    assert told({blocked: 100}, retries={"attempts": 3, "no_answer": "never"}).calls.p50 == pytest.approx(100)


def test_who_was_called_already_has_fewer_calls_left_and_later_ones_go_otherwise() -> None:
    later = Rates(10**9, HALF, {Result.HUMAN: 0.1, Result.NO_ANSWER: 0.9}, RATES.setup_s, RATES.talk_s)
    retries = {"attempts": 2, "no_answer": "2h"}
    fresh, tried = (
        told({ANN: 100}, rates=later, retries=retries),
        told({ANN._replace(used=1, due_s=int((NOON + HOUR).timestamp())): 100}, rates=later, retries=retries),
    )
    assert (round(fresh.calls.p50), round(fresh.answers.p50)) == (150, 55)
    assert (round(tried.calls.p50), round(tried.answers.p50), tried.first_call) == (100, 10, NOON + HOUR)


def test_the_cap_of_24_hours_puts_off_what_would_be_too_many() -> None:
    retries = Spec.model_validate({"retries": {"attempts": 5, "no_answer": "2h"}}).retries
    state, waits = State(1, 0, 0), []
    while then := follow(state, Result.NO_ANSWER, retries, cap=3):
        state = then.state
        waits.append(then.wait)
    assert waits == [2 * HOUR, 2 * HOUR, 20 * HOUR, 2 * HOUR]


def test_who_can_never_be_called_and_who_comes_too_late_is_counted() -> None:
    toll_free, nowhere = ANN._replace(phones=(("+1800", "US", (PhoneType.TOLL_FREE,)),)), ANN._replace(zones=())
    seen = told({ANN: 7200, toll_free: 2, nowhere: 3}, end=NOON + HOUR)
    assert seen.never == {Reason.BLOCKED_TYPE: 2, Reason.NO_TIME_ZONE: 3}
    assert seen.people == 7205
    assert seen.unreached == pytest.approx(3600, abs=20)
    assert seen.finish == (None, None, None)


def test_nobody_to_call_is_a_forecast_too() -> None:
    seen = told({})
    assert (seen.people, seen.first_call, seen.calls.p50, seen.finish.p50) == (0, None, 0, None)


@pytest.mark.parametrize(
    ("cost", "each"),
    [
        ({"per_minute": 0.6}, 0.5 * 2 * 0.6),  # 80 s are two minutes begun
        ({"per_minute": 0.6, "rounding": "1s"}, 0.5 * 80 / 60 * 0.6),
        ({"per_call": 0.05}, 0.05),
    ],
)
def test_cost_by_the_campaign_file(cost: dict[str, Any], each: float) -> None:
    seen = told({ANN: 100}, cost=cost)
    assert seen.cost is not None
    assert seen.cost.p50 == pytest.approx(100 * each, rel=0.001)


def test_a_cost_that_the_platform_reports_goes_first_and_none_is_none() -> None:
    reported = Rates(10**9, HALF, HALF, RATES.setup_s, RATES.talk_s, {Result.HUMAN: 0.3, Result.NO_ANSWER: 0.1})
    seen = told({ANN: 100}, rates=reported, cost={"per_minute": 9})
    assert seen.cost is not None
    assert seen.cost.p50 == pytest.approx(20, rel=0.001)
    assert told({ANN: 100}).cost is None


def test_the_less_is_known_the_wider_the_range() -> None:
    def width(calls: int, people: int) -> float:
        seen = told({ANN: people}, rates=Rates(calls, HALF, HALF, RATES.setup_s, RATES.talk_s))
        assert seen.answers.p50 == pytest.approx(people / 2)
        return (seen.answers.p90 - seen.answers.p10) / people

    assert width(0, 10_000) > 2 * width(100, 10_000) > 4 * width(10_000, 10_000)
    assert width(10_000, 20) > 3 * width(10_000, 10_000)


def test_more_than_four_weeks_are_looked_ahead_where_they_are_needed() -> None:
    seen = told({ANN: 4000}, pace={"per_day": 100})
    assert near(seen.finish.p50, NOON + 45 * DAY, DAY)  # six of them Sundays


def test_what_is_assumed_is_what_the_practice_platform_does() -> None:
    human = SHARES["human"] + SHARES["brief"]
    wanted = {Result.HUMAN: human, Result.VOICEMAIL_LEFT: SHARES["machine"], Result.NO_ANSWER: SHARES["no-answer"],
              Result.BUSY: SHARES["busy"], Result.FAILED: SHARES["failed"]}  # fmt: skip
    assert {result: round(share * 100) for result, share in ASSUMED.first.items()} == wanted
    drawn = [draw(0, f"+1212{n}", 0, 1) for n in range(20_000)]
    talked = [call.ended_s - call.answered_s for call in drawn if call.answered_s is not None]
    held = sum(call.ended_s for call in drawn) / len(drawn)
    lengths = {result: sum(ASSUMED.talk_s.get(result, ())) / max(1, len(ASSUMED.talk_s.get(result, ())))
               for result in ASSUMED.first}  # fmt: skip
    assert sum(talked) / len(drawn) == pytest.approx(
        sum(share * lengths[result] for result, share in ASSUMED.first.items()), rel=0.02
    )
    assert held == pytest.approx(
        sum(share * (lengths[result] + ASSUMED.setup_s[result]) for result, share in ASSUMED.first.items()), rel=0.02
    )
