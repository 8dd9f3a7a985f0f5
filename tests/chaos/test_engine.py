"""The engine under fire, full size: R1, R3, R4, R5, R6, R8, R10 and R12 of the reliability suite (README.md)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.stage import wait_for
from tests.chaos import steering
from tests.chaos.driver import SEED, Drive, Shared, drive
from tests.chaos.harms import flushing, killing, leaving, losing_redis, standing_still, stopping, sweeping
from tests.chaos.long_jobs import new_among_long_ones
from tests.chaos.trial import LONG, LOST_SOON, LYING, SAME_DAY, SHAKY, UNREADABLE, Trial

pytestmark = pytest.mark.timeout(900)
Record = Callable[[str, object], None]
SEEDS, PEOPLE = 20, 5000
BACK_S = 5.0
"""How soon after Redis is back there must be calls again."""


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest) -> str | None:
    """None on SQLite, else the URL of an empty database."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def tell(under_way: Drive, record_property: Record) -> None:
    """The figures, for the table at the end of the run."""
    for name, value in under_way.said.items():
        record_property(name, value)


@pytest.mark.parametrize("seed", range(SEED, SEED + SEEDS))
def test_r1_kills_of_workers_and_keeper(
    tmp_path: Path, seed: int, request: pytest.FixtureRequest, record_property: Record
) -> None:
    """Every other seed on PostgreSQL, where killing a worker costs the others nothing and 35 fit in."""
    url = str(request.getfixturevalue("postgres_url")) if seed % 2 else None
    harms, kills = ((killing, killing, killing, sweeping), 35) if url else ((killing, sweeping), 10)
    with drive(tmp_path / "d", Trial("r1", PEOPLE, SHAKY, haste=3), seed, url) as under_way:
        met = under_way.harm(harms, kills)
        under_way.judge()
        tell(under_way, record_property)
    assert met >= kills * 0.9, f"--seed={seed}: it was over before it was tested"


@pytest.mark.parametrize("platform", ["opencx", "trillet"])
def test_r1_on_a_platform_that_knows_calls_otherwise(tmp_path: Path, platform: str, record_property: Record) -> None:
    """By the call's id; or by a contact, where silence means that nobody answered."""
    trial = Trial("r1", 300, SHAKY, speed=100, platform=platform)
    with drive(tmp_path / "d", trial, SEED, None) as under_way:
        met = under_way.harm((killing, sweeping, losing_redis), 6)
        found = under_way.judge()
        tell(under_way, record_property)
    assert met == 6, f"--seed={SEED}: it was over before it was tested"
    assert found.counts()["recovered"] > 0


def test_r3_stopped_for_longer_than_the_guard(tmp_path: Path, ledger: str | None, record_property: Record) -> None:
    with drive(tmp_path / "d", Trial("r3", 3000, SHAKY, workers=4), SEED, ledger) as under_way:
        assert under_way.harm((*[stopping] * 9, standing_still), 60) >= 54, f"--seed={SEED}"
        under_way.judge()
        tell(under_way, record_property)


@pytest.mark.parametrize("faults", [LYING, UNREADABLE], ids=["lying", "unreadable"])
def test_r4_a_history_that_lies(tmp_path: Path, ledger: str | None, faults: str, record_property: Record) -> None:
    trial = Trial("r4", 600, faults, speed=300, engine=LOST_SOON, retries=SAME_DAY)
    with drive(tmp_path / "d", trial, SEED, ledger) as under_way:
        under_way.judge()
        tell(under_way, record_property)
        states = {row["state"] for row in under_way.rows("SELECT state FROM contacts")}
    assert states <= ({"held"} if faults == UNREADABLE else {"held", "done", "exhausted"}), f"--seed={SEED}"


@pytest.mark.parametrize("harm", [losing_redis, flushing], ids=["restart", "flush"])
def test_r5_redis_restarted_and_emptied(
    tmp_path: Path, ledger: str | None, harm: Callable[[Drive], bool], record_property: Record
) -> None:
    waited: list[float] = []

    def and_back(under_way: Drive) -> bool:
        met = harm(under_way)
        before, since = under_way.received(), time.monotonic()
        wait_for(lambda: under_way.received() > before or under_way.over())
        waited.append(time.monotonic() - since)
        return met

    with drive(tmp_path / "d", Trial("r5", 2000, SHAKY), SEED, ledger) as under_way:
        first = [*under_way.workers]
        assert under_way.harm((and_back,), 10) == 10, f"--seed={SEED}"
        under_way.judge()
        assert all(worker.poll() in (None, 0, 6) for worker in first), f"--seed={SEED}: a worker died"
        under_way.said["seconds until calls again"] = round(max(waited), 1)
        tell(under_way, record_property)
    assert max(waited) <= BACK_S, f"--seed={SEED}"


def test_r6_a_rolling_restart_under_load(tmp_path: Path, ledger: str | None, record_property: Record) -> None:
    with drive(tmp_path / "d", Trial("r6", 3000), SEED, ledger) as under_way:
        assert under_way.harm((leaving,), 20) >= 16, f"--seed={SEED}: it was over before it was tested"
        under_way.judge()
        tell(under_way, record_property)
        unclear = under_way.rows("SELECT count(*) AS n FROM attempts WHERE unclear OR state = 'unresolved'")
    assert unclear[0]["n"] == 0, f"--seed={SEED}: a request was cut off"


def test_r8_two_hundred_long_jobs_and_five_new(tmp_path: Path, ledger: str | None, record_property: Record) -> None:
    with drive(tmp_path / "d", Trial("r8", 200, LONG), SEED, ledger) as under_way:
        assert new_among_long_ones(under_way, 5) == 5
        under_way.judge()
        tell(under_way, record_property)


def test_r10_fifteen_contenders_for_five_calls_at_once(
    tmp_path: Path, postgres_url: str, record_property: Record
) -> None:
    with drive(tmp_path / "d", Trial("r10", 300, at_once=5, workers=15), SEED, postgres_url) as under_way:
        assert isinstance(under_way, Shared)
        assert under_way.harm((killing,), 25) >= 20, f"--seed={SEED}"
        under_way.judge()
        tell(under_way, record_property)


def test_r12_paused_and_suppressed_at_random_moments(
    tmp_path: Path, ledger: str | None, record_property: Record
) -> None:
    trial = Trial("r12", 1500, SHAKY, haste=0.25 if ledger is None else 0.8)
    with drive(tmp_path / "d", trial, SEED, ledger) as under_way:
        spoken = steering.Spoken()
        harms = [spoken.pausing] if ledger is None else [spoken.pausing, spoken.suppressing]
        assert under_way.harm(harms, 20) >= 15, f"--seed={SEED}: it was over before it was tested"
        found = under_way.finish()
        late = spoken.late(under_way)
        tell(under_way, record_property)
        record_property("sent after the word", len(late))
    assert late == [], f"--seed={SEED}"
    assert found.faults == [], f"--seed={SEED}"
