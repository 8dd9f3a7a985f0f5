"""Instants and lengths as a platform may write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MILLISECONDS_FROM = 1e11
"""An epoch above this is in milliseconds: in seconds it would be past the year 5000."""


def read_instant(value: Any, zone: tzinfo) -> datetime | None:
    """The instant in UTC, or None where the value names none between 2000 and 2100.

    Read are epochs in seconds or milliseconds (numbers or digits), ISO 8601 and RFC 2822; a time without a zone is in
    ``zone``, a date without a time is no instant.
    """
    try:
        instant = _read(value, zone)
    except (ValueError, OverflowError, OSError):
        return None
    return instant if instant is not None and EARLIEST <= instant < LATEST else None


def _read(value: Any, zone: tzinfo) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        return _read_text(value.strip(), zone)
    epoch = float(value)
    return datetime.fromtimestamp(epoch / 1000 if epoch > MILLISECONDS_FROM else epoch, UTC)


def _read_text(text: str, zone: tzinfo) -> datetime | None:
    if re.match(r"\d{4}", text):
        if not text[-1].isdigit() or " " in text:
            text = re.sub(r"\s*(UTC|GMT)$", "+00:00", re.sub(r"\s+(?=[+-]\d)", "", text))
        instant = datetime.fromisoformat(text) if len(text) > len("2026-11-21") else None
    else:
        instant = parsedate_to_datetime(text)
    if instant is None:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def read_duration_s(value: Any) -> float | None:
    """Seconds: a number, its digits, or ``mm:ss`` or ``hh:mm:ss``."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not re.fullmatch(r"\d{1,6}(:\d{2}){0,2}(\.\d+)?", str(value).strip()):
        return None
    seconds = 0.0
    for part in str(value).strip().split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
