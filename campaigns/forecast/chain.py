"""What may follow a call, as the retry table has it: the one place where the forecast asks the rules of retries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from campaigns.rules.retry import next_step
from campaigns.spec import PartWish, Retries
from campaigns.vocabulary import ContactState, Result

DAY = timedelta(hours=24)
SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
RESET = timedelta(hours=20)
"""After so long a wait the calls before it hardly count for a cap of 24 hours any more."""


class State(NamedTuple):
    """Where a person stands before a call: how many ``numbers`` they have, how many calls were ``used``, which number
    is next, and how many calls to it count for the cap of 24 hours.
    """

    numbers: int
    used: int
    position: int
    counted: int = 0


class Next(NamedTuple):
    """Where they stand after it, how long after its end they may be called again, and in which part of the day."""

    state: State
    wait: timedelta
    part: PartWish


def follow(state: State, result: Result, retries: Retries, cap: int) -> Next | None:
    """What follows a call with this result; None: no further call.

    ``cap`` is how often one number may be called within 24 hours. Its wait is reckoned as if the calls before had been
    as near together as the shortest waits allow.
    """
    used = state.used + 1
    step = next_step(result, SOME_TIME, used, state.position, state.numbers, retries)
    if step.state is not ContactState.READY or step.next_at is None:
        return None
    wait = step.next_at - SOME_TIME
    if step.position != state.position:
        return Next(State(state.numbers, used, step.position), wait, step.part)
    if retries.attempts <= cap:
        return Next(State(state.numbers, used, step.position), wait, step.part)
    counted = 0 if wait >= RESET else state.counted + 1
    if counted >= cap:
        return Next(State(state.numbers, used, step.position), max(wait, DAY - (cap - 1) * wait), step.part)
    return Next(State(state.numbers, used, step.position, counted), wait, step.part)
