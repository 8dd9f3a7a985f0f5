"""``[leads]``: how the list is read, and what of it is sent."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Duration


class Send(Part):
    """What one of the agent's fields is filled with: a column, a fixed value, or a default where the cell is blank."""

    column: str | None = None
    value: str | None = None
    default: str = ""
    required: bool = False


class Leads(Part):
    """How the list is read, which of its people are left out, and what of it is sent.

    ``duplicates`` says what becomes of a number's later rows: skipped, merged into the first, called instead of it, or
    called too. ``running`` and ``recent_days`` are about people of this client's other campaigns. ``expires_after`` is
    how long after its row was loaded a lead is called at the latest, where the row itself names no end.
    """

    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    sheet: str | None = None
    encoding: str | None = None
    duplicates: Literal["skip", "merge", "newest", "all"] = "skip"
    running: Literal["skip", "call"] = "skip"
    recent_days: int = Field(default=0, ge=0, le=3650)
    expires_after: Duration | None = None
    map: dict[str, str] = Field(default_factory=dict)
    send: dict[str, Send | Literal[False]] = Field(default_factory=dict)
