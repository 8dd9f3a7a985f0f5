"""The wall clock, and the rehearsal's: faster, shared by every process through a file, able to jump and to stand."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dialer.clock import ScaledClock, SystemClock

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def frozen(path: Path, speed: float = 20.0) -> ScaledClock:
    clock = ScaledClock.start(path, NOON, speed)
    clock.freeze()
    return clock


async def test_the_wall_clock_is_utc_and_one_to_one() -> None:
    clock = SystemClock()
    before = time.time()
    assert before <= clock.now().timestamp() <= time.time()
    assert clock.now().tzinfo is UTC
    assert (clock.speed, clock.real_s(HOUR)) == (1.0, 3600.0)
    await clock.sleep(-HOUR)


def test_it_runs_so_many_times_as_fast(path: Path) -> None:
    clock = ScaledClock.start(path, NOON, 300.0)
    earliest = time.time()
    anchor = json.loads(path.read_text())
    told = clock.now()
    latest = time.time()
    low, high = (NOON + 300 * timedelta(seconds=real - anchor["real"]) for real in (earliest, latest))
    assert low <= told <= high
    assert clock.real_s(HOUR) == 12.0


def test_it_stands_while_frozen_and_goes_on_where_it_stood(path: Path) -> None:
    clock = frozen(path)
    stood = clock.now()
    assert clock.now() == stood
    assert ScaledClock(path).now() == stood
    clock.thaw()
    assert clock.now() >= stood
    assert json.loads(path.read_text())["clock"] == stood.timestamp()
    clock.thaw()


def test_a_jump_goes_forward_only_and_every_reader_sees_it(path: Path) -> None:
    clock, other = frozen(path), ScaledClock(path)
    clock.jump(NOON - HOUR)
    assert clock.now() - NOON < HOUR
    clock.jump(NOON + HOUR)
    assert clock.now() >= NOON + HOUR
    assert other.now() >= NOON + HOUR


def test_another_process_reads_the_same_clock(path: Path) -> None:
    clock = frozen(path)
    program = (
        "import sys; from pathlib import Path; from dialer.clock import ScaledClock;"
        "print(ScaledClock(Path(sys.argv[1])).now().isoformat())"
    )
    command, root = [sys.executable, "-c", program, str(path)], Path(__file__).parents[2]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout.strip()
    assert told == clock.now().isoformat()


async def test_who_sleeps_is_woken_by_a_jump(path: Path) -> None:
    clock = ScaledClock.start(path, NOON, 1.0)
    sleeper = asyncio.create_task(clock.sleep(HOUR))
    await asyncio.sleep(0.01)
    assert not sleeper.done()
    clock.jump(NOON + 2 * HOUR)
    async with asyncio.timeout(5):
        await sleeper
    await clock.sleep(timedelta(0))


def test_without_an_anchor_there_is_no_clock(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ScaledClock(path)
    assert list(path.parent.iterdir()) == []
