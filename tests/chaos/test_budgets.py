"""Budgets under contention, at full size, on both databases: never a call, or a minute, too much."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.shop import shop_at
from tests.spenders import MINUTES, by_tasks, by_threads, over, prepare, spend, wander

ROUNDS = 50


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.mark.timeout(600)
def test_50_rounds_of_eight_callers_and_no_call_over_a_budget(
    url: str, record_property: Callable[[str, object], None]
) -> None:
    with shop_at(url) as shop:
        wanted = prepare(shop, ROUNDS)
        (by_tasks if shop.ledger.is_sqlite else by_threads)(shop, wanted)
        too_many, too_few = over(shop, wanted)
    record_property("over", too_many)
    assert (len(wanted), too_many, too_few) == (ROUNDS, 0, 0)


@pytest.mark.timeout(600)
def test_a_long_storm_of_feeding_sending_and_ending_never_uses_too_much(
    url: str, record_property: Callable[[str, object], None]
) -> None:
    calls, most = spend(url, 100, seed=7)
    record_property("calls", calls)
    record_property("most minutes used", most)
    assert calls >= 30
    assert most <= MINUTES


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(2))
def test_days_of_calls_are_remembered_as_they_are_counted_anew(url: str, seed: int) -> None:
    with shop_at(url) as shop:
        assert wander(shop, people=30, steps=40, seed=seed) > 100
