"""What happens to a contact after an attempt: done, the next try, the next number, or exhausted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaigns.rules.dayparts import next_try
from campaigns.rules.facts import Place
from campaigns.rules.rules import Rules
from campaigns.spec import PartWish, Retries
from campaigns.vocabulary import ContactState, Reason, Result

REACHED = frozenset({Result.HUMAN, Result.HUMAN_SHORT, Result.TRANSFERRED})
"""Results after which the person was spoken to: none of their numbers is called any more."""

NUMBER_IS_FINISHED = frozenset({Result.INVALID_NUMBER, Result.FAX})
"""Results after which this number is never tried again; the contact's next number may be."""

GONE = -1
"""The place, among a contact's numbers, of one that a newer list has taken away: all that are there come after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a contact goes next: its state and reason, when it is due (READY only), and which of its numbers.

    ``part`` is the part of the day that the try is wished for, ``agent`` who makes it (None: the campaign's), and
    ``callback_at`` when the person asked to be called.
    """

    state: ContactState
    reason: Reason
    next_at: datetime | None
    position: int
    part: PartWish = "any"
    agent: str | None = None
    callback_at: datetime | None = None


def next_step(
    result: Result | None,
    ended_at: datetime,
    used: int,
    position: int,
    numbers: int,
    retries: Retries,
    finished: Collection[int] = (),
) -> Step:
    """Decide what follows an attempt that ended with ``result`` (None: the platform refused the number).

    ``used`` counts the contact's attempts so far, this one included; ``position`` is the index of the number called
    among its ``numbers`` (or GONE), ``finished`` are those that are never tried again. Waits are counted from the
    call's end (DESIGN §4, defaults).
    """
    here = max(position, 0)
    row = retries.after(result, used) if result else None
    wait = row.wait if row else "never"
    if result in REACHED and not isinstance(wait, timedelta):
        return Step(ContactState.DONE, Reason.ANSWERED, None, here)
    if used >= retries.attempts or wait == "stop":
        return Step(ContactState.EXHAUSTED, Reason.ATTEMPTS_USED, None, here)
    others = [*range(position + 1, numbers), *range(position)]
    left = [other for other in others if other not in finished]
    if row is not None and isinstance(wait, timedelta):
        to = left[0] if left and (row.number == "next" or position == GONE) else here
        return Step(ContactState.READY, Reason.RETRY_WAIT, ended_at + wait, to, row.part, row.agent)
    if ahead := [other for other in left if other > position]:
        return Step(ContactState.READY, Reason.RETRY_WAIT, ended_at, ahead[0])
    refused = result is None or result in NUMBER_IS_FINISHED
    return Step(ContactState.EXHAUSTED, Reason.REFUSED_NUMBER if refused else Reason.ATTEMPTS_USED, None, here)


def timed(step: Step, place: Place, rules: Rules, last: datetime, expires_at: datetime | None) -> Step:
    """The step at an instant at which it can be taken: in the wished part of the day, before the lead expires.

    ``last`` is when the person was called last.
    """
    if step.next_at is None:
        return step
    at = next_try(place, rules, step.next_at, step.part, last, expires_at)
    if expires_at is not None and at >= expires_at:
        return replace(step, state=ContactState.EXPIRED, reason=Reason.LEAD_EXPIRED, next_at=None, callback_at=None)
    return replace(step, next_at=at)
