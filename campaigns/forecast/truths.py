"""What may be true: the rates as they are known, and as they may as well be, from seldom to often and short to long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from campaigns.forecast.rates import Rates, mean, reached
from campaigns.rules.retry import REACHED
from campaigns.spec import Cost
from campaigns.vocabulary import Result

Array = NDArray[np.float64]

TRUTHS = 9
"""Equally likely ones; the middle one is what is known or assumed."""
MIDDLE = TRUTHS // 2
SPREAD = NormalDist()
LONG = 0.95
TALK_VARIES = 0.9
"""The standard deviation of a call's length, as a share of its mean: close to an exponential distribution's."""


@dataclass(frozen=True, slots=True)
class Truths:
    """By truth, kind of call (0: a person's first, 1: a later one) and result, in the order of ``results``."""

    results: tuple[Result, ...]
    share: Array
    hold_s: Array
    """By truth and result: how long a call keeps one of the calls at once."""
    talk_s: Array
    cost: Array
    long_s: float
    """A long call: nineteen of twenty hold no longer, in the middle truth."""

    def per_call(self, values: Array) -> Array:
        """The mean of ``values`` (by truth and result) over calls, by truth and kind of call."""
        mixed: Array = np.einsum("tkr,tr->tk", self.share, values)
        return mixed


def truths(rates: Rates, people: int, lag_s: float, cost: Cost) -> Truths:
    """Spread the rates: by how little is known of them, and by the luck of so few ``people``.

    ``lag_s`` is how long the dialer needs to notice that a call has ended.
    """
    results = tuple(result for result in Result if rates.first.get(result) or rates.later.get(result))
    z = [SPREAD.inv_cdf((at + 0.5) / TRUTHS) for at in range(TRUTHS)]
    unsure = sqrt(1 / rates.weight + 1 / max(1, people))
    factors = [exp(TALK_VARIES * unsure * z[_shuffled(at)]) for at in range(TRUTHS)]
    share = np.array([[_shifted(rates.first, results, z[at], unsure), _shifted(rates.later, results, z[at], unsure)]
                      for at in range(TRUTHS)])  # fmt: skip
    talk = [[tuple(factor * length for length in rates.talk_s.get(result, ())) for result in results]
            for factor in factors]  # fmt: skip
    talk_s = np.array([[mean(lengths) for lengths in row] for row in talk])
    setup_s = np.array([rates.setup_s.get(result, 0.0) for result in results])
    if rates.cost:
        charged = np.array([rates.cost.get(result, 0.0) for result in results])
        costs = charged * np.where(talk_s[MIDDLE] > 0, talk_s / np.maximum(talk_s[MIDDLE], 1e-9), 1.0)
    else:
        costs = np.array([[price(lengths, cost) for lengths in row] for row in talk])
    return Truths(results, share, setup_s + talk_s + lag_s, talk_s, costs, _long_s(rates) + lag_s)


def _long_s(rates: Rates) -> float:
    held = sorted(
        (rates.setup_s.get(result, 0.0) + length, share / len(lengths))
        for result, share in rates.first.items()
        for lengths in [rates.talk_s.get(result) or (0.0,)]
        for length in lengths
    )
    upto = accumulate(share for _, share in held)
    return next((seconds for (seconds, _), so_far in zip(held, upto, strict=True) if so_far >= LONG), 0.0)


def price(lengths: tuple[float, ...], cost: Cost) -> float:
    """What a call costs on average by the campaign file, its talk being one of ``lengths`` seconds."""
    unit_s = cost.rounding.total_seconds()
    billed_s = mean(tuple(-(-length // unit_s) * unit_s for length in lengths))
    return cost.per_call + cost.per_minute * billed_s / 60


def _shifted(shares: Mapping[Result, float], results: Sequence[Result], z: float, unsure: float) -> list[float]:
    """The shares with people answering ``z`` standard deviations more often; the other results share the rest."""
    usual = reached(shares)
    if not 0 < usual < 1:
        return [shares.get(result, 0.0) for result in results]
    spread = unsure / sqrt(usual * (1 - usual))
    odds = exp(log(usual / (1 - usual)) + z * spread)
    answered = odds / (1 + odds)
    more, less = answered / usual, (1 - answered) / (1 - usual)
    return [shares.get(result, 0.0) * (more if result in REACHED else less) for result in results]


def _shuffled(at: int) -> int:
    """Pairs long and short calls with high and low shares so that the two are not correlated; the middle stays."""
    return (2 * (at - MIDDLE) + MIDDLE) % TRUTHS
