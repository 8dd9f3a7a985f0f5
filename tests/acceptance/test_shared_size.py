"""The shared size: PostgreSQL, Redis and two workers, the processes of docker-compose.yml started by hand."""

from __future__ import annotations

import signal
import time
import tomllib
from pathlib import Path

import pytest

from tests.acceptance.stage import SUITE_JITTER_S, Stage, british_list, campaign, platform, stage, wait_for
from tests.chaos.checker import Ledger, Promise, check
from tests.chaos.evidence import read_log, shared_rows
from tests.servers import start_redis

pytestmark = pytest.mark.timeout(200)
PACE, AT_ONCE, LEADS = 4, 12, 60
CONTACTS = "SELECT * FROM contacts"


def state(on: Stage) -> str:
    return str(on.json("status", "uk")["state"])


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
        wait_for(lambda: state(on) == "done", timeout_s=120)
        workers[1].send_signal(signal.SIGTERM)
        assert workers[1].wait(timeout=30) == 0, on.said(workers[1])
        ledger = Ledger(shared_rows(postgres_url, "SELECT * FROM attempts"), shared_rows(postgres_url, CONTACTS))
        promise = Promise(tomllib.loads(file.read_text()), jitter_s=SUITE_JITTER_S)
        assert not check(read_log(log), ledger, promise).faults
        report = on.run("report", "uk", "results.xlsx")
        assert report.returncode == 0, report.stderr


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
