"""``[engine]``: how results are gathered."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Duration


class Breaker(Part):
    """When unclear answers stop the dialing: so many in a row rest the account, such a share pauses the campaign.

    After a ``rest`` one call is tried; each that is unclear, too, makes the next rest twice as long, up to ``longest``.
    """

    in_a_row: int = Field(default=3, ge=1)
    rest: Duration = timedelta(minutes=5)
    longest: Duration = timedelta(hours=1)
    share: float = Field(default=0.05, gt=0, le=1)


class Engine(Part):
    """How results are gathered; every duration is campaign time."""

    poll_min: Duration = timedelta(seconds=2)
    poll_max: Duration = timedelta(seconds=30)
    horizon: Duration = timedelta(minutes=15)
    match_window: Duration = timedelta(minutes=2)
    longest_call: Duration = timedelta(minutes=45)
    lost_after: Duration = timedelta(minutes=60)
    breaker: Breaker = Breaker()
