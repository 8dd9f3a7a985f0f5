"""A ledger that goes back in mid-campaign, or is lost, after more calls were made: nobody is called twice or lost."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run

from tests.acceptance.stage import british_list, campaign, platform, stage, wait_for
from tests.chaos.checker import Ledger, Verdict, requests_and_attempts
from tests.chaos.evidence import read_log, rows
from tests.scene import Scene, scene
from tests.servers import find_postgres, start_redis

FURTHER_US = 6_000_000
"""How much further on than its backup a ledger is when it is lost: more than what Redis takes for uneven clocks."""
PEOPLE, PACE, SOME = 36, 4, 6
LEAVES_S = 1.0 + 1.0
"""How soon a worker looks at the ledger again, and what the suite's other half takes."""
LEFT = "dialer: the ledger was restored while it was served: start again"


def test_who_was_called_after_the_backup_is_not_called_again(tmp_path: Path) -> None:
    go_back(tmp_path, 50, "restore")


def go_back(folder: Path, leads: int, by: str) -> int:
    """Dial, back up, dial on, kill, put the backup back, dial to the end; answers how many calls were taken in.

    ``by`` cp: the file is copied by hand and has no mark; Redis saw the ledger further on.
    """
    ledger, copy = folder / ".dialer" / "ledger.sqlite", folder / "monday.sqlite"
    with stage(folder) as on:
        log = platform(on, speed=40, at_once=leads)
        british_list(folder / "leads.csv", leads)
        file = campaign(folder / "c.toml", "uk", '[engine]\nhorizon = "15s"\n', at_once=leads)
        launched = on.start("launch", "leads.csv", "--campaign", file, "--yes")
        wait_for(lambda: log.exists() and len(read_log(log).requests) >= 5, timeout_s=60)
        copied = on.run("backup", "monday.sqlite")
        assert (copied.returncode, copied.stdout) == (0, "monday.sqlite\n"), copied.stderr
        wait_for(lambda: newest(ledger) > newest(copy) + FURTHER_US)
        launched.kill()
        launched.wait()
        if by == "restore":
            back = on.run("restore", "monday.sqlite")
            assert back.returncode == 0, back.stderr
        else:
            with closing(sqlite3.connect(copy)) as conn, conn:
                conn.execute("UPDATE ledger SET as_of = NULL")
            for beside in ("-wal", "-shm"):
                ledger.with_name(ledger.name + beside).unlink(missing_ok=True)
            copy.rename(ledger)
        ran = on.run("run", "uk", "--until", "done", timeout_s=170)
        assert ran.returncode in (0, 6), ran.stderr
        seen, attempts = read_log(log), rows(ledger, "SELECT * FROM attempts")
        taken_in = sum("taken in" in attempt["platform_text"] for attempt in attempts)
        assert taken_in > 0
        assert f"{taken_in} calls made since were taken in; 0 are of unknown origin" in ran.stderr
        called = [line["body"]["data"]["phone_number"] for line in seen.placed]
        assert len(called) == len({*called}), "somebody was called twice"
        held = rows(ledger, "SELECT 1 FROM contacts WHERE state = 'held'")
        assert len(called) >= leads - len(held), "somebody was lost"
        assert not Verdict((*requests_and_attempts(seen, Ledger(attempts, [])),)).faults
    return taken_in


def newest(ledger: Path) -> int:
    """When the ledger sent its newest request, in microseconds."""
    return int(rows(ledger, "SELECT max(intent_at) AS at FROM attempts")[0]["at"])


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        (tmp_path / "junk").write_text("junk" * 1000)
        refused = on.run("restore", "junk")
        assert refused.returncode == 5, refused.stderr
        assert refused.stderr == "dialer: junk: file is not a database\n"
        assert not (tmp_path / ".dialer" / "ledger.sqlite").exists()


def test_postgresql_put_back_by_its_own_programs_is_told_since_when(tmp_path: Path, postgres_url: str) -> None:
    dump, plain_url = tmp_path / "monday.dump", postgres_url.replace("+psycopg", "")
    with start_redis() as redis, scene(tmp_path, PEOPLE, PACE, shared(postgres_url, redis.url)) as at:
        at.load()
        at.dial()
        at.until_called(SOME)
        made = datetime.now(UTC)
        postgres("pg_dump", "--format=custom", f"--file={dump}", plain_url)
        at.until_called(at.called() + SOME)
        at.program.send_signal(signal.SIGTERM)
        assert at.program.wait(60) == 0, at.on.said(at.program)
        postgres("pg_restore", "--clean", f"--dbname={plain_url}", str(dump))
        redis.flush()  # it saw the ledger further on, and nobody would have to say so
        go_on_since(at, made)


def test_workers_that_run_while_the_ledger_is_restored_leave_and_the_next_asks(
    tmp_path: Path, postgres_url: str
) -> None:
    with start_redis() as redis, scene(tmp_path, PEOPLE, PACE, shared(postgres_url, redis.url)) as at:
        at.load()
        workers = [at.on.start("worker") for _ in range(2)]
        at.until_called(SOME)
        assert at.on.run("restore", "--since", datetime.now(UTC).isoformat()).returncode == 0
        told = time.time()
        assert [at.on.last_words(worker) for worker in workers] == [(5, LEFT)] * 2
        late = [line for line in read_log(at.log).requests if at_s(line["real"]) > told + LEAVES_S]
        assert (late, at.called() < PEOPLE) == ([], True)
        at.dial()
        assert at.finish() == []


def test_a_lost_ledger_whose_list_is_loaded_again_is_told_since_when(tmp_path: Path) -> None:
    with scene(tmp_path, PEOPLE, PACE) as at:
        at.load()
        at.dial()
        at.until_called(2 * SOME)
        at.program.kill()
        at.program.wait(30)
        for file in at.ledger.parent.glob(f"{at.ledger.name}*"):
            file.unlink()
        at.load()
        go_on_since(at, datetime.fromisoformat(read_log(at.log).requests[0]["real"]))


def go_on_since(at: Scene, since: datetime) -> None:
    """Say since when history must be asked, and dial to the end: what was taken in is told, and nobody wronged."""
    said = at.on.run("restore", "--since", since.isoformat())
    assert said.returncode == 0, said.stderr
    assert at.called() < PEOPLE, "nobody was left to be called"
    at.dial()
    assert at.finish() == []
    taken_in = sum("taken in" in attempt["platform_text"] for attempt in at.rows("attempts"))
    (told,) = re.findall(r"(\d+) calls made since were taken in; 0 are of unknown origin", at.on.said(at.program))
    assert int(told) == taken_in > 0


def shared(database_url: str, redis_url: str) -> dict[str, str]:
    return {"DIALER_DATABASE_URL": database_url, "DIALER_REDIS_URL": redis_url}


def postgres(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs."""
    done = run([find_postgres() / program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def at_s(real: str) -> float:
    return datetime.fromisoformat(real).timestamp()
