"""``[lookup]``: what kind of phone an undecided number is, asked of a service that charges for it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from campaigns.spec.part import Part


class Lookup(Part):
    """Who is asked, what that may cost in all, what one answer costs, and how long one holds.

    ``budget`` and ``price`` are in the currency of the service's bill. Without a budget a launch on a terminal asks.
    """

    provider: Literal["none", "twilio"] = "none"
    budget: float | None = Field(default=None, ge=0)
    price: float = Field(default=0.01, gt=0)
    cache_days: int = Field(default=30, ge=30, le=90)
