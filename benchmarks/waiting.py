"""Calls placed per second where a million people wait, against ten thousand."""

from __future__ import annotations

from benchmarks import placing
from benchmarks.figure import Figure, compare

MANY, FEW = 1_000_000, 10_000


def run() -> Figure:
    """The first calls of both."""
    return compare(
        "waiting",
        "calls",
        lambda: placing.ours(MANY, placing.sent)[0],
        lambda: placing.ours(FEW, placing.sent)[0],
        "10,000 people wait, not 1 M",
    )
