"""Calls placed per second by several workers on PostgreSQL and Redis, and what a call costs them in processor time.

Workers, both servers and the practice platform share the machine, so the rate says little of larger ones; processor
time per call does (docs/scale.md). Workers are ``tests.chaos.member``: ``dialer worker`` with a rehearsal's clock.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.people import write_list
from benchmarks.placing import CALLS, START, rate
from dialer.clock import ScaledClock
from tests.acceptance.stage import Stage, stage, wait_for
from tests.agreed import CONSENT_TABLE
from tests.servers import PostgresServer, RedisServer, free_port, start_postgres, start_redis

ROOT = Path(__file__).parent.parent
RUNS = 3
WORKERS = (1, 2, 4)
SPEED = 15.0
BEGUN = 300
"""Calls that are made before processor time is looked at: by then every worker is up."""
END_S = 120.0
CAMPAIGN = f"""
{CONSENT_TABLE}
[pace]
per_second = 100
at_once = 5000
[retries]
attempts = 1
[engine]
poll_min = "30s"
poll_max = "450s"
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Calls per second, and milliseconds of processor time that a call took of workers, PostgreSQL and Redis."""

    rate: float
    workers_ms: float
    postgres_ms: float
    redis_ms: float


def run_with(workers: int) -> Run:
    """Let so many workers place the calls."""
    with (
        tempfile.TemporaryDirectory() as name, start_redis() as redis, start_postgres() as postgres,
        stage(Path(name), DIALER_REDIS_URL=redis.url, DIALER_DATABASE_URL=postgres.create()) as on,
    ):  # fmt: skip
        return _measured(on, redis, postgres, workers)


def _measured(on: Stage, redis: RedisServer, postgres: PostgresServer, workers: int) -> Run:
    log = on.folder / "log.jsonl"
    (on.folder / "c.toml").write_text(CAMPAIGN)
    write_list(on.folder / "leads.csv", CALLS)
    ScaledClock.start(on.folder / "clock.json", START, SPEED)
    address, state = f"http://127.0.0.1:{(port := free_port())}/api", on.folder / "platform"
    on.run("migrate")
    on.start("sandbox", "--port", str(port), "--state", state, "--clock", "clock.json", "--sandbox-log", log)
    wait_for((state / "sandbox.json").exists, END_S)
    member = [sys.executable, "-m", "tests.chaos.member"]
    launched = on.start(program=[*member, "launch", address], PYTHONPATH=str(ROOT))
    if launched.wait(END_S):
        raise AssertionError(on.said(launched))
    at_work = [on.start(program=[*member, "work", address], PYTHONPATH=str(ROOT)).pid for _ in range(workers)]
    parts = [at_work, family(postgres.pid), family(redis.pid)]

    def received() -> int:
        return log.read_bytes().count(b'"POST"') if log.exists() else 0

    wait_for(lambda: received() >= BEGUN, END_S)
    before, calls = [cpu_s(part) for part in parts], received()
    wait_for(lambda: received() >= CALLS, END_S)
    parts[1] = family(postgres.pid)
    spent = [1000 * (cpu_s(part) - begun) / (CALLS - calls) for part, begun in zip(parts, before, strict=True)]
    return Run(rate(log, BEGUN), *spent)


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *(child for child in _processes() if _stat(child)[1] == str(pid))]


def cpu_s(pids: list[int]) -> float:
    """Seconds of processor time that they have used."""
    ticks = sum(int(used) for pid in pids for used in _stat(pid)[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _stat(pid: int) -> list[str]:
    """What /proc/PID/stat says behind the name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return ["0"] * 20


def run() -> list[Figure]:
    """Rates against one worker's; processor time against the one worker's, less is better."""
    medians: dict[int, Run] = {}
    for workers in WORKERS:
        runs = [run_with(workers) for _ in range(RUNS)]
        columns = ([each.rate for each in runs], [each.workers_ms for each in runs],
                   [each.postgres_ms for each in runs], [each.redis_ms for each in runs])  # fmt: skip
        medians[workers] = Run(*map(statistics.median, columns))
    one = medians[WORKERS[0]]
    return [
        figure
        for workers, each in medians.items()
        for figure in (
            Figure(f"shared ×{workers}", "calls", each.rate, one.rate, "one worker"),
            Figure(f"shared ×{workers}", "ms, workers", each.workers_ms, one.workers_ms, "one worker: less is better"),
            Figure(f"shared ×{workers}", "ms, SQL", each.postgres_ms, one.postgres_ms, "one worker: less is better"),
            Figure(f"shared ×{workers}", "ms, Redis", each.redis_ms, one.redis_ms, "one worker: less is better"),
        )
    ]
