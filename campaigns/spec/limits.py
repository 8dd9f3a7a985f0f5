"""When, how fast and how often people may be called, and on which phones."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Window, Windows
from campaigns.vocabulary import PhoneType


class Hours(Part):
    """When people may be called, by their own clock; the law's hours narrow it further."""

    mon: Windows = ((540, 1200),)
    tue: Windows = ((540, 1200),)
    wed: Windows = ((540, 1200),)
    thu: Windows = ((540, 1200),)
    fri: Windows = ((540, 1200),)
    sat: Windows = ((600, 1020),)
    sun: Windows = ()

    @property
    def week(self) -> tuple[tuple[Window, ...], ...]:
        """The windows of the seven days, Monday first."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class Pace(Part):
    """How fast calls are placed: starts per second, calls at the same time, calls a day (0: no limit)."""

    per_second: float = Field(default=1.0, gt=0, le=100)
    at_once: int = Field(default=5, ge=1, le=5000)
    per_day: int = Field(default=0, ge=0)


class Phones(Part):
    """Which phone types are never called; ``undecided`` numbers could be of a blocked type or of another."""

    blocked: frozenset[PhoneType] = frozenset(
        {PhoneType.TOLL_FREE, PhoneType.PREMIUM, PhoneType.SHARED_COST, PhoneType.UAN, PhoneType.PAGER,
         PhoneType.VOICEMAIL, PhoneType.UNKNOWN, PhoneType.NONE}
    )  # fmt: skip
    undecided: Literal["block", "allow"] = "block"


class Caps(Part):
    """How often one number may be called in any 24 hours, over all campaigns."""

    per_number_24h: int = Field(default=3, ge=1, le=50)
