"""Somebody asked to be called at a time; a list's row has wishes of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.rules.callbacks import asked_for, callback_check, callback_step, told
from campaigns.rules.decide import decide
from campaigns.rules.facts import Decision, History, Person
from campaigns.rules.lifetime import Lifetime
from campaigns.rules.rules import Rules
from campaigns.rules.spacing import Spacing
from campaigns.rules.wishes import NOTHING, Wishes, read_priority, read_wishes
from campaigns.spec import Spec
from campaigns.vocabulary import ContactState, PhoneType, Reason

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN = Person("+12125550101", "US", (PhoneType.MOBILE,), ("America/New_York",), "NY", consent=True)
RULES = Rules.from_spec(Spec())


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "then", "reason"),
    [
        ("2026-11-24 14:30", "2026-11-24 14:30", Reason.CALLBACK),
        ("2026-11-23 23:00", "2026-11-24 09:00", Reason.CALLBACK_WAITS),
        ("2026-11-29 12:00", "2026-11-30 09:00", Reason.CALLBACK_WAITS),
        ("2026-11-24 00:00", "2026-11-24 09:00", Reason.CALLBACK_WAITS),
        ("2026-11-20 10:00", "2026-11-23 12:00", Reason.CALLBACK),
    ],
)
def test_a_callback_is_at_its_time_or_at_the_next_opening(asked: str, then: str, reason: Reason) -> None:
    """It is Monday noon; a time that has passed is now, a Sunday or 23:00 waits and says so."""
    step = callback_step(local(asked), ANN.place, RULES, NOON, 1)
    assert (step.state, step.reason, step.next_at, step.position) == (ContactState.READY, reason, local(then), 1)
    assert step.callback_at == local(asked)
    (check,) = callback_check(step.callback_at, step.next_at, NOON, ANN.zones)
    assert ("waits for the next opening" in check.facts) == (reason is Reason.CALLBACK_WAITS)


def test_a_campaign_that_begins_later_calls_back_when_it_begins() -> None:
    later = Rules.from_spec(Spec(start=local("2026-11-26 10:00")))
    step = callback_step(local("2026-11-24 14:30"), ANN.place, later, NOON, 0)
    assert (step.next_at, step.reason) == (local("2026-11-26 10:00"), Reason.CALLBACK_WAITS)


@settings(deadline=None)
@given(asked=st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 1), timezones=st.just(UTC)))
def test_a_callback_is_never_earlier_than_asked_and_never_outside_hours(asked: datetime) -> None:
    step = callback_step(asked, ANN.place, RULES, NOON, 0)
    assert step.next_at is not None
    assert step.next_at >= max(asked, NOON)
    assert decide(ANN, History(), RULES, step.next_at).allowed
    if decide(ANN, History(), RULES, max(asked, NOON)).allowed:
        assert step.next_at == max(asked, NOON)


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("tomorrow at 3", "2026-11-24 15:00"),
        ("in an hour", "2026-11-23 13:00"),
        ("2024-11-24 10:00", None),
        ("2029-11-24 10:00", None),
        ("when the cows come home", None),
    ],
)
def test_a_time_said_in_a_call_is_ahead_and_not_years_away(text: str, then: str | None) -> None:
    assert asked_for(text, ANN.place, NOON) == (local(then) if then else None)


def test_who_asked_for_a_callback_is_told_that_it_waits() -> None:
    closed = Decision(False, Reason.LAW_HOURS, next_at=NOON)
    assert told(closed, called_back=True).reason is Reason.CALLBACK_WAITS
    assert told(closed, called_back=False) == closed
    barred = Decision(False, Reason.DNC_GLOBAL)
    assert told(barred, called_back=True) == barred


LATER, PAST = NOON + 3 * HOUR, NOON - HOUR
YES, OVER = Decision(True, until=NOON + 8 * HOUR), Decision(False, Reason.LEAD_EXPIRED)
CLOSED = Decision(False, Reason.OUTSIDE_HOURS, next_at=LATER)


@pytest.mark.parametrize(
    ("life", "decision", "then"),
    [
        (Lifetime(), YES, YES),
        (Lifetime(PAST, None), YES, YES),
        (Lifetime(LATER, None), YES, Decision(False, Reason.NOT_YET, next_at=LATER)),
        (Lifetime(LATER, None), Decision(False, Reason.DNC_GLOBAL), Decision(False, Reason.DNC_GLOBAL)),
        (Lifetime(None, LATER), YES, Decision(True, until=LATER)),
        (Lifetime(None, NOON + 9 * HOUR), YES, YES),
        (Lifetime(None, NOON), YES, OVER),
        (Lifetime(None, PAST), CLOSED, OVER),
        (Lifetime(None, LATER), CLOSED, OVER),
        (Lifetime(LATER, LATER), YES, OVER),
    ],
)  # fmt: skip
def test_a_leads_own_bounds(life: Lifetime, decision: Decision, then: Decision) -> None:
    assert life.bound(decision, NOON) == then


def test_time_between_two_calls() -> None:
    def kept(ago: timedelta | None) -> Decision:
        return Spacing(None if ago is None else NOON - ago, HOUR, Reason.NUMBER_BUSY).kept(YES, NOON)

    assert kept(None) == kept(HOUR) == YES
    assert kept(HOUR / 2) == Decision(False, Reason.NUMBER_BUSY, next_at=NOON + HOUR / 2)
    no = Decision(False, Reason.DNC_GLOBAL)
    assert Spacing(NOON, HOUR, Reason.NUMBER_BUSY).kept(no, NOON) == no


def wishes(**cells: str) -> Wishes:
    return read_wishes(cells, ANN.zones, ANN.region, NOON)


def test_a_rows_wishes() -> None:
    asked = wishes(priority="High", not_before="11/24/2026", expires_at="2026-12-18", call_at="tomorrow 10:00")
    assert asked == Wishes(2, local("2026-11-24 00:00"), local("2026-12-18 23:59"), local("2026-11-24 10:00"))
    assert wishes(priority=" ", call_at="n/a", expires_at="", not_before="ASAP") == NOTHING
    assert wishes(call_at="2026-11-02 10:00").call_at == local("2026-11-02 10:00")


def test_what_a_row_says_that_nobody_can_read_is_kept() -> None:
    unread = (("priority", "-7"), ("not_before", "spring"), ("call_at", "after the holidays"))
    assert wishes(priority="-7", not_before="spring", call_at="after the holidays") == Wishes(unreadable=unread)


@pytest.mark.parametrize(
    ("text", "priority"),
    [("1", 1), ("9", 9), ("3.0", 3), ("P2", 2), ("urgent", 1), ("Medium", 5), ("low", 8),
     ("0", None), ("10", None), ("x", None)],
)  # fmt: skip
def test_priorities(text: str, priority: int | None) -> None:
    assert read_priority(text) == priority


def test_the_day_a_lead_expires_is_its_last() -> None:
    at = wishes(expires_at=str(date(2026, 12, 18))).expires_at
    assert at is not None
    assert at.astimezone(ZoneInfo("America/New_York")).date() == date(2026, 12, 18)
