"""A figure: what we do in a second, against what a peer does in the same run."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

RUNS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians of both sides' rates, ``unit`` per second."""

    name: str
    unit: str
    ours: float
    peer: float
    peer_is: str

    @property
    def ratio(self) -> float:
        """How many times the peer's rate ours is."""
        return self.ours / self.peer


def compare(name: str, unit: str, ours: Callable[[], float], peer: Callable[[], float], peer_is: str) -> Figure:
    """Run both sides in turn, so that whatever else the machine does meets both, and take each one's median rate."""
    rates = [(ours(), peer()) for _ in range(RUNS)]
    our_rates, peer_rates = zip(*rates, strict=True)
    return Figure(name, unit, statistics.median(our_rates), statistics.median(peer_rates), peer_is)
