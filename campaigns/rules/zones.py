"""Time zones, from the pinned ``tzdata`` wheel and never from the host (DESIGN §5.9).

Host data was measured an hour off for Vancouver, Winnipeg and others, so importing this module turns the host's search
path off for the whole process.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

zoneinfo.reset_tzpath(to=[])
ZoneInfo.clear_cache()


@lru_cache(maxsize=4096)
def zone(name: str) -> ZoneInfo | None:
    """The zone of this IANA name; None where the name is none, or names no place ("Factory")."""
    return ZoneInfo(name) if name in _names() and name != "Factory" else None


def all_known(names: tuple[str, ...]) -> bool:
    """Whether at least one zone is named and every name is a zone: one unknown candidate could be anywhere."""
    return bool(names) and all(zone(name) is not None for name in names)


def first_zone(names: tuple[str, ...]) -> tzinfo:
    """The clock to tell somebody's time by: the first candidate's, or UTC."""
    return (zone(names[0]) if names else None) or UTC


@cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
