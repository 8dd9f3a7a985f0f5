"""The driver: one campaign in a folder of its own, in scaled time, harmed at moments drawn from a seed, then judged.

``Embedded`` is a rehearsal as users run it: SQLite, a private Redis, one ``dialer run`` at a time. ``Shared`` is
PostgreSQL, a Redis of its own and any number of workers (``tests.chaos.member``: ``dialer worker`` with the rehearsal's
clock). Moments are counted in requests that the platform has received, so a slow machine is harmed as often as a fast.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import redis

from benchmarks.people import write_list
from dialer.clock import ScaledClock
from dialer.valkey import socket_path
from tests.acceptance.stage import Stage, kill, stage, wait_for
from tests.chaos.checker import Ledger, Promise, Verdict, check
from tests.chaos.evidence import is_call, read_log, rows, shared_rows
from tests.chaos.trial import Trial
from tests.forked import ForkedStage
from tests.servers import RedisServer, free_port, start_redis

SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))
START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday noon in New York."""
ROOT = Path(__file__).parents[2]
END_S = 600.0
"""A trial may go on into a second day: at its fastest a night takes two minutes and a half."""
JITTER_S = 0.1


@dataclass
class Drive(ABC):
    """A trial under way; ``said`` are figures for the table at the end of the run."""

    per_second: ClassVar[float]
    """The campaign's pace in clock time, well below what this size reaches on two cores, which may be busy."""
    on: Stage
    trial: Trial
    seed: int
    said: dict[str, object] = field(default_factory=dict)
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rnd = random.Random(f"{self.seed}:{self.trial.name}:{type(self).__name__}")
        write_list(self.on.folder / "leads.csv", self.trial.people)
        (self.on.folder / "c.toml").write_text(self.trial.campaign(self.per_second * self.trial.haste))
        self.log, self._read, self._received = self.on.folder / "log.jsonl", 0, 0
        # Commands are copies: to start a program takes seconds on a busy machine, and the campaign goes on.
        self._copies = ForkedStage(self.on.folder, self.on.environment, None)

    @abstractmethod
    def begin(self) -> None:
        """Launch the campaign and start its workers; the first request was received when this returns."""

    @abstractmethod
    def another(self) -> None:
        """Start a worker."""

    @abstractmethod
    def sweep(self) -> None:
        """Kill (-9) everything but what holds the ledger: workers, practice platform, embedded the Redis, too."""

    @abstractmethod
    def restart_redis(self) -> None:
        """Kill the Redis server and lose what it held; it comes back."""

    @abstractmethod
    def flush_redis(self) -> None:
        """Empty it."""

    @abstractmethod
    def over(self) -> bool:
        """Whether the campaign is over."""

    @abstractmethod
    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows of the ledger."""

    def append(self, file: Path) -> None:
        """Add a list to the campaign under way."""
        done = self.command("append", "spring", file)
        assert done.returncode == 0, done.stderr

    def command(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a ``dialer`` command on this campaign's ledger."""
        return self._copies.run(*words)

    @property
    @abstractmethod
    def stopped_code(self) -> int:
        """What a worker that was told to stop exits with."""

    def received(self) -> int:
        """How many requests to make a call the platform has received so far."""
        if self.log.exists():
            with self.log.open("rb") as file:
                file.seek(self._read)
                news = file.read()
            whole = news[: news.rfind(b"\n") + 1]
            self._read += len(whole)
            self._received += sum(is_call(json.loads(line)) for line in whole.splitlines())
        return self._received

    def any_worker(self) -> subprocess.Popen[str] | None:
        """One of those that live."""
        alive = [worker for worker in self.workers if worker.poll() is None]
        return self.rnd.choice(alive) if alive else None

    def harm(self, harms: Sequence[Harm], times: int, until: float = 0.8) -> int:
        """Do harm so many times, the kinds in turn, while the first ``until`` of the requests come; answers how often
        something alive was met.
        """
        moments = sorted(self.rnd.uniform(0, until) * self.trial.people for _ in range(times))
        met = 0
        for nth, moment in enumerate(moments):
            wait_for(lambda moment=moment: self.received() >= moment or self.over(), END_S)  # type: ignore[misc]
            time.sleep(self.rnd.uniform(0, 0.3))
            if self.over():
                break
            met += harms[nth % len(harms)](self)
        self.said["harms"] = met
        return met

    def finish(self) -> Verdict:
        """Wait for the end and judge it, the report included."""
        wait_for(self.over, END_S)
        out = self.on.folder / "results.json"
        made = self.command("report", "spring", out)
        assert made.returncode == 0, made.stderr
        report = json.loads(out.read_text())["leads"]
        ledger = Ledger(self.rows("SELECT * FROM attempts"), self.rows("SELECT * FROM contacts"), report)
        log = read_log(self.log)
        campaign = tomllib.loads((self.on.folder / "c.toml").read_text())
        found = check(log, ledger, Promise(campaign, self.trial.speed, JITTER_S, self.trial.results))
        held = sum(contact["state"] == "held" for contact in ledger.contacts)
        self.said |= {"received": len(log.requests), "placed": len(log.placed), **found.counts(), "held": held}
        return found

    def judge(self) -> Verdict:
        """``finish``, and nothing may be wrong."""
        found = self.finish()
        assert not found.faults, f"--seed={self.seed}: {found.faults[:10]}"
        return found


Harm = Callable[[Drive], bool]


class Embedded(Drive):
    """A rehearsal: SQLite, a private Redis, one process."""

    per_second = 4.0
    stopped_code = 75

    @property
    def folder(self) -> Path:
        """The rehearsal's."""
        return self.on.folder / ".dialer" / "rehearsal"

    def begin(self) -> None:
        (self.on.folder / ".dialer").mkdir()
        (self.on.folder / ".dialer" / "faults.toml").write_text(self.trial.faults)
        self.workers.append(self.on.start(
            "launch", "leads.csv", "--campaign", "c.toml", "--rehearse", "--speed", str(self.trial.speed),
            "--start", START.isoformat(), "--seed", str(self.seed), "--sandbox-log", "log.jsonl", "-q",
        ))  # fmt: skip
        wait_for(self.received, END_S)

    def another(self) -> None:
        self.workers.append(self.on.start("run", "spring", "--rehearsal", "-q"))

    def sweep(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()
        for pid in self.on.servants():
            kill(pid)

    def restart_redis(self) -> None:
        kill(int((self.folder / "redis" / "redis.pid").read_text()))
        shutil.rmtree(self.folder / "redis" / "appendonlydir", ignore_errors=True)

    def flush_redis(self) -> None:
        with redis.Redis(unix_socket_path=str(socket_path(self.folder / "redis"))) as client:
            client.flushall()

    def over(self) -> bool:
        code = self.workers[-1].poll()
        assert code in (None, 0, 6, -signal.SIGKILL, self.stopped_code), self.on.said(self.workers[-1])
        return code in (0, 6)

    def rows(self, query: str) -> list[dict[str, Any]]:
        return rows(self.folder / "ledger.sqlite", query)

    def command(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return super().command(*words, "--rehearsal")


class Shared(Drive):
    """PostgreSQL, a Redis of its own, several workers."""

    per_second = 1.0
    stopped_code = 0

    def __init__(self, on: Stage, trial: Trial, seed: int, server: RedisServer, url: str) -> None:
        on.environment |= {"DIALER_REDIS_URL": server.url, "DIALER_DATABASE_URL": url}
        super().__init__(on, trial, seed)
        self.redis, self.url, self.port = server, url, free_port()

    def begin(self) -> None:
        ScaledClock.start(self.on.folder / "clock.json", START, self.trial.speed)
        (self.on.folder / "faults.toml").write_text(self.trial.faults)
        assert self.on.run("migrate").returncode == 0
        self.serve()
        loaded = self._member("launch")
        assert loaded.wait(END_S) == 0, self.on.said(loaded)
        for _ in range(self.trial.workers):
            self.another()
        wait_for(self.received, END_S)

    def serve(self) -> None:
        """Start the practice platform, at the address it always has."""
        state = self.on.folder / "platform"
        (state / "sandbox.json").unlink(missing_ok=True)
        self.on.start("sandbox", "--port", str(self.port), "--state", state, "--clock", "clock.json", "--seed",
                      str(self.seed), "--sandbox-log", "log.jsonl", "--faults", "faults.toml")  # fmt: skip
        wait_for((state / "sandbox.json").exists, END_S)

    def another(self) -> None:
        self.workers.append(self._member("work"))

    def _member(self, what: str) -> subprocess.Popen[str]:
        program = [sys.executable, "-m", "tests.chaos.member", what, f"http://127.0.0.1:{self.port}/api"]
        return self.on.start(program=program, PYTHONPATH=str(ROOT))

    def sweep(self) -> None:
        alive = [worker for worker in self.workers if worker.poll() is None]
        for worker in alive:
            worker.kill()
            worker.wait()
        for pid in self.on.servants():
            kill(pid)
        self.serve()
        for _ in alive[1:]:
            self.another()

    def restart_redis(self) -> None:
        self.redis.kill()
        shutil.rmtree(self.redis.folder / "appendonlydir", ignore_errors=True)
        time.sleep(self.rnd.uniform(0.1, 2))
        self.redis.start()

    def flush_redis(self) -> None:
        self.redis.flush()

    def over(self) -> bool:
        (counted,) = self.rows("SELECT count(*) AS n FROM campaigns WHERE state = 'done'")
        (left,) = self.rows("SELECT count(*) AS n FROM attempts "
                            "WHERE state IN ('reserved', 'submitted', 'accepted', 'unknown')")  # fmt: skip
        return bool(counted["n"]) and not left["n"]

    def rows(self, query: str) -> list[dict[str, Any]]:
        return shared_rows(self.url, query)


@contextmanager
def drive(folder: Path, trial: Trial, seed: int, url: str | None) -> Iterator[Drive]:
    """A trial that has begun; on PostgreSQL where ``url`` names an empty database."""
    folder.mkdir(exist_ok=True)
    if url is None:
        with stage(folder) as on:
            begun: Drive = Embedded(on, trial, seed)
            begun.begin()
            yield begun
        return
    with start_redis() as server, stage(folder) as on:
        begun = Shared(on, trial, seed, server, url)
        begun.begin()
        yield begun
