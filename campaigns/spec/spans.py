"""Spans of time as people write them: ``"15m"``, ``"2h"``; ``"09:00-20:00"``, a list of such, or ``"closed"``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


Window = tuple[int, int]
"""Minutes after local midnight, half-open: ``(540, 1200)`` is 09:00 up to but not including 20:00."""


def parse_duration(value: object) -> object:
    """Turn ``"90s"``, ``"15m"``, ``"2h"`` or ``"1d"`` into a timedelta; leave what is none of these to pydantic."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", value) if isinstance(value, str) else None
    if match:
        return timedelta(seconds=float(match[1]) * UNITS_S[match[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a duration such as "90s", "15m", "2h" or "1d"')


def parse_windows(value: object) -> object:
    """Turn ``"09:00-20:00"``, a list of such, or ``"closed"`` into windows in minutes after midnight."""
    if value == "closed":
        return ()
    if isinstance(value, tuple):
        return value
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError('write hours such as "09:00-20:00", a list of such, or "closed"')
    return tuple(parse_window(part) for part in parts)


def parse_window(text: object) -> Window:
    """Turn ``"09:00-20:00"`` into ``(540, 1200)``; ``24:00`` is the end of the day."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", text) if isinstance(text, str) else None
    if not match:
        raise ValueError('write hours such as "09:00-20:00"')
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if not 0 <= start < end <= 1440:
        raise ValueError(f'"{text}" is no span of one day: the end comes after the start, at most 24:00')
    return start, end


def parse_times(value: object) -> object:
    """Turn ``"3 in 24h"``, or a list of such, into pairs of how often and in what time."""
    if isinstance(value, tuple):
        return value
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError('write how often in what time, such as "3 in 24h", or a list of such')
    return tuple(_parse_times(part) for part in parts)


def _parse_times(text: object) -> tuple[int, object]:
    match = re.fullmatch(r"\s*([1-9]\d{0,3})\s+in\s+(.+)", text) if isinstance(text, str) else None
    if not match:
        raise ValueError('write how often in what time, such as "3 in 24h"')
    return int(match[1]), parse_duration(match[2])


def write_times(times: tuple[tuple[int, timedelta], ...]) -> list[str]:
    """Pairs of how often and in what time as the campaign file writes them."""
    return [f"{most} in {write_duration(window)}" for most, window in times]


def write_windows(windows: tuple[Window, ...]) -> list[str]:
    """The windows as the campaign file writes them."""
    return [f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for start, end in windows]


def write_duration(duration: timedelta) -> str:
    """The duration in the largest unit that divides it: ``"15m"``, ``"2h"``, ``"1d"``."""
    seconds = duration.total_seconds()
    unit = next(unit for unit in "dhms" if seconds % UNITS_S[unit] == 0 or unit == "s")
    return f"{seconds / UNITS_S[unit]:g}{unit}"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(write_duration)]


Windows = Annotated[tuple[Window, ...], BeforeValidator(parse_windows), PlainSerializer(write_windows)]


Times = Annotated[tuple[tuple[int, timedelta], ...], BeforeValidator(parse_times), PlainSerializer(write_times)]


def describe_moment(moment: datetime) -> str:
    """An instant as a person reads it: ``2026-11-23 09:00 -05:00``."""
    return moment.strftime("%Y-%m-%d %H:%M ") + f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:5]
