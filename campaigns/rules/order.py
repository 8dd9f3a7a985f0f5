"""Who of those that may be called now is called first, and how priority and callbacks become one number.

The ledger walks an index by level, so a level must say both: a callback stands above all of its own priority, and
below every higher one. Within what was looked at, those go first whose window closes soonest; each hour somebody has
waited counts as an hour less of their window, so nobody is overtaken by who became due a day later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from campaigns.rules.zones import zone
from campaigns.spec import Window

USUAL_PRIORITY = 5
HOUR = timedelta(hours=1)
Urgency = tuple[int, int, int, int, datetime, int]


def level_of(priority: int, *, callback: bool) -> int:
    """The level of a priority from 1 to 9; the lowest level is called first."""
    return 2 * (priority - USUAL_PRIORITY) - callback


def with_callback(level: int, *, callback: bool) -> int:
    """The level of the same priority for somebody who asked to be called, or did not."""
    return level + level % 2 - callback


def urgency(
    level: int, until: datetime, due: datetime, zones: str, best: tuple[Window, ...], tries: int, id_: int,
    now: datetime,
) -> Urgency:  # fmt: skip
    """Sorts those who may be called now; ``until`` is when their window closes, ``due`` since when they are,
    ``zones`` where they could be, joined by commas.

    Equally urgent within an hour, those come first for whom it is one of the ``best`` hours; then who was tried least,
    who is due longest, and who was loaded first.
    """
    hours_left = (until - now - (now - due)) // HOUR
    return (level, hours_left, not _is_best(zones, best, now), tries, due, id_)


@lru_cache(1024)
def _is_best(zones: str, best: tuple[Window, ...], now: datetime) -> bool:
    """Whether it is one of these hours wherever the person could be."""
    walls = [now.astimezone(here) for name in zones.split(",") if (here := zone(name))]
    minutes = [wall.hour * 60 + wall.minute for wall in walls]
    return bool(minutes) and all(any(start <= minute < end for start, end in best) for minute in minutes)
