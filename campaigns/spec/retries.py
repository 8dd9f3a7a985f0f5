"""What becomes of a contact after a call."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Duration
from campaigns.vocabulary import Result

Wait = Duration | Literal["never"]


class Retries(Part):
    """How often a contact is tried in all, and how long after a call ended the next try may be, by result.

    A result that is not named here, or is "never", ends the contact or moves on to its next number.
    """

    attempts: int = Field(default=3, ge=1, le=50)
    busy: Wait = timedelta(minutes=15)
    no_answer: Wait = timedelta(hours=2)
    declined: Wait = timedelta(days=1)
    unreachable: Wait = timedelta(hours=2)
    failed: Wait = timedelta(hours=1)
    voicemail_left: Wait = timedelta(days=1)
    voicemail_no_message: Wait = timedelta(days=1)
    silent_or_unclear: Wait = timedelta(hours=2)
    human_short: Wait = "never"
    cancelled_before_answer: Wait = "never"

    def wait_after(self, result: Result) -> timedelta | None:
        """How long after a call with this result the next try may be; None: not at all."""
        wait = getattr(self, result.value, "never")
        return wait if isinstance(wait, timedelta) else None
