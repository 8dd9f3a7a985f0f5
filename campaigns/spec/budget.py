"""``[budget]``: what a campaign may use in 24 hours."""

from __future__ import annotations

from pydantic import Field

from campaigns.spec.part import Part


class Budget(Part):
    """Minutes as the platform bills them, and money, in any 24 hours (0: no limit); ``pace.per_day`` limits calls."""

    minutes: float = Field(default=0.0, ge=0)
    money: float = Field(default=0.0, ge=0)
