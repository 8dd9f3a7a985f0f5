"""The shared size: PostgreSQL, Redis and two workers, the processes of docker-compose.yml started by hand."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.stage import SUITE_JITTER_S, Stage, british_list, campaign, platform, stage, wait_for
from tests.chaos.checker import Ledger, Promise, check
from tests.chaos.evidence import read_log, shared_rows
from tests.released.kept import install, version_before
from tests.servers import start_redis

PACE, AT_ONCE, LEADS = 4, 12, 60
CONTACTS = "SELECT * FROM contacts"


def is_done(url: str) -> bool:
    return bool(shared_rows(url, "SELECT state FROM campaigns")[0]["state"] == "done")


@pytest.mark.parametrize("harm", ["worker", "redis"])
def test_two_workers_dial_everyone_once_within_the_limits_whatever_is_killed(
    tmp_path: Path, postgres_url: str, harm: str
) -> None:
    with start_redis() as redis, stage(tmp_path, DIALER_REDIS_URL=redis.url, DIALER_DATABASE_URL=postgres_url) as on:
        log = platform(on, speed=12, per_second=PACE, at_once=AT_ONCE)
        assert on.run("migrate").returncode == 0
        british_list(tmp_path / "leads.csv", LEADS)
        file = campaign(tmp_path / "c.toml", "uk", per_second=PACE, at_once=AT_ONCE)
        loaded = on.run("launch", "leads.csv", "--campaign", file, "--yes", "--detach")
        assert loaded.returncode == 0, loaded.stderr
        workers = [on.start("worker"), on.start("worker")]
        wait_for(lambda: log.exists() and len(read_log(log).placed) >= LEADS // 4)
        if harm == "worker":
            workers[0].kill()
        else:
            redis.kill()
            time.sleep(1)
            redis.start()
            redis.flush()
        wait_for(lambda: is_done(postgres_url), timeout_s=120)
        workers[1].send_signal(signal.SIGTERM)
        assert workers[1].wait(timeout=100) == 0, on.said(workers[1])
        ledger = Ledger(shared_rows(postgres_url, "SELECT * FROM attempts"), shared_rows(postgres_url, CONTACTS))
        promise = Promise(tomllib.loads(file.read_text()), jitter_s=SUITE_JITTER_S)
        assert not check(read_log(log), ledger, promise).faults
        report = on.run("report", "uk", "results.xlsx")
        assert report.returncode == 0, report.stderr


WRONG_CLOCK = """
import os, time
right = time.time
time.time = lambda: right() + float(open(os.environ["CLOCK_IS_OFF_BY"]).read())
"""


def start_with(on: Stage, **variables: str) -> subprocess.Popen[str]:
    """A worker with an environment of its own."""
    usual = on.environment
    on.environment = usual | variables
    try:
        return on.start("worker")
    finally:
        on.environment = usual


def start_by_a_clock_of_its_own(on: Stage, off_s: float) -> tuple[subprocess.Popen[str], Path]:
    """A worker whose wall clock is off by what the file says, from now on and whenever that is written anew."""
    (on.folder / "sitecustomize.py").write_text(WRONG_CLOCK)
    off = on.folder / f"off-{len(on.processes)}"
    off.write_text(str(off_s))
    return start_with(on, PYTHONPATH=str(on.folder), CLOCK_IS_OFF_BY=str(off)), off


@contextlib.contextmanager
def fleet(folder: Path, postgres_url: str, leads: int) -> Iterator[tuple[Stage, Path, Callable[[], None]]]:
    """A campaign loaded for workers to dial; yields the stage, the platform's log, and what waits and judges."""
    with start_redis() as redis, stage(folder, DIALER_REDIS_URL=redis.url, DIALER_DATABASE_URL=postgres_url) as on:
        log = platform(on, speed=12, per_second=PACE, at_once=AT_ONCE)
        assert on.run("migrate").returncode == 0
        british_list(folder / "leads.csv", leads)
        file = campaign(folder / "c.toml", "uk", per_second=PACE, at_once=AT_ONCE)
        assert on.run("launch", "leads.csv", "--campaign", file, "--yes", "--detach").returncode == 0

        def finish() -> None:
            wait_for(lambda: is_done(postgres_url), timeout_s=600)
            ledger = Ledger(shared_rows(postgres_url, "SELECT * FROM attempts"), shared_rows(postgres_url, CONTACTS))
            promise = Promise(tomllib.loads(file.read_text()), jitter_s=SUITE_JITTER_S)
            assert not check(read_log(log), ledger, promise).faults
            assert len(ledger.contacts) == leads

        yield on, log, finish


def roll_over(folder: Path, postgres_url: str, leads: int) -> None:
    """Four workers, two of them of the newest release, are replaced one after the other while they dial.

    Some with a wrong clock want to join them.
    """
    released = install(version_before(), folder / "released")
    with fleet(folder, postgres_url, leads) as (on, log, finish):
        steady, off = start_by_a_clock_of_its_own(on, 0)
        workers = [start_with(on, PYTHONPATH=str(released)) for _ in range(2)] + [on.start("worker")]
        wait_for(lambda: log.exists() and read_log(log).placed, timeout_s=120)
        fast, slow = (start_by_a_clock_of_its_own(on, hours * 3600)[0] for hours in (2, -2))
        (folder / "later").write_text("7200")
        (folder / "later").rename(off)
        for process, words in (
            (fast, "is 2:00:00 ahead of the database's"), (slow, "is 2:00:00 behind the database's"),
            (steady, "was set 2:00:00 forward"),
        ):  # fmt: skip
            code, line = on.last_words(process)
            assert (code, line.partition(": nothing is dialed by a wrong clock")[0]) == (
                5, f"dialer: this machine's clock {words}",
            )  # fmt: skip
        workers.append(on.start("worker"))
        wait_for(lambda: "Serving" in on.said(workers[-1]), timeout_s=60)  # it cannot be told before
        since_us = time.time() * 1_000_000
        for _ in range(4):
            leaving = workers.pop(0)
            leaving.send_signal(signal.SIGTERM)
            assert leaving.wait(timeout=100) == 0, on.said(leaving)
            workers.append(on.start("worker"))
        finish()
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(timeout=100) for worker in workers] == [0] * 4
        sent = [
            row
            for row in shared_rows(postgres_url, "SELECT * FROM attempts")
            if row["intent_at"] and row["intent_at"] > since_us
        ]
        assert sent
        assert all(row["outcome_at"] for row in sent), "a worker that left gave a request up"


@pytest.mark.timeout(400)
def test_workers_roll_over_without_giving_a_request_up_and_a_wrong_clock_does_not_dial(
    tmp_path: Path, postgres_url: str
) -> None:
    roll_over(tmp_path, postgres_url, 40)


def test_only_one_of_the_two_settings_is_refused_and_servers_out_of_reach_are_one_line(tmp_path: Path) -> None:
    with stage(tmp_path, DIALER_REDIS_URL="redis://127.0.0.1:9/0") as on:
        half = on.run("worker")
        assert half.returncode == 4
        assert "DIALER_DATABASE_URL is missing" in half.stderr
        on.environment |= {
            "DIALER_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:9/none", "CALLFLUENT_API_KEY": "x",
        }  # fmt: skip
        away = on.run("worker")
        assert away.returncode == 5
        assert len(away.stderr.splitlines()) == 1
        assert "secret" not in away.stderr
