"""May this person be called now, if not when: each rule, their order, and what always holds of an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.rules.decide import decide, decide_all, screen
from campaigns.rules.facts import Call, Decision, History, Person
from campaigns.rules.rules import Rules
from campaigns.spec import Caps, Phones, Spec
from campaigns.vocabulary import PhoneType, Reason

RULES = Rules.from_spec(Spec(holidays=frozenset({date(2026, 11, 26)})))
MONDAY_NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
MONDAY_CLOSE = datetime(2026, 11, 24, 1, tzinfo=UTC)
TUESDAY_OPEN = datetime(2026, 11, 24, 14, tzinfo=UTC)
EITHER = (PhoneType.LANDLINE, PhoneType.MOBILE)
ANN = Person("+12125550100", "US", EITHER, ("America/New_York",), "NY", consent=True)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def called(*hours_ago: float) -> History:
    return History(calls=tuple(Call(MONDAY_NOON - hours * HOUR) for hours in hours_ago))


def test_inside_the_hours_she_may_be_called_until_they_end() -> None:
    assert decide(ANN, History(), RULES, MONDAY_NOON) == Decision(True, until=MONDAY_CLOSE)


def test_after_the_hours_she_waits_for_the_next_window() -> None:
    expected = Decision(False, Reason.OUTSIDE_HOURS, next_at=TUESDAY_OPEN)
    assert decide(ANN, History(), RULES, MONDAY_CLOSE) == expected


def test_a_saturday_evening_waits_over_the_closed_sunday() -> None:
    saturday = datetime(2026, 11, 28, 23, tzinfo=UTC)
    assert decide(ANN, History(), RULES, saturday).next_at == datetime(2026, 11, 30, 14, tzinfo=UTC)


def test_a_holiday_is_skipped() -> None:
    wednesday_night = datetime(2026, 11, 26, 2, tzinfo=UTC)
    assert decide(ANN, History(), RULES, wednesday_night).next_at == datetime(2026, 11, 27, 14, tzinfo=UTC)


def test_federal_hours_narrow_a_campaign_that_is_always_open_for_american_numbers_only() -> None:
    rules = Rules(week=(((0, 1440),),) * 7)
    dawn = datetime(2026, 11, 23, 12, 59, 59, tzinfo=UTC)  # 07:59:59 in New York
    assert decide(ANN, History(), rules, dawn).next_at == dawn + SECOND
    assert decide(ANN, History(), rules, dawn + SECOND).until == datetime(2026, 11, 24, 2, tzinfo=UTC)
    toronto = Person("+14165550100", "CA", EITHER, ("America/Toronto",), consent=True)
    assert decide(toronto, History(), rules, dawn + 2 * HOUR).until == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def test_many_are_judged_as_each_would_be() -> None:
    gulf = Person("+15045550100", "US", EITHER, ("America/Chicago",), consent=True)
    anywhere = Person("+18005550100", "US", EITHER, ("America/Denver",), "UT", consent=True)
    crowd = [
        (replace(person, number=f"{person.number[:5]}{n:07}"), history)
        for n in range(40)
        for person in (ANN, gulf, anywhere)
        for history in (History(), called(1, 2, 3), History(Reason.DNC_GLOBAL))
    ]
    assert decide_all(crowd, RULES, MONDAY_NOON) == [decide(*asked, RULES, MONDAY_NOON) for asked in crowd]


def test_a_person_of_two_zones_is_called_when_both_allow_it() -> None:
    kentucky = replace(ANN, zones=("America/New_York", "America/Chicago"))
    nine_eastern = TUESDAY_OPEN
    assert decide(kentucky, History(), RULES, nine_eastern).next_at == nine_eastern + HOUR
    assert decide(kentucky, History(), RULES, nine_eastern + HOUR).until == datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.mark.parametrize("zones", [(), ("Nowhere/Land",), ("America/New_York", "Etc/Unknown")])
def test_an_unknown_zone_is_never_called(zones: tuple[str, ...]) -> None:
    nowhere = replace(ANN, zones=zones)
    assert decide(nowhere, History(), RULES, MONDAY_NOON) == Decision(False, Reason.NO_TIME_ZONE)
    assert screen(nowhere, History(), RULES, MONDAY_NOON) is Reason.NO_TIME_ZONE


def test_hours_that_no_two_zones_share_exclude_for_good() -> None:
    apart = replace(ANN, zones=("Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"))
    assert decide(apart, History(), RULES, MONDAY_NOON) == Decision(False, Reason.NO_WINDOW)
    assert screen(apart, History(), RULES, MONDAY_NOON) is Reason.NO_WINDOW


def test_suppression_comes_before_everything() -> None:
    anywhere = replace(ANN, zones=(), types=(PhoneType.TOLL_FREE,))
    history = History(suppressed=Reason.DNC_GLOBAL)
    assert decide(anywhere, history, RULES, MONDAY_NOON) == Decision(False, Reason.DNC_GLOBAL)
    assert screen(anywhere, history, RULES, MONDAY_NOON) is Reason.DNC_GLOBAL


MOBILE_BLOCKED = frozenset({PhoneType.MOBILE, PhoneType.NONE})


@pytest.mark.parametrize(
    ("types", "undecided", "reason"),
    [
        ((PhoneType.MOBILE,), "block", Reason.BLOCKED_TYPE),
        ((PhoneType.MOBILE,), "allow", Reason.BLOCKED_TYPE),
        ((PhoneType.MOBILE, PhoneType.NONE), "allow", Reason.BLOCKED_TYPE),
        ((PhoneType.LANDLINE,), "block", None),
        (EITHER, "block", Reason.UNDECIDED_TYPE),
        (EITHER, "allow", None),
        ((), "allow", Reason.BLOCKED_TYPE),
    ],
)
def test_phone_types(types: tuple[PhoneType, ...], undecided: str, reason: Reason | None) -> None:
    phones = Phones.model_validate({"blocked": MOBILE_BLOCKED, "undecided": undecided})
    rules = Rules.from_spec(Spec(phones=phones))
    person = replace(ANN, types=types)
    assert screen(person, History(), rules, MONDAY_NOON) is reason
    decision = decide(person, History(), rules, MONDAY_NOON)
    assert (decision.allowed, decision.reason) == (reason is None, reason)


def test_before_the_start_she_waits_for_the_first_window_of_the_campaign() -> None:
    inside = replace(RULES, start=MONDAY_NOON + HOUR)
    outside = replace(RULES, start=MONDAY_CLOSE + HOUR)
    assert decide(ANN, History(), inside, MONDAY_NOON) == Decision(
        False, Reason.NOT_STARTED, next_at=MONDAY_NOON + HOUR
    )
    assert decide(ANN, History(), outside, MONDAY_NOON) == Decision(False, Reason.NOT_STARTED, next_at=TUESDAY_OPEN)


def test_a_start_months_away_is_found() -> None:
    spring = replace(RULES, start=datetime(2027, 4, 1, tzinfo=UTC))
    assert decide(ANN, History(), spring, MONDAY_NOON).next_at == datetime(2027, 4, 1, 13, tzinfo=UTC)
    assert screen(ANN, History(), spring, MONDAY_NOON) is None


def test_the_end_clips_the_permission_and_then_ends_it() -> None:
    rules = replace(RULES, end=MONDAY_NOON + HOUR)
    assert decide(ANN, History(), rules, MONDAY_NOON) == Decision(True, until=MONDAY_NOON + HOUR)
    assert decide(ANN, History(), rules, MONDAY_NOON + HOUR) == Decision(False, Reason.CAMPAIGN_ENDED)


def test_a_campaign_that_ends_before_the_next_window_has_ended_for_her() -> None:
    rules = replace(RULES, end=TUESDAY_OPEN)
    assert decide(ANN, History(), rules, MONDAY_CLOSE) == Decision(False, Reason.CAMPAIGN_ENDED)


def test_the_cap_frees_a_call_when_the_oldest_of_the_last_three_is_a_day_old() -> None:
    assert decide(ANN, called(1, 2), RULES, MONDAY_NOON).allowed
    capped = decide(ANN, called(1, 23.5, 2, 23), RULES, MONDAY_NOON)
    # four calls: room comes when the second oldest (23 hours ago) is a day old
    assert capped == Decision(False, Reason.ATTEMPT_CAP, next_at=MONDAY_NOON + HOUR)
    assert decide(ANN, called(1, 23.5, 2, 23), RULES, MONDAY_NOON + HOUR).allowed


def test_a_call_exactly_a_day_old_no_longer_counts() -> None:
    assert decide(ANN, called(24, 2, 1), RULES, MONDAY_NOON).allowed
    assert not decide(ANN, called(24 - 1 / 3600, 2, 1), RULES, MONDAY_NOON).allowed


def test_the_end_of_the_cap_is_moved_into_the_next_window() -> None:
    capped = decide(ANN, called(14, 13, 12), RULES, MONDAY_NOON)  # free at 22:00 in New York
    assert capped == Decision(False, Reason.ATTEMPT_CAP, next_at=TUESDAY_OPEN)


def test_the_hours_are_named_before_the_cap_and_the_instant_satisfies_both() -> None:
    history = History(calls=(Call(MONDAY_CLOSE),) * 3)
    late = decide(ANN, history, RULES, MONDAY_CLOSE)
    assert late == Decision(False, Reason.OUTSIDE_HOURS, next_at=datetime(2026, 11, 25, 14, tzinfo=UTC))


def test_the_cap_comes_from_the_campaign_file() -> None:
    rules = Rules.from_spec(Spec(caps=Caps(per_number_24h=1)))
    assert decide(ANN, called(2), rules, MONDAY_NOON).next_at == MONDAY_NOON + 22 * HOUR


def test_answers_are_in_utc_whatever_zone_the_question_was_in() -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    rules = replace(RULES, start=(MONDAY_NOON + HOUR).astimezone(there), end=(MONDAY_NOON + 2 * HOUR).astimezone(there))
    waiting = decide(ANN, History(), rules, MONDAY_NOON.astimezone(there))
    allowed = decide(ANN, History(), rules, (MONDAY_NOON + HOUR).astimezone(there))
    assert waiting.next_at is not None
    assert allowed.until is not None
    assert (waiting.next_at.tzinfo, allowed.until.tzinfo) == (UTC, UTC)


def test_a_naive_now_is_refused_rather_than_guessed() -> None:
    with pytest.raises(TypeError):
        decide(ANN, History(), RULES, datetime(2026, 11, 23, 17))


PLACES = st.sampled_from(
    [
        ("America/New_York",),
        ("America/Phoenix",),
        ("America/New_York", "America/Chicago"),
        ("America/Los_Angeles", "Pacific/Honolulu"),
        ("Australia/Lord_Howe",),
        ("Africa/Cairo",),
        ("America/Havana",),
        ("Europe/London", "Europe/Jersey", "Europe/Berlin"),
    ]
)
WINDOW = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
WEEKS = st.lists(st.lists(WINDOW, max_size=3).map(tuple), min_size=7, max_size=7).map(tuple)
MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2027, 4, 30)).map(lambda naive: naive.replace(tzinfo=UTC))


@settings(max_examples=250, deadline=None, derandomize=True)
@given(
    zones=PLACES,
    region=st.sampled_from(["US", "GB"]),
    week=WEEKS,
    now=MOMENTS,
    ages=st.lists(st.timedeltas(timedelta(0), 30 * HOUR), max_size=5),
    start=st.none() | MOMENTS,
    runs=st.none() | st.timedeltas(HOUR, timedelta(days=60)),
)
def test_what_always_holds_of_an_answer(
    zones: tuple[str, ...],
    region: str,
    week: tuple[tuple[tuple[int, int], ...], ...],
    now: datetime,
    ages: list[timedelta],
    start: datetime | None,
    runs: timedelta | None,
) -> None:
    rules = Rules(week=week, start=start, end=(start or now) + runs if runs else None)
    person = Person("+12125550100", region, EITHER, zones, consent=True)
    history = History(calls=tuple(Call(now - age) for age in ages))
    decision = decide(person, history, rules, now)
    assert decision.allowed == (decision.until is not None) == (decision.reason is None)
    if decision.until:
        assert decision.until > now
        assert decide(person, history, rules, max(now, decision.until - SECOND)).allowed
        assert not decide(person, history, rules, decision.until).allowed
    if decision.next_at:
        assert decision.next_at > now
        assert decide(person, history, rules, decision.next_at).allowed
        just_before = decide(person, history, rules, max(now, decision.next_at - timedelta(microseconds=1)))
        assert just_before.next_at == decision.next_at
