"""``[outcomes]``: what an agent's collected fields say of a call, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Duration

Action = Literal["stop", "callback", "retry", "opt_out"]
"""What a disposition asks for: nothing more, a call at a time of theirs, another try, never again."""


KNOWN: Mapping[str, Action] = {
    "callback": "callback",
    "callback requested": "callback",
    "call back": "callback",
    "call later": "callback",
    "do not call": "opt_out",
    "dnc": "opt_out",
    "opt out": "opt_out",
    "opted out": "opt_out",
}
"""Dispositions that mean the same in every campaign, unless its file says otherwise."""


class Outcomes(Part):
    """Which collected fields carry the disposition and the time to call back, and what the values mean.

    Names and values match whatever their case, spaces and punctuation; ``values`` go before KNOWN. Any other
    disposition leaves the next step to the result. ``retry`` is how long after a call the next try is, where the
    disposition asks for one.
    """

    disposition: tuple[str, ...] = ("disposition", "call_disposition", "outcome")
    callback_at: tuple[str, ...] = ("callback_at", "callback_time", "callback_date", "call_back_at")
    retry: Duration = timedelta(days=1)
    values: dict[str, Action] = Field(default_factory=dict)
