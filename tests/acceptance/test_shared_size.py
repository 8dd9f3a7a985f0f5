"""The shared size: PostgreSQL, Redis and two workers, the processes of docker-compose.yml started by hand."""

from __future__ import annotations

import signal
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acceptance.stage import SUITE_JITTER_S, Stage, british_list, campaign, platform, stage, wait_for
from tests.judge import Log, judge_calls, judge_concurrency, judge_pace, judge_windows
from tests.servers import start_redis

pytestmark = pytest.mark.timeout(200)
PACE, AT_ONCE, LEADS = 4, 12, 60


def table(url: str, name: str) -> list[dict[str, Any]]:
    """Every row of a table of the shared ledger."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(sa.text(f"SELECT * FROM {name}"))]
    finally:
        engine.dispose()


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
        wait_for(lambda: log.exists() and len(Log.read(log).placed) >= LEADS // 4)
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
        seen, attempts = Log.read(log), table(postgres_url, "attempts")
        assert not judge_calls(seen, attempts)
        assert not judge_windows(seen, table(postgres_url, "contacts"), tomllib.loads(file.read_text()))
        assert not judge_pace(seen, PACE, speed=1, jitter_s=SUITE_JITTER_S)
        assert not judge_concurrency(seen, AT_ONCE)
        held = [contact for contact in table(postgres_url, "contacts") if contact["state"] == "held"]
        assert len({line["body"]["data"]["phone_number"] for line in seen.placed}) >= LEADS - len(held)
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
