"""A person's local time: in the first of the zones they could be in, which every report names beside it."""

from __future__ import annotations

from datetime import datetime

from campaigns.rules.zones import zone


def first_zone(zones: str) -> str:
    """The first of a contact's zones, which the ledger keeps joined by commas; empty where there is none."""
    return zones.partition(",")[0]


def local(instant: datetime | None, zones: str) -> datetime | None:
    """The instant on the wall clock of the first zone; None without an instant, or where the zone is unknown."""
    here = zone(first_zone(zones))
    return instant.astimezone(here) if instant and here else None
