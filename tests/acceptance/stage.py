"""A stage for acceptance tests: the program as its users run it, in a folder of its own, with an empty environment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialer.clock import ScaledClock
from tests.agreed import CONSENT_TABLE

ALL_DAY = "".join(f'{day} = "00:00-24:00"\n' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
SUITE_JITTER_S = 0.05
"""What the pace is judged with in the suite, whose other half keeps the machine busy."""
PROGRAM = [sys.executable, "-m", "dialer"]


class Stage:
    """One folder, one environment, and the processes started in it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
        self.processes: list[subprocess.Popen[str]] = []

    def run(self, *arguments: str | Path, timeout_s: float = 100) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*PROGRAM, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=timeout_s, check=False,
        )  # fmt: skip

    def start(
        self, *arguments: str | Path, program: Sequence[str] = PROGRAM, **environment: str
    ) -> subprocess.Popen[str]:  # fmt: skip
        """Start a command; what it says goes to a file named like it."""
        with (self.folder / f"said-{len(self.processes)}.txt").open("w") as said:
            process = subprocess.Popen(
                [*program, *arguments], cwd=self.folder, env=self.environment | environment, stdin=subprocess.DEVNULL,
                stdout=said, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def said(self, process: subprocess.Popen[str]) -> str:
        """What a started command has said so far."""
        return (self.folder / f"said-{self.processes.index(process)}.txt").read_text()

    def last_words(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        """A process's exit code, and the line that it ended with; its log stands around it."""
        code = process.wait(timeout=100)
        return code, next((line for line in self.said(process).splitlines() if line.startswith("dialer: ")), "")

    def json(self, *arguments: str | Path) -> Any:
        """A command's JSON document."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def close(self) -> None:
        """End whatever still runs, the practice platform and the private Redis included."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        for pid in self.servants():
            kill(pid)

    def servants(self) -> list[int]:
        """The process ids of practice platforms and private servers under this folder."""
        pids = []
        for path in self.folder.rglob("sandbox.json"):
            with contextlib.suppress(OSError, ValueError):
                pids.append(int(json.loads(path.read_text())["pid"]))
        for path in self.folder.rglob("redis.pid"):
            with contextlib.suppress(OSError, ValueError):
                pids.append(int(path.read_text()))
        return pids


@contextlib.contextmanager
def stage(folder: Path, **environment: str) -> Iterator[Stage]:
    """A stage that is cleared afterwards."""
    built = Stage(folder, **environment)
    try:
        yield built
    finally:
        built.close()


def kill(pid: int) -> None:
    """Kill a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_for(what: Callable[[], Any], timeout_s: float = 100) -> Any:
    """Wait until ``what`` answers something true, and answer that."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {timeout_s} s in vain")


def british_list(path: Path, count: int) -> Path:
    """A list of British people, whom ``campaign`` calls at any hour."""
    rows = "".join(f"Person {i},+4420794{60000 + i:05d}\n" for i in range(count))
    path.write_text("Name,Phone\n" + rows)
    return path


def campaign(path: Path, name: str, extra: str = "", *, per_second: float = 4, at_once: int = 20) -> Path:
    """A campaign file for any hour of any day, for which the norms of British hours were set aside."""
    path.write_text(
        f'name = "{name}"\nagent = "7"\n{extra}\n[hours]\n{ALL_DAY}[pace]\nper_second = {per_second}\n'
        f"at_once = {at_once}\n[retries]\nattempts = 1\n"
        f"{CONSENT_TABLE}"
        '[[law.override]]\njurisdiction = "GB"\nreason = "a practice platform; nobody is called"\n'
    )
    return path


def platform(on: Stage, *options: str | Path, speed: float, per_second: float = 4, at_once: int = 20) -> Path:
    """A practice platform as the stage's account; its calls pass ``speed`` times as fast. Answers its log.

    Its records echo our reference, since its clock is not ours.
    """
    clock, log = on.folder / "clock.json", on.folder / "log.jsonl"
    ScaledClock.start(clock, datetime.now(UTC), speed)
    on.start(
        "sandbox", "--port", "0", "--state", "platform", "--clock", clock, "--sandbox-log", log, "--echo", *options
    )
    said = on.folder / "platform" / "sandbox.json"
    port = wait_for(lambda: said.exists() and json.loads(said.read_text())["port"])
    accounts = on.folder / "accounts.toml"
    accounts.write_text(
        f'[accounts.default]\nbase_url = "http://127.0.0.1:{port}/api"\n'
        f"per_second = {per_second}\nat_once = {at_once}\n"
    )
    accounts.chmod(0o600)
    on.environment |= {"DIALER_ACCOUNTS": str(accounts), "CALLFLUENT_API_KEY": "sandbox"}
    return log
