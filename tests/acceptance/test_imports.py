"""A list loaded twice, killed in the middle, and by two at once: the people once, the report byte by byte the same."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.chaos.driver import SEED
from tests.chaos.imports import load, load_at_once, load_killed, open_ledger, report, twice, write_leads

PEOPLE, KILLS = 4_000, 1


def test_whatever_becomes_of_a_load_the_ledger_is_as_after_one(tmp_path: Path, database_url: str) -> None:
    file = write_leads(tmp_path / "leads.csv", PEOPLE)
    alone = open_ledger(f"sqlite:///{tmp_path / 'alone.sqlite'}")
    asyncio.run(load(alone, file))
    expected = report(alone, tmp_path, "alone")
    alone.close()
    assert load_killed(database_url, file, KILLS, random.Random(SEED)) > 0, f"DIALER_TEST_SEED={SEED}"
    ledgers = [open_ledger(database_url) for _ in range(1 if database_url.startswith("sqlite") else 2)]
    try:
        asyncio.run(load_at_once([ledgers[0], ledgers[-1]], file))
        assert asyncio.run(load(ledgers[0], file))["known"]
        assert ledgers[0].read_now(twice) == []
        assert report(ledgers[0], tmp_path, "harmed") == expected, f"DIALER_TEST_SEED={SEED}"
    finally:
        for ledger in ledgers:
            ledger.close()


def test_two_who_launch_the_same_new_campaign_at_once_make_one(tmp_path: Path, database_url: str) -> None:
    file = write_leads(tmp_path / "leads.csv", 300)
    ledgers = [open_ledger(database_url) for _ in range(1 if database_url.startswith("sqlite") else 2)]
    try:
        asyncio.run(load_at_once([ledgers[0], ledgers[-1]], file))
        assert ledgers[0].read_now(twice) == []
        assert asyncio.run(load(ledgers[0], file))["known"]
    finally:
        for ledger in ledgers:
            ledger.close()
