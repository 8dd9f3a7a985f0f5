"""The chaos suite in small: one campaign per ledger, to which every kind of harm is done (tests/chaos/README.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.driver import SEED, Drive, drive
from tests.chaos.harms import flushing, killing, leaving, losing_redis, stopping, sweeping
from tests.chaos.long_jobs import new_among_long_ones
from tests.chaos.trial import LONG, LOST_SOON, LYING, SAME_DAY, SHAKY, UNREADABLE, Trial

EVERYTHING = (killing, stopping, losing_redis, sweeping, flushing, leaving)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest) -> str | None:
    """None on SQLite, else the URL of an empty database."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_whatever_happens_nobody_is_called_twice_and_nobody_is_lost(tmp_path: Path, ledger: str | None) -> None:
    with drive(tmp_path / "d", Trial("everything", 1500, SHAKY, workers=2), SEED, ledger) as under_way:
        met = under_way.harm(EVERYTHING, len(EVERYTHING))
        found = under_way.judge()
    assert met == len(EVERYTHING), f"DIALER_TEST_SEED={SEED}: it was over before it was tested"
    assert found.counts()["recovered"] > 0


@pytest.mark.parametrize(("faults", "at_least"), [(LYING, 20), (UNREADABLE, 60)], ids=["lying", "unreadable"])
def test_where_history_cannot_be_relied_on_leads_are_held_and_reported_and_never_called_again(
    tmp_path: Path, ledger: str | None, faults: str, at_least: int
) -> None:
    trial = Trial("history", 60, faults, speed=300, engine=LOST_SOON, retries=SAME_DAY)
    with drive(tmp_path / "d", trial, SEED, ledger) as under_way:
        under_way.judge()
        assert held(under_way) >= at_least


def held(under_way: Drive) -> int:
    """How many leads are held; the checker held the report against them."""
    return sum(row["state"] == "held" for row in under_way.rows("SELECT state FROM contacts"))


def test_two_hundred_long_calls_hold_no_new_one_up(tmp_path: Path, ledger: str | None) -> None:
    with drive(tmp_path / "d", Trial("long", 200, LONG), SEED, ledger) as under_way:
        assert new_among_long_ones(under_way, 5) == 5
