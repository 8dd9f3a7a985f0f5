"""What happens to a contact after an attempt: done, the next try, the next number, or exhausted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from campaigns.spec import Retries
from campaigns.vocabulary import ContactState, Reason, Result

REACHED = frozenset({Result.HUMAN, Result.HUMAN_SHORT, Result.TRANSFERRED})
"""Results after which the person was spoken to."""

NUMBER_IS_FINISHED = frozenset({Result.INVALID_NUMBER, Result.FAX})
"""Results after which this number is never tried again; the contact's next number may be."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a contact goes next: its state and reason, when it is due (READY only), and which of its numbers."""

    state: ContactState
    reason: Reason
    next_at: datetime | None
    position: int


def next_step(
    result: Result | None, ended_at: datetime, used: int, position: int, numbers: int, retries: Retries
) -> Step:
    """Decide what follows an attempt that ended with ``result`` (None: the platform refused the number).

    ``used`` counts the contact's attempts so far, this one included; ``position`` is the index of the number called
    among its ``numbers``. Waits are counted from the call's end (DESIGN §4, defaults).
    """
    wait = retries.wait_after(result) if result else None
    if result in REACHED and wait is None:
        return Step(ContactState.DONE, Reason.ANSWERED, None, position)
    if used >= retries.attempts:
        return Step(ContactState.EXHAUSTED, Reason.ATTEMPTS_USED, None, position)
    if wait is not None:
        return Step(ContactState.READY, Reason.RETRY_WAIT, ended_at + wait, position)
    if position + 1 < numbers:
        return Step(ContactState.READY, Reason.RETRY_WAIT, ended_at, position + 1)
    refused = result is None or result in NUMBER_IS_FINISHED
    return Step(ContactState.EXHAUSTED, Reason.REFUSED_NUMBER if refused else Reason.ATTEMPTS_USED, None, position)
