"""``[retries]``: what becomes of a contact after a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Literal

from pydantic import Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Duration
from campaigns.vocabulary import Result

Wait = Duration | Literal["never", "stop"]
"""How long after a call ended the next try may be; "never": not at this number, "stop": not at any."""

DayPart = Literal["morning", "midday", "afternoon", "evening"]
PartWish = Literal["any", "other", "morning", "midday", "afternoon", "evening"]
"""The part of the person's day that the next try is for; "other" than the last call's."""

NumberWish = Literal["same", "next"]

USUAL: Mapping[Result, tuple[PartWish, NumberWish]] = {
    Result.BUSY: ("any", "same"),
    Result.FAILED: ("any", "same"),
    Result.CANCELLED: ("any", "same"),
    Result.NO_ANSWER: ("other", "next"),
    Result.UNREACHABLE: ("other", "next"),
    Result.VOICEMAIL_LEFT: ("other", "next"),
    Result.VOICEMAIL_NO_MESSAGE: ("other", "next"),
}
"""Part of the day and number of the next try, where they are not ("other", "same"); docs/retries.md has the reasons."""


class RetryRow(Part):
    """What follows a result from the contact's ``attempt``-th call on; what is None stays as it is without the row.

    ``agent`` makes the next call through another agent: what a machine is told is a setting of the agent.
    """

    result: Result
    attempt: int = Field(default=1, ge=1, le=50)
    wait: Wait | None = None
    part: PartWish | None = None
    number: NumberWish | None = None
    agent: str | None = Field(default=None, min_length=1)


class Retry(Part):
    """What follows one call, every word of it settled; ``agent`` None: the campaign's."""

    wait: Wait
    part: PartWish
    number: NumberWish
    agent: str | None = None


class Retries(Part):
    """How often a contact is tried in all, and what follows a call, by its result and which attempt it was.

    The keys named like results are waits after each of them; a row of ``table`` goes before them. A result without
    either ends the contact or moves on to its next number. ``callbacks`` is how often a person who asks for it is
    called beyond ``attempts``.
    """

    attempts: int = Field(default=3, ge=1, le=50)
    callbacks: int = Field(default=3, ge=0, le=50)
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
    table: tuple[RetryRow, ...] = ()

    def after(self, result: Result, attempt: int = 1) -> Retry:
        """What follows the contact's ``attempt``-th call, which had this result; the row that begins last counts."""
        return _after(self, result, attempt)

    def wait_after(self, result: Result, attempt: int = 1) -> timedelta | None:
        """How long after such a call the next try may be; None: not at all."""
        wait = self.after(result, attempt).wait
        return wait if isinstance(wait, timedelta) else None

    def waits(self) -> Iterator[timedelta]:
        """Every wait there is."""
        named = (getattr(self, result.value, None) for result in Result)
        yield from (wait for wait in (*named, *(row.wait for row in self.table)) if isinstance(wait, timedelta))

    @property
    def agents(self) -> frozenset[str]:
        """The agents that rows of the table name."""
        return frozenset(row.agent for row in self.table if row.agent)


@lru_cache(1024)
def _after(retries: Retries, result: Result, attempt: int) -> Retry:
    part, number = USUAL.get(result, ("other", "same"))
    rows = [row for row in retries.table if row.result is result and row.attempt <= attempt]
    row = max(rows, key=lambda row: row.attempt, default=RetryRow(result=result))
    return Retry(
        wait=getattr(retries, result.value, "never") if row.wait is None else row.wait,
        part=row.part or part,
        number=row.number or number,
        agent=row.agent,
    )
