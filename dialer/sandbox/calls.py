"""How a practice call goes, from the first ring to its end.

A call's course is drawn from the seed, the number and how often the number was called before, from nothing else: a
second run with the same seed gives a number's third call the same result and the same length. Lengths are clock
seconds.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

QUEUED_S = 1.0

# Share of all calls, in per cent. "brief" is a person who hangs up as soon as the agent speaks.
SHARES = {"human": 40, "machine": 27, "no-answer": 20, "busy": 8, "failed": 3, "brief": 2}

# `voice_mail_mode` of an agent (seed 000, Agent Services §2); None stands for `enable_voice_mail: false`.
LEAVE_MESSAGE = 1
HANG_UP = 2


@dataclass(frozen=True, slots=True)
class Course:
    """What happens in a call, in clock seconds since it was asked for.

    ``result`` is its final status in Twilio's words (seed_systems.md §4.1), ``answered_by`` who answered in Twilio's
    words, None where nobody did or the agent does not detect machines.
    """

    result: str
    ended_s: float
    answered_s: float | None = None
    answered_by: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One accepted call. ``number`` is E.164, ``fields`` the custom fields where history echoes them."""

    id: int
    agent: int | str
    number: str
    created_at: datetime
    course: Course
    fields: Mapping[str, str] | None = None

    @property
    def answered_at(self) -> datetime | None:
        """When the call is answered, None where nobody answers."""
        answered_s = self.course.answered_s
        return None if answered_s is None else self.created_at + timedelta(seconds=answered_s)

    @property
    def ended_at(self) -> datetime:
        """When the call ends."""
        return self.created_at + timedelta(seconds=self.course.ended_s)

    def status(self, now: datetime) -> str:
        """The call's status at ``now``, in Twilio's words (seed_systems.md §4.1)."""
        if now >= self.ended_at:
            return self.course.result
        if self.answered_at is not None and now >= self.answered_at:
            return "in-progress"
        return "ringing" if now >= self.created_at + timedelta(seconds=QUEUED_S) else "queued"


def draw(seed: int, number: str, earlier: int, voice_mail: int | None) -> Course:
    """The course of the call that follows ``earlier`` calls to ``number``.

    ``voice_mail`` says what the agent does with a machine (LEAVE_MESSAGE, HANG_UP, None: takes it for a person). It
    changes how a machine's call goes on, not whether a machine answers.
    """
    dice = random.Random(f"{seed}:{number}:{earlier}")  # noqa: S311  (a rehearsal, not a secret)
    fate, wait, length = dice.random(), dice.random(), dice.random()
    kind = _kind(fate)
    if kind == "failed":
        return Course("failed", _between(1, 2, wait))
    if kind == "busy":
        return Course("busy", QUEUED_S + _between(2, 3, wait))
    if kind == "no-answer":
        return Course("no-answer", QUEUED_S + _between(18, 24, wait))
    answered_s = QUEUED_S + _between(4, 14, wait)
    talk_s, answered_by = _talk(kind, length, voice_mail)
    return Course("completed", round(answered_s + talk_s, 3), answered_s, answered_by)


def _kind(fate: float) -> str:
    upto = 0.0
    for kind, share in SHARES.items():
        upto += share / 100
        if fate < upto:
            return kind
    return kind


def _talk(kind: str, length: float, voice_mail: int | None) -> tuple[float, str | None]:
    if kind == "machine":
        if voice_mail == HANG_UP:
            return _between(2, 4, length), "machine_start"
        return _between(10, 18, length), "machine_end_beep" if voice_mail == LEAVE_MESSAGE else None
    talk_s = _between(1, 3, length) if kind == "brief" else _between(10, 55, length)
    return talk_s, None if voice_mail is None else "human"


def _between(low: float, high: float, share: float) -> float:
    return round(low + (high - low) * share, 3)
