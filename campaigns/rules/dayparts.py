"""The parts of a person's day, and the next try in another one than the last.

Who did not answer at noon does not answer at noon tomorrow, so a miss is followed by another part of the day (LeadDesk
and Genesys avoid the hour of the last miss in the same way). The part is that of the person's own clock; where they
could be in several zones, the wish holds in each.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.rules.facts import Place
from campaigns.rules.openings import next_opening
from campaigns.rules.rules import Rules
from campaigns.rules.zones import zone
from campaigns.spec import DayPart, PartWish

STARTS: tuple[tuple[int, DayPart], ...] = ((0, "morning"), (11, "midday"), (14, "afternoon"), (17, "evening"))
"""The local hour at which each part begins; the evening ends at midnight."""

WITHIN = timedelta(days=1)
"""How long after the first allowed instant another part is waited for: each comes round once."""


def part_of(hour: int) -> DayPart:
    """The part of the day that a local hour lies in."""
    return next(part for start, part in reversed(STARTS) if start <= hour)


def next_try(
    place: Place, rules: Rules, earliest: datetime, wish: PartWish, last: datetime, before: datetime | None = None
) -> datetime:
    """The first instant from ``earliest`` on at which people of this place may be called in the wished part of the day.

    ``last`` is when they were called last. Where that part does not open within a day of the first allowed instant, or
    not ``before`` the lead expires or the campaign ends, it is that first instant; and ``earliest`` where they may
    never be called, as the feeder will find.
    """
    first = _open_from(place, rules, max(earliest, rules.start or earliest))
    if wish == "any" or first is None:
        return earliest
    limit = min(bound for bound in (first + WITHIN, rules.end, before) if bound)
    clocks = [here for name in place.zones if (here := zone(name))]
    at: datetime | None = first
    while at is not None and at < limit:
        unwished = [_part_ends(at, here) for here in clocks if not _fits(at, here, wish, last)]
        if not unwished:
            return at
        at = _open_from(place, rules, max(unwished))
    return first


def _open_from(place: Place, rules: Rules, earliest: datetime) -> datetime | None:
    opening = next_opening(place, rules, earliest)
    return max(earliest, opening[0]).astimezone(UTC) if opening else None


def _fits(at: datetime, here: ZoneInfo, wish: PartWish, last: datetime) -> bool:
    part = part_of(at.astimezone(here).hour)
    return part != part_of(last.astimezone(here).hour) if wish == "other" else part == wish


def _part_ends(at: datetime, here: ZoneInfo) -> datetime:
    """When the part of the day that ``at`` lies in is over; of two readings of a repeated hour the later."""
    local = at.astimezone(here)
    hour = next((start for start, _ in STARTS if start > local.hour), 24)
    wall = datetime.combine(local.date(), time(), here) + timedelta(hours=hour)
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
