"""``[platform]``: how the platform is read."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from campaigns.spec.part import Part
from campaigns.vocabulary import Result


class Fields(Part):
    """The platform's names for what a call record says, where they differ from those we know; and its naive zone."""

    id: str | None = None
    number: str | None = None
    time: str | None = None
    status: str | None = None
    answered_by: str | None = None
    duration: str | None = None
    cost: str | None = None
    ref: str | None = None
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f'"{zone}" is no time zone; write one such as "America/New_York"') from None
        return zone


class Platform(Part):
    """The platform, and how its undocumented words are read: raw word → our result or "live"; error text → meaning."""

    name: str = Field(default="callfluent", pattern=r"^[a-z0-9][a-z0-9_-]*$")
    words: dict[str, Result | Literal["live"]] = Field(default_factory=dict)
    fields: Fields = Fields()
    errors: dict[str, Literal["rejected", "account", "not_placed"]] = Field(default_factory=dict)
