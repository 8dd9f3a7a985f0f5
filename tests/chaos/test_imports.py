"""R14 at full size: a list of 50,000 rows, loaded by processes that are killed ten times, and by four at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.driver import SEED
from tests.chaos.imports import load, load_at_once, load_killed, open_ledger, report, twice, write_leads

PEOPLE, KILLS, AT_ONCE = 50_000, 10, 4


@pytest.mark.timeout(300)
def test_r14_loads_that_are_killed_and_loads_at_once(
    tmp_path: Path, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    file = write_leads(tmp_path / "leads.csv", PEOPLE)
    alone = open_ledger(f"sqlite:///{tmp_path / 'alone.sqlite'}")
    asyncio.run(load(alone, file))
    expected = report(alone, tmp_path, "alone")
    alone.close()
    met = load_killed(database_url, file, KILLS, random.Random(SEED))
    record_property("kills", met)
    assert met > KILLS / 2, f"--seed={SEED}: the loads were over before they were tested"
    shared = not database_url.startswith("sqlite")
    ledgers = [open_ledger(database_url) for _ in range(AT_ONCE if shared else 1)]
    try:
        asyncio.run(load_at_once(ledgers * (1 if shared else AT_ONCE), file))
        assert ledgers[0].read_now(twice) == []
        assert report(ledgers[0], tmp_path, "harmed") == expected, f"--seed={SEED}"
    finally:
        for ledger in ledgers:
            ledger.close()
