"""The world's model, in small: Hypothesis chooses the steps, and whole campaigns are lived through among crashes.

The full sizes are in tests/chaos/test_model.py. ``DIALER_TEST_SEED`` chooses others; a failing test prints its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.__main__ import live_through
from tests.model.ledger import sqlite_in
from tests.model.play import SEED, play

PEOPLE, CALLS = 400, 1000


@pytest.mark.timeout(600)
def test_no_order_of_steps_makes_anything_false(tmp_path: Path) -> None:
    play(sqlite_in(tmp_path), SEED, runs=50, steps=50)


@pytest.mark.timeout(600)
def test_nor_on_postgresql(postgres_url: str) -> None:
    play(postgres_url, SEED, runs=8, steps=30)


@pytest.mark.timeout(600)
def test_thousands_of_calls_among_crashes() -> None:
    tally = live_through(SEED, 1, people=PEOPLE, calls=CALLS)
    assert tally.crashes * 100 > tally.calls
