"""How calls go: how often with which result, how long they take, what they cost.

They come from an account's own calls where there are enough (``experience``), else they are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.rules.retry import REACHED
from campaigns.vocabulary import Result

ENOUGH = 100
"""So many calls with a result make a history: a share of a third is then known to within five points."""

ASSUMED_WEIGHT = 10
"""What an assumption is taken to be worth, in calls: what stands on it has a wide range."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of the results, and what a call with each takes.

    ``calls`` is how many ended calls this rests on, 0 where it is assumed. ``first`` are shares of a person's first
    call, ``later`` those of all that follow; each adds up to 1. ``setup_s`` is from the request until somebody answers
    or the call is given up, ``talk_s`` a sample of how long it lasted then (empty: nobody answers). ``cost`` is what
    the platform charged for a call on average; empty where it does not tell.
    """

    calls: int
    first: Mapping[Result, float]
    later: Mapping[Result, float]
    setup_s: Mapping[Result, float]
    talk_s: Mapping[Result, tuple[float, ...]]
    cost: Mapping[Result, float] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """How much to trust them, in calls."""
        return self.calls or ASSUMED_WEIGHT

    @property
    def answered(self) -> float:
        """The share of first calls that a person answers."""
        return reached(self.first)

    @property
    def talk_of_people_s(self) -> float:
        """How long a person talks, on average."""
        share = self.answered
        return sum(self.first.get(result, 0) * mean(self.talk_s.get(result, ())) for result in REACHED) / (share or 1)


def reached(shares: Mapping[Result, float]) -> float:
    """The share of calls in which a person is spoken to."""
    return sum(share for result, share in shares.items() if result in REACHED)


def mean(lengths: tuple[float, ...]) -> float:
    """The mean of a sample, 0 of none."""
    return sum(lengths) / len(lengths) if lengths else 0.0


def _even(low: float, high: float, count: int) -> tuple[float, ...]:
    return tuple(low + (high - low) * (i + 0.5) / count for i in range(count))


_SHARES = {
    Result.HUMAN: 0.42,
    Result.VOICEMAIL_LEFT: 0.27,
    Result.NO_ANSWER: 0.20,
    Result.BUSY: 0.08,
    Result.FAILED: 0.03,
}

ASSUMED = Rates(
    calls=0,
    first=_SHARES,
    later=_SHARES,
    setup_s={
        Result.HUMAN: 10, Result.VOICEMAIL_LEFT: 10, Result.NO_ANSWER: 22, Result.BUSY: 3.5, Result.FAILED: 1.5,
    },
    talk_s={Result.HUMAN: (*_even(10, 55, 80), *_even(1, 3, 4)), Result.VOICEMAIL_LEFT: _even(10, 18, 54)},
)  # fmt: skip
"""What the practice platform does, so that a rehearsal can be held against a forecast. Two of 42 people hang up at
once; the others talk for 10 to 55 s, and a message takes 10 to 18 s."""
