"""The columns of ``phones.py`` from nine countries, with three cells in a hundred that people or Excel have marred."""

from __future__ import annotations

from benchmarks.figure import Figure
from benchmarks.phones import NUMBERS, measured, mixed, phones


def run() -> Figure:
    """Numbers per second, a Phone made of each."""
    return measured("phones_mixed", mixed(NUMBERS), phones)
