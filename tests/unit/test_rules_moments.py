"""A time to call as people write and say it, in the person's own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.rules.moments import read_moment

NEW_YORK = ("America/New_York",)
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday noon in New York."""


def there(
    text: str, *, month_first: bool = True, zones: tuple[str, ...] = NEW_YORK, now: datetime = NOON
) -> str | None:
    at = read_moment(text, zones, now, month_first=month_first)
    return at.astimezone(ZoneInfo(zones[0])).strftime("%a %Y-%m-%d %H:%M") if at else None


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("2026-11-24T14:30", "Tue 2026-11-24 14:30"),
        ("2026-11-24 14:30:00", "Tue 2026-11-24 14:30"),
        ("2026-11-24T14:30:00.000", "Tue 2026-11-24 14:30"),
        ("2026-11-24T14:30:00-08:00", "Tue 2026-11-24 17:30"),
        ("2026-11-24T14:30:00Z", "Tue 2026-11-24 09:30"),
        ("2026-11-24 14:30 UTC", "Tue 2026-11-24 09:30"),
        ("2026-11-24", "Tue 2026-11-24 00:00"),
        ("2026/11/24 2pm", "Tue 2026-11-24 14:00"),
        ("11/24/2026 2:30 PM", "Tue 2026-11-24 14:30"),
        ("24/11/2026 14:30", "Tue 2026-11-24 14:30"),
        ("24.11.2026 14:30", "Tue 2026-11-24 14:30"),
        ("1.12.26 9:00", "Tue 2026-12-01 09:00"),
        ("Nov 24 2:30pm", "Tue 2026-11-24 14:30"),
        ("24 Nov 2026 14:30", "Tue 2026-11-24 14:30"),
        ("November 24th, 2026 at 2:30 p.m.", "Tue 2026-11-24 14:30"),
        ("Jan 5 10:00", "Tue 2027-01-05 10:00"),
        ("today 4pm", "Mon 2026-11-23 16:00"),
        ("tomorrow", "Tue 2026-11-24 00:00"),
        ("tomorrow 10:00", "Tue 2026-11-24 10:00"),
        ("Call me back tomorrow at 3 o'clock, please", "Tue 2026-11-24 15:00"),
        ("tomorrow at 3", "Tue 2026-11-24 15:00"),
        ("tomorrow at 8", "Tue 2026-11-24 08:00"),
        ("tomorrow morning", "Tue 2026-11-24 09:00"),
        ("tomorrow at 10 in the morning", "Tue 2026-11-24 10:00"),
        ("3 in the afternoon", "Mon 2026-11-23 15:00"),
        ("tomorrow evening at 6", "Tue 2026-11-24 18:00"),
        ("tonight at 8", "Mon 2026-11-23 20:00"),
        ("this evening", "Mon 2026-11-23 17:00"),
        ("noon", "Tue 2026-11-24 12:00"),
        ("mon 14:30", "Mon 2026-11-23 14:30"),
        ("mon 10:00", "Mon 2026-11-30 10:00"),
        ("monday", "Mon 2026-11-30 00:00"),
        ("next monday 9am", "Mon 2026-11-30 09:00"),
        ("Friday at noon", "Fri 2026-11-27 12:00"),
        ("wed. 9.30am", "Wed 2026-11-25 09:30"),
        ("14:30", "Mon 2026-11-23 14:30"),
        ("9:00", "Tue 2026-11-24 09:00"),
        ("after 5pm", "Mon 2026-11-23 17:00"),
        ("12 am", "Tue 2026-11-24 00:00"),
        ("12pm tomorrow", "Tue 2026-11-24 12:00"),
        ("in 2 hours", "Mon 2026-11-23 14:00"),
        ("in an hour", "Mon 2026-11-23 13:00"),
        ("in 30 minutes", "Mon 2026-11-23 12:30"),
        ("in 3 days at 10:00", "Thu 2026-11-26 10:00"),
        ("in 2 weeks", "Mon 2026-12-07 12:00"),
    ],
)
def test_what_people_write_and_say(text: str, then: str) -> None:
    assert there(text) == then
    assert there(text.upper()) == then


@pytest.mark.parametrize(
    "text",
    ["", "soon", "maybe tomorrow", "before 5pm", "yesterday", "next week", "2026-06-31", "25:00", "13pm", "10-11",
     "Nov 2026", "1764000000", "2pm or 3pm", "tomorrow tomorrow", "in some hours", "in 2 hours at 10:00",
     "in 999 lightyears", "Feb 30", "0001-01-01T00:00+05:00", "+1 212 555 0100", "9" * 400],
)  # fmt: skip
def test_what_is_not_understood_to_the_last_word_is_no_time(text: str) -> None:
    assert there(text) is None


def test_a_numeric_date_is_read_as_it_is_written_there() -> None:
    assert there("3/4/2027 9am") == "Thu 2027-03-04 09:00"
    assert there("3/4/2027 9am", month_first=False) == "Sat 2027-04-03 09:00"
    assert there("3.4.2027 9:00") == "Sat 2027-04-03 09:00"


def test_with_several_clocks_it_is_the_latest_reading() -> None:
    both = ("America/New_York", "America/Los_Angeles")
    assert there("tomorrow 10:00", zones=both) == "Tue 2026-11-24 13:00"
    assert read_moment("tomorrow 10:00", (), NOON, month_first=True) is None
    assert read_moment("2026-11-24T10:00Z", (), NOON, month_first=True) == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_a_local_time_that_comes_twice_or_never_is_not_too_early() -> None:
    before = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert read_moment("tomorrow 1:30", NEW_YORK, before, month_first=True) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    spring = datetime(2027, 3, 13, 12, tzinfo=UTC)
    night = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    assert read_moment("in 2 hours", NEW_YORK, night, month_first=True) == night + timedelta(hours=2)
    assert read_moment("tomorrow 2:30", NEW_YORK, spring, month_first=True) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


@settings(deadline=None)
@given(at=st.datetimes(datetime(2026, 11, 24), datetime(2027, 11, 1)),
       zone=st.sampled_from(["America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe"]))  # fmt: skip
def test_a_written_local_time_is_read_back(at: datetime, zone: str) -> None:
    at = at.replace(second=0, microsecond=0)
    read = read_moment(at.strftime("%Y-%m-%d %H:%M"), (zone,), NOON, month_first=True)
    assert read is not None
    wall = read.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert timedelta(0) <= wall - at <= timedelta(hours=1)  # an hour later only where the clock skips the time


@settings(deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"(in |next |at )?[0-9]{1,4}([:/. -][0-9]{1,4}){0,3} ?(am|pm|mon|may)?"))
def test_any_text_is_read_or_not_but_breaks_nothing(text: str) -> None:
    at = read_moment(text, NEW_YORK, NOON, month_first=True)
    assert at is None or at.tzinfo is not None
