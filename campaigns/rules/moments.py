"""A time to call as people write and say it: ``2026-11-24T14:30``, ``11/24/2026 2:30 PM``, ``tomorrow at 3``.

What is not understood to the last word is no time: a callback at a guessed one is worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.rules.zones import zone

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
FILLING = frozenset(
    {"at", "on", "the", "around", "about", "after", "from", "of", "this", "call", "me", "back", "please"}
)
"""Words that change nothing: who may be called from three on may be called at three."""
HOURS = {"morning": 9, "noon": 12, "midday": 12, "lunchtime": 12, "afternoon": 14, "evening": 17, "tonight": 18}
DAY = timedelta(days=1)
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": DAY, "week": 7 * DAY}
SHORT = {"min": "minute", "m": "minute", "hr": "hour", "h": "hour", "d": "day", "w": "week", "a": "1", "an": "1"}
MONTH_FIRST = frozenset({"US", "CA", "PH"})
"""Where 3/4/2026 is the fourth of March."""
EARLIEST_BARE_HOUR = 8
"""An hour below this without "am" is meant after noon: nobody asks to be called at three in the night."""

SECONDS = r"(?::\d{2}(?:\.\d+)?)?"
CLOCK = re.compile(
    rf"\b(\d{{1,2}})(?:[:.h](\d{{2}}){SECONDS})?\s*([ap])\.?m\b\.?|\b(\d{{1,2}})[:h](\d{{2}}){SECONDS}(?![\d:])"
)
ISO_DAY = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
OTHER_DAY = re.compile(r"\b(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\b")
SPAN = re.compile(r"\bin\s+(\d{1,3}|an?)\s*([a-z]+?)s?\b")


def read_moment(text: str, zones: Iterable[str], now: datetime, *, month_first: bool) -> datetime | None:
    """The UTC instant that ``text`` means to somebody whose clock is one of ``zones``; None where it cannot be read.

    With several clocks it is the latest reading, so that it is never earlier than asked. A time without a day is the
    next such time, a day without a time begins when the day does. ``month_first`` says how 3/4/2026 is written there.
    """
    text = re.sub(r"(?<=\d)T(?=\d\d:)", " ", text.strip()).casefold().replace("o'clock", "").replace(",", " ")
    if absolute := _with_offset(text):
        return absolute
    readings = [_read(text, now.astimezone(here), here, month_first) for name in zones if (here := zone(name))]
    return max((at for at in readings if at is not None), default=None) if None not in readings else None


def _with_offset(text: str) -> datetime | None:
    """An ISO instant that names its own offset."""
    try:
        at = datetime.fromisoformat(text.upper().replace(" UTC", "Z"))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _read(text: str, now: datetime, here: ZoneInfo, month_first: bool) -> datetime | None:
    if span := SPAN.search(text):
        unit = UNITS.get(SHORT.get(span[2], span[2]))
        rest = _words(text.replace(span[0], " "))
        count = int(SHORT.get(span[1], span[1]))
        if unit is None or (rest and unit < DAY):
            return None
        if not rest:
            begin = now.astimezone(UTC) if unit < DAY else now  # hours pass on no clock, days on the person's
            return (begin + count * unit).astimezone(UTC)
        text = text.replace(span[0], f" {(now.date() + count * unit).isoformat()} ")
    try:
        return _on_the_clock(text, now, here, month_first)
    except (ValueError, OverflowError):  # the 31st of June, or 25:00
        return None


def _on_the_clock(text: str, now: datetime, here: ZoneInfo, month_first: bool) -> datetime | None:
    day, text = _numeric_day(text, month_first)
    hour, text = _clock(text)
    words = _words(text)
    if day is None:
        day, words = _named_day(words, now.date())
    hour, words = _spoken_hour(hour, words)
    if words or (day is None and hour is None):
        return None
    at = _instant(day or now.date(), hour or time(), here)
    if at <= now and (day is None or (day == now.date() and _is_weekday(text))):
        at = _instant((day or now.date()) + timedelta(days=7 if day else 1), hour or time(), here)
    return at.astimezone(UTC)


def _numeric_day(text: str, month_first: bool) -> tuple[date | None, str]:
    if iso := ISO_DAY.search(text):
        return date(int(iso[1]), int(iso[2]), int(iso[3])), text.replace(iso[0], " ", 1)
    if other := OTHER_DAY.search(text):
        first, second, year = int(other[1]), int(other[3]), int(other[4])
        swap = first > 12 or (not month_first and second <= 12) or (other[2] == "." and second <= 12)
        month, day = (second, first) if swap else (first, second)
        return date(year + 2000 if year < 100 else year, month, day), text.replace(other[0], " ", 1)
    return None, text


def _clock(text: str) -> tuple[time | None, str]:
    found = CLOCK.search(text)
    if not found:
        return None, text
    rest = text.replace(found[0], " ", 1)
    if found[3]:
        hour = int(found[1])
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        return time(hour % 12 + (12 if found[3] == "p" else 0), int(found[2] or 0)), rest
    return time(int(found[4]), int(found[5])), rest


def _words(text: str) -> list[str]:
    words = re.findall(r"[^\s]+", text)
    return [word for word in words if word not in FILLING]


def _is_weekday(text: str) -> bool:
    return any(_weekday(word) is not None for word in _words(text))


def _weekday(word: str) -> int | None:
    return next((n for n, name in enumerate(WEEKDAYS) if len(word) >= 3 and name.startswith(word.rstrip("."))), None)


def _month(word: str) -> int | None:
    return next((n for n, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.startswith(word.rstrip("."))), None)


def _named_day(words: list[str], today: date) -> tuple[date | None, list[str]]:
    """Today, a weekday, or a day and a month; and the words that are left."""
    for at, word in enumerate(words):
        rest = words[:at] + words[at + 1 :]
        if word in ("today", "tonight"):
            return today, rest if word == "today" else words
        if word == "tomorrow":
            return today + timedelta(days=1), rest
        if (weekday := _weekday(word)) is not None:
            ahead = (weekday - today.weekday()) % 7
            if "next" in rest:
                return today + timedelta(days=ahead or 7), [other for other in rest if other != "next"]
            return today + timedelta(days=ahead), rest
        if (month := _month(word)) is not None:
            return _day_of_month(month, rest, today)
    return None, words


def _day_of_month(month: int, words: list[str], today: date) -> tuple[date | None, list[str]]:
    numbers = [re.sub(r"(?<=\d)(st|nd|rd|th)$", "", word) for word in words]
    day = next((at for at, word in enumerate(numbers) if word.isdecimal() and len(word) <= 2), None)
    if day is None:
        return None, words
    year = next((at for at, word in enumerate(numbers) if re.fullmatch("20[0-9]{2}", word)), None)
    left = [word for at, word in enumerate(words) if at not in (day, year)]
    if year is not None:
        return date(int(numbers[year]), month, int(numbers[day])), left
    this_year = date(today.year, month, int(numbers[day]))
    return this_year if this_year >= today else this_year.replace(year=today.year + 1), left


def _spoken_hour(hour: time | None, words: list[str]) -> tuple[time | None, list[str]]:
    """The hour that a bare number or a word such as "afternoon" names, and the words that are left."""
    named = next((word for word in words if word in HOURS), None)
    left = [word for word in words if word != named and (named is None or word != "in")]
    bare = next((word for word in left if word.isdecimal() and len(word) <= 2), None) if hour is None else None
    if bare is not None:
        left.remove(bare)
        at_night = 1 <= int(bare) < EARLIEST_BARE_HOUR and named != "morning"
        hour = time(int(bare) + 12 if at_night else int(bare))
    if named is None:
        return hour, left
    if hour is None:
        return time(HOURS[named]), left
    return (hour.replace(hour=hour.hour + 12) if hour.hour < 12 <= HOURS[named] <= hour.hour + 12 else hour), left


def _instant(day: date, hour: time, here: ZoneInfo) -> datetime:
    """The instant of a local time; of two readings the later, so that it is not too early."""
    wall = datetime.combine(day, hour, here)
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
