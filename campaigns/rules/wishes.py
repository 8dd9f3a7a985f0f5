"""What a row of a lead list wishes of its own call: priority, from when, until when, and a time to be called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.rules.moments import MONTH_FIRST, read_moment

FIELDS = ("priority", "not_before", "expires_at", "call_at")
"""Our names of the columns that say so."""

NO_WISH = frozenset({"", "-", "--", "no", "none", "n/a", "na", "null", "any", "any time", "anytime", "asap", "now"})
PRIORITIES = {"urgent": 1, "highest": 1, "high": 2, "hot": 2, "medium": 5, "normal": 5, "warm": 5, "low": 8, "cold": 8,
              "lowest": 9}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wishes:
    """A row's wishes, None where it has none; ``unreadable`` are its columns that hold something nobody could read."""

    priority: int | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    call_at: datetime | None = None
    unreadable: tuple[tuple[str, str], ...] = ()


NOTHING = Wishes()


def read_wishes(cells: Mapping[str, str], zones: Sequence[str], region: str, now: datetime) -> Wishes:
    """Read the cells of the columns FIELDS, as somebody in these zones and this region means them.

    A date without a time begins a lead's life with the day, and ends it with the day.
    """
    said = {field: cell.strip() for field, cell in cells.items() if cell.strip().casefold() not in NO_WISH}
    if not said:
        return NOTHING
    found: dict[str, datetime | None] = {}
    for field in ("not_before", "expires_at", "call_at"):
        if field in said:
            text = f"{said[field]} 23:59" if field == "expires_at" and _is_day(said[field]) else said[field]
            found[field] = read_moment(text, zones, now, month_first=region in MONTH_FIRST)
    priority = read_priority(said["priority"]) if "priority" in said else None
    values = {**found, "priority": priority}
    unreadable = tuple((field, said[field]) for field in FIELDS if field in said and values.get(field) is None)
    return Wishes(priority, found.get("not_before"), found.get("expires_at"), found.get("call_at"), unreadable)


def read_priority(text: str) -> int | None:
    """A priority from 1, called first, to 9; or a word such as "high". None: it is neither."""
    text = text.casefold()
    if match := re.fullmatch(r"p?([1-9])(?:\.0+)?", text):
        return int(match[1])
    return PRIORITIES.get(text)


def _is_day(text: str) -> bool:
    return ":" not in text and re.fullmatch(r"[\d./-]+", text) is not None
