"""``[law]``: what the user adds to the law, or sets aside."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import model_validator

from campaigns.spec.part import Jurisdiction, Part, Written
from campaigns.spec.spans import Windows


class OwnHours(Part):
    """Hours that this campaign keeps for one jurisdiction beside the law's; days not named stay as they are."""

    jurisdiction: Jurisdiction
    hours: Windows
    days: str = "mon-sun"
    effective_from: date | None = None
    effective_to: date | None = None
    source: Written


class OwnClosure(Part):
    """Local dates, the last included, on which nobody of one jurisdiction is called."""

    jurisdiction: Jurisdiction
    first: date
    last: date
    reason: Written

    @model_validator(mode="after")
    def _in_order(self) -> OwnClosure:
        if self.last < self.first:
            raise ValueError("the last date comes before the first")
        return self


class OwnOverride(Part):
    """A jurisdiction's rows of one rule that are set aside, and why; ``voice``: hours of live, or automated, calls."""

    jurisdiction: Jurisdiction
    rule: Literal["hours", "caps", "consent", "disclosure"] = "hours"
    voice: Literal["live", "automated"] | None = None
    reason: Written


class Law(Part):
    """What the user adds to the law's calling hours, or sets aside on their own responsibility."""

    hours: tuple[OwnHours, ...] = ()
    closed: tuple[OwnClosure, ...] = ()
    override: tuple[OwnOverride, ...] = ()
