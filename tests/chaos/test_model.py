"""The world's model in its full size: 500 stories of 50 steps, and 40,000 calls among crashes (tests/model)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model.__main__ import many_lives
from tests.model.ledger import sqlite_in
from tests.model.play import SEED, play

CALLS = 40_000
PEOPLE = 20


@pytest.mark.timeout(600)
def test_500_stories_of_50_steps(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    began = time.process_time()
    seen = play(sqlite_in(tmp_path), SEED, runs=500, steps=50)
    record_property("moves", seen.total())
    record_property("different", len(seen))
    record_property("CPU seconds", round(time.process_time() - began, 1))


@pytest.mark.timeout(600)
def test_60_stories_on_postgresql(postgres_url: str, record_property: Callable[[str, object], None]) -> None:
    record_property("moves", play(postgres_url, SEED, runs=60, steps=50).total())


@pytest.mark.timeout(5400)
def test_40_000_calls_with_a_crash_every_few_operations(record_property: Callable[[str, object], None]) -> None:
    began = time.monotonic()
    tally = many_lives(SEED, CALLS, PEOPLE, processes=1)
    record_property("calls", tally.calls)
    record_property("crashes", tally.crashes)
    record_property("commits and requests", tally.operations)
    record_property("seconds", round(time.monotonic() - began))
    assert tally.calls >= CALLS
    assert tally.crashes * 100 > tally.calls
