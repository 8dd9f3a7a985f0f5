"""Time zones, from the pinned ``tzdata`` wheel and never from the host (DESIGN §5.9).

Host data was measured an hour off for Vancouver, Winnipeg and others, so importing this module turns the host's search
path off for the whole process.
"""

from __future__ import annotations

import struct
import zoneinfo
from datetime import UTC, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from campaigns.errors import ZonesMissing

zoneinfo.reset_tzpath(to=[])
ZoneInfo.clear_cache()


@lru_cache(maxsize=4096)
def zone(name: str) -> ZoneInfo | None:
    """The zone of this IANA name; None where the name is none, or names no place ("Factory").

    Raises ZonesMissing where its file cannot be read: the wheel is just being replaced, maybe. Then nobody may be
    called who is there, and nobody may be excluded for it.
    """
    if name not in _names() or name == "Factory":
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, struct.error, zoneinfo.ZoneInfoNotFoundError) as error:
        raise ZonesMissing(f"the time zone {name} cannot be read: install the package tzdata again") from error


def all_known(names: tuple[str, ...]) -> bool:
    """Whether at least one zone is named and every name is a zone: one unknown candidate could be anywhere."""
    return bool(names) and all(zone(name) is not None for name in names)


def first_zone(names: tuple[str, ...]) -> tzinfo:
    """The clock to tell somebody's time by: the first candidate's, or UTC."""
    return (zone(names[0]) if names else None) or UTC


@cache
def _names() -> frozenset[str]:
    names = frozenset(zoneinfo.available_timezones())
    if not names:
        raise ZonesMissing
    return names
