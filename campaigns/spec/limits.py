"""When, how fast and how often people may be called, and on which phones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from campaigns.spec.part import IN_ORDER, Part
from campaigns.spec.spans import Duration, Times, Window, Windows
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

    blocked: Annotated[frozenset[PhoneType], IN_ORDER] = frozenset(
        {PhoneType.TOLL_FREE, PhoneType.PREMIUM, PhoneType.SHARED_COST, PhoneType.UAN, PhoneType.PAGER,
         PhoneType.VOICEMAIL, PhoneType.UNKNOWN, PhoneType.NONE}
    )  # fmt: skip
    undecided: Literal["block", "allow"] = "block"


COUNTED = ("person", "number", "subject", "client")
"""What a cap counts calls to: a person, by any number; one number; a person about a subject, or for a client."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many calls or conversations in any such window; ``gap``: it only keeps two calls apart."""

    counted: str
    events: str
    most: int
    window: timedelta
    gap: bool = False


class Caps(Part):
    """How often somebody may be called, over all campaigns, and how long apart; the law may allow less."""

    per_number_24h: int = Field(default=3, ge=1, le=50)
    per_person: Times = ()
    per_subject: Times = ()
    per_client: Times = ()
    min_gap: Duration = timedelta(0)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """All of them, alike."""
        named = {"person": self.per_person, "subject": self.per_subject, "client": self.per_client}
        own = [Limit(counted, "calls", *times) for counted, each in named.items() for times in each]
        gap = [Limit("person", "calls", 1, self.min_gap, gap=True)] if self.min_gap else []
        return (Limit("number", "calls", self.per_number_24h, timedelta(hours=24)), *own, *gap)
