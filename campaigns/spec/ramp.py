"""``[ramp]``: the first calls, and what they must come to before the rest is called."""

from __future__ import annotations

from pydantic import Field

from campaigns.spec.part import Part


class Ramp(Part):
    """So many first calls (0: no ramp-up); the least share a person answers, the most that fails, for all to go on."""

    calls: int = Field(default=0, ge=0, le=10_000)
    answered: float = Field(default=0.05, ge=0, le=1)
    failed: float = Field(default=0.3, ge=0, le=1)
