"""Eight callers contending for the same person 200 times, on both databases: never one call over a cap."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contention import by_tasks, by_threads, over, prepare
from tests.integration.shop import shop_at

ROUNDS = 200


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_200_rounds_of_eight_callers_and_no_call_over_a_cap(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}" if database == "sqlite" else request.getfixturevalue("postgres_url")
    with shop_at(url) as shop:
        wanted = prepare(shop, ROUNDS)
        (by_tasks if database == "sqlite" else by_threads)(shop, wanted)
        too_many, too_few = over(shop, wanted)
    record_property("rounds", len(wanted))
    record_property("over", too_many)
    assert (len(wanted), too_many, too_few) == (ROUNDS, 0, 0)
