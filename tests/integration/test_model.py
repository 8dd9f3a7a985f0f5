"""The world's model, in small: Hypothesis chooses the steps, and whole campaigns are lived through among crashes.

The full sizes are in tests/chaos/test_model.py. ``DIALER_TEST_SEED`` chooses others; a failing test prints its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.shop import NOON
from tests.model.ledger import databases, sqlite_in
from tests.model.life import live_through
from tests.model.play import SEED, play


def test_no_order_of_steps_makes_anything_false(tmp_path: Path) -> None:
    play(sqlite_in(tmp_path), SEED, runs=60, steps=50)


def test_nor_on_postgresql(postgres_url: str) -> None:
    play(postgres_url, SEED, runs=8, steps=30)


@pytest.mark.timeout(300)
def test_thousands_of_calls_among_crashes(tmp_path: Path) -> None:
    with databases(sqlite_in(tmp_path), NOON) as ledgers:
        tally = live_through(ledgers, SEED, calls=2000)
    assert tally.crashes > 100
