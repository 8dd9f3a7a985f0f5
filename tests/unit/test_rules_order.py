"""Who is called first, and that nobody is passed over for good."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.order import Urgency, level_of, urgency, with_callback

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
"""10:30 in New York, 07:30 in Los Angeles."""
HOUR = timedelta(hours=1)
BEST = ((600, 720),)


def key(
    level: int = 0, left_h: float = 8, waited_h: float = 0, zone: str = "America/Denver", tries: int = 0, id_: int = 1,
    now: datetime = NOW,
) -> Urgency:  # fmt: skip
    return urgency(level, now + left_h * HOUR, now - waited_h * HOUR, zone, BEST, tries, id_, now)


def test_the_order() -> None:
    """Priority, callbacks, windows that close soonest, the best hours, who was tried least, who waits longest."""
    first_to_last = [
        key(level_of(1, callback=True)),
        key(level_of(1, callback=False)),
        key(level_of(5, callback=True), left_h=20),
        key(level_of(5, callback=False), left_h=1, tries=2),
        key(left_h=8, waited_h=3, tries=1),
        key(left_h=6.2, zone="America/New_York", tries=2),
        key(left_h=6.2),
        key(left_h=6.1, tries=1),
        key(waited_h=0.5),
        key(waited_h=0.2, id_=1),
        key(waited_h=0.2, id_=2),
        key(level_of(9, callback=True)),
        key(level_of(9, callback=False), left_h=0.1),
    ]
    shuffled = random.Random(1).sample(first_to_last, len(first_to_last))
    assert sorted(shuffled) == first_to_last


def test_a_level_says_priority_and_callback() -> None:
    levels = [level_of(priority, callback=callback) for priority in range(1, 10) for callback in (True, False)]
    assert levels == sorted(set(levels))
    assert level_of(5, callback=False) == 0
    for level in levels:
        assert with_callback(with_callback(level, callback=True), callback=False) % 2 == 0
        assert with_callback(level, callback=True) + 1 == with_callback(level, callback=False)


@given(
    left=st.tuples(st.floats(0.01, 24), st.floats(0.01, 24)), waited=st.floats(0, 100), later=st.floats(25, 100),
    tries=st.tuples(st.integers(0, 9), st.integers(0, 9)),
)  # fmt: skip
def test_nobody_is_overtaken_by_who_became_due_a_day_and_an_hour_later(
    left: tuple[float, float], waited: float, later: float, tries: tuple[int, int]
) -> None:
    old = key(left_h=left[0], waited_h=waited + later, tries=tries[0], id_=2)
    new = key(left_h=left[1], waited_h=waited, tries=tries[1], id_=1)
    assert old[1] <= new[1]


def test_under_a_stream_of_closing_windows_the_wait_is_bounded() -> None:
    """One call a minute; every minute somebody arrives whose window closes within the hour."""
    waiting = {0: (NOW, NOW + 24 * HOUR)}
    now, minutes = NOW, 0
    while 0 in waiting:
        minutes += 1
        now += HOUR / 60
        waiting[minutes] = (now, now + HOUR)
        first = min(waiting, key=lambda n: urgency(0, waiting[n][1], waiting[n][0], "Asia/Tokyo", (), 0, n, now))
        del waiting[first]
    assert minutes <= 25 * 60
