"""``[order]``: who is called first."""

from __future__ import annotations

from pydantic import Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Windows


class Order(Part):
    """Who is called first, and this campaign's share of what its client may call.

    ``priority`` is that of leads whose row names none, from 1 (first) to 9; ``best`` are hours of the person's day in
    which they are called sooner; ``weight`` is the campaign's share beside the client's others.
    """

    priority: int = Field(default=5, ge=1, le=9)
    best: Windows = ((600, 720), (960, 1140))
    weight: float = Field(default=1.0, gt=0, le=100)
