"""Spans of time as sorted, disjoint, half-open pairs of integers: how they meet, join, and become UTC seconds.

Minutes of a local day and seconds of the UTC epoch are handled alike; ``Span`` is either.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

Span = tuple[int, int]
Spans = tuple[Span, ...]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
_end = itemgetter(1)


def union(spans: Iterable[Span]) -> Spans:
    """All of them, in order, overlapping and touching ones joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def overlap(left: Spans, right: Spans) -> Spans:
    """Where both are, each being sorted and disjoint."""
    common: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def first_after(spans: Spans, moment: int) -> Span | None:
    """The span that holds ``moment``, else the next one; None when all have ended."""
    at = bisect_right(spans, moment, key=_end)
    return spans[at] if at < len(spans) else None


def seconds_of(moment: datetime) -> int:
    """The whole second, since the epoch, that an aware ``moment`` lies in; exact at every half-open edge."""
    return (moment - EPOCH) // SECOND


def moment_of(seconds: int) -> datetime:
    """The UTC instant that many seconds after the epoch."""
    return EPOCH + timedelta(seconds=seconds)


def to_utc(day: date, minutes: Spans, zone: ZoneInfo) -> Spans:
    """The windows of one local day as UTC seconds; a clock change can shorten a window, never widen it.

    A local time that is skipped or repeated has two readings (PEP 495): a window starts at the later and ends before
    the earlier, so what lies between them is given up.
    """
    spans = ((max(_readings(day, start, zone)), min(_readings(day, end, zone))) for start, end in minutes)
    return tuple((start, end) for start, end in spans if start < end)


def _readings(day: date, minute: int, zone: ZoneInfo) -> tuple[int, int]:
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    return seconds_of(wall.replace(fold=0)), seconds_of(wall.replace(fold=1))
