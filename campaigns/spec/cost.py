"""``[cost]``: what calls cost, for the forecast."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, field_validator

from campaigns.spec.part import Part
from campaigns.spec.spans import Duration


class Cost(Part):
    """What a call costs: so much each, and so much a minute of talk, every ``rounding`` begun counting whole.

    Costs that the platform reports for enough calls go before these.
    """

    per_minute: float = Field(default=0.0, ge=0)
    per_call: float = Field(default=0.0, ge=0)
    rounding: Duration = timedelta(minutes=1)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")

    @field_validator("rounding")
    @classmethod
    def _is_some_time(cls, rounding: timedelta) -> timedelta:
        if rounding < timedelta(seconds=1):
            raise ValueError('write at least "1s"')
        return rounding

    @property
    def known(self) -> bool:
        """Whether the campaign file says what calls cost."""
        return bool(self.per_minute or self.per_call)
