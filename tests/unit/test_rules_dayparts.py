"""The next try in another part of the person's day, against stepping through the minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from campaigns.rules.dayparts import WITHIN, next_try, part_of
from campaigns.rules.decide import decide
from campaigns.rules.facts import History, Person
from campaigns.rules.retry import Step, timed
from campaigns.rules.rules import Rules
from campaigns.spec import PartWish, Spec
from campaigns.vocabulary import ContactState, PhoneType, Reason

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rules(hours: str = "09:00-20:00", **values: Any) -> Rules:
    return Rules.from_spec(Spec.model_validate({"hours": dict.fromkeys(DAYS, hours)} | values))


def person(*zones: str) -> Person:
    return Person("+12125550101", "US", (PhoneType.MOBILE,), zones or (NEW_YORK,), consent=True)


def local(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_the_day_has_four_parts() -> None:
    parts = [part_of(hour) for hour in range(24)]
    assert parts == ["morning"] * 11 + ["midday"] * 3 + ["afternoon"] * 3 + ["evening"] * 7


@pytest.mark.parametrize(
    ("last", "wait_h", "wish", "then"),
    [
        ("2026-11-23 09:30", 0, "other", "2026-11-23 11:00"),
        ("2026-11-23 09:30", 2, "other", "2026-11-23 11:30"),
        ("2026-11-23 12:00", 24, "other", "2026-11-24 14:00"),
        ("2026-11-23 16:30", 24, "other", "2026-11-24 17:00"),
        ("2026-11-23 19:00", 24, "other", "2026-11-25 09:00"),
        ("2026-11-23 19:00", 2, "other", "2026-11-24 09:00"),
        ("2026-11-23 09:30", 2, "evening", "2026-11-23 17:00"),
        ("2026-11-23 18:00", 2, "morning", "2026-11-24 09:00"),
        ("2026-11-23 12:00", 24, "any", "2026-11-24 12:00"),
        ("2026-11-23 19:00", 3, "any", "2026-11-23 22:00"),
    ],
)
def test_the_next_try_is_in_the_wished_part_of_the_day(last: str, wait_h: int, wish: PartWish, then: str) -> None:
    """ "any" leaves the instant as it is: the feeder knows about hours, too."""
    at = local(last)
    assert next_try(person().place, rules(), at + wait_h * HOUR, wish, at) == local(then)


def test_the_wish_holds_on_every_clock_the_person_could_have() -> None:
    """At 12:00 in New York it is 09:00 in Los Angeles: only from 14:00 and 11:00 on both have another part."""
    last, both = local("2026-11-23 12:00"), person(NEW_YORK, LOS_ANGELES)
    assert next_try(both.place, rules(), last + HOUR, "other", last) == local("2026-11-23 14:00")
    # 14:00 and 11:00 last; midday is over in Los Angeles at 14:00, where New York's evening begins
    last = local("2026-11-23 14:00")
    assert next_try(both.place, rules(), last + HOUR, "other", last) == local("2026-11-23 17:00")


def test_where_no_other_part_is_open_it_is_the_first_opening() -> None:
    last = local("2026-11-23 17:30")
    evenings = rules("17:00-20:00")
    assert next_try(person().place, evenings, last + 24 * HOUR, "other", last) == last + 24 * HOUR
    assert next_try(person().place, evenings, last + 4 * HOUR, "other", last) == local("2026-11-24 17:00")


def test_where_the_other_part_comes_too_late_it_is_the_first_opening() -> None:
    last = local("2026-11-23 09:30")
    early, end = last + HOUR, local("2026-11-23 10:55")
    assert next_try(person().place, rules(), early, "other", last, before=end) == early
    assert next_try(person().place, rules(end=end), early, "other", last) == early


def test_before_the_campaign_starts_nothing_opens() -> None:
    last = local("2026-11-23 09:30")
    begins = rules(start=local("2026-11-25 13:00"))
    assert next_try(person().place, begins, last + HOUR, "other", last) == local("2026-11-25 13:00")


def test_nowhere_known_is_left_to_the_feeder() -> None:
    last = local("2026-11-23 09:30")
    assert next_try(person("Mars/Olympus").place, rules(), last + HOUR, "other", last) == last + HOUR


def test_a_try_after_the_leads_own_end_is_none() -> None:
    last = local("2026-11-23 09:30")
    step = Step(ContactState.READY, Reason.RETRY_WAIT, last + 24 * HOUR, 0, "other")
    assert timed(step, person().place, rules(), last, last + 48 * HOUR).state is ContactState.READY
    over = timed(step, person().place, rules(), last, last + 20 * HOUR)
    assert (over.state, over.reason, over.next_at) == (ContactState.EXPIRED, Reason.LEAD_EXPIRED, None)


HOURS = st.sampled_from(["08:00-21:00", "09:00-20:00", "10:00-12:30", "13:00-18:00", "17:00-21:00", "08:30-10:30"])
ZONES = st.lists(
    st.sampled_from([NEW_YORK, LOS_ANGELES, "America/Chicago", "Pacific/Honolulu", "America/Anchorage"]),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
STARTS = st.datetimes(datetime(2026, 10, 28), datetime(2026, 11, 8), timezones=st.just(UTC))


@settings(deadline=None, max_examples=150)
@given(hours=HOURS, zones=ZONES, last=STARTS, wait_h=st.integers(0, 48),
       wish=st.sampled_from(["other", "morning", "midday", "afternoon", "evening"]))  # fmt: skip
def test_the_next_try_is_lawful_and_in_the_wished_part_wherever_that_opens_in_time(
    hours: str, zones: list[str], last: datetime, wait_h: int, wish: PartWish
) -> None:
    """Never outside hours, never too early; and where it misses the part, no minute within a day was in it."""
    someone, kept, earliest = person(*zones), rules(hours), last.replace(second=0, microsecond=0) + wait_h * HOUR
    then = next_try(someone.place, kept, earliest, wish, last)

    def may(at: datetime) -> bool:
        return decide(someone, History(), kept, at).allowed

    def fits(at: datetime) -> bool:
        parts = [(part_of(at.astimezone(ZoneInfo(z)).hour), part_of(last.astimezone(ZoneInfo(z)).hour)) for z in zones]
        return all(part != was if wish == "other" else part == wish for part, was in parts)

    assume(may(earliest) or decide(someone, History(), kept, earliest).next_at is not None)
    assert then >= earliest
    assert may(then)
    first = next(at for n in range(10 * 1440) if may(at := earliest + n * MINUTE))
    minutes = (first + n * MINUTE for n in range(WITHIN // MINUTE))
    assert then == next((at for at in minutes if fits(at) and may(at)), first)
