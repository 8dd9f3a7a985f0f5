"""What a campaign's file says that decides who may be called, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from campaigns.spec import Spec, Window
from campaigns.vocabulary import PhoneType


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's own rules; the law's come on top. Hashable, so that what follows from it is worked out once.

    ``week`` holds seven days' windows, Monday first, in minutes after local midnight; ``closed`` are local dates
    without calls; ``start`` and ``end`` bound the campaign, half-open.
    """

    week: tuple[tuple[Window, ...], ...]
    closed: frozenset[date] = frozenset()
    blocked: frozenset[PhoneType] = frozenset()
    allow_undecided: bool = False
    start: datetime | None = None
    end: datetime | None = None
    cap_per_number_24h: int = 3

    @classmethod
    def from_spec(cls, spec: Spec) -> Rules:
        """The rules of a campaign file."""
        return cls(
            week=spec.hours.week,
            closed=spec.holidays,
            blocked=spec.phones.blocked,
            allow_undecided=spec.phones.undecided == "allow",
            start=spec.start,
            end=spec.end,
            cap_per_number_24h=spec.caps.per_number_24h,
        )
