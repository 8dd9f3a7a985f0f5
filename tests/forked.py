"""The real program in processes of its own, without paying for its start each time.

A clean process that has imported everything once is copied for each command: the program then runs from its first line
to its exit code as if it had been typed, with an environment and a folder of its own.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.acceptance.stage import Stage

PRELOADED = (
    "tests.forked", "dialer.cli.launching", "dialer.cli.running", "dialer.cli.worker_command", "dialer.sandbox.server",
    "campaigns.reports.report", "alembic.command", "psycopg", "phonenumbers",
)  # fmt: skip
_copies = multiprocessing.get_context("forkserver")
_copies.set_forkserver_preload([*PRELOADED])
_asking = threading.Lock()
"""Whoever starts a process asks all the others for their exit codes: one that two threads ask at once says 255."""
Before = Callable[[], None]


class Program:
    """One command, started; it answers to what ``subprocess.Popen`` does."""

    def __init__(
        self, folder: Path, environment: dict[str, str], words: list[str], out: Path, before: Before | None
    ) -> None:
        """``out`` gets what it prints and, as ``.err``, what it says; ``before`` is called ahead of the program."""
        self.out, self.err = out, out.with_suffix(".err")
        asked = (folder, environment, words, self.out, self.err, before)
        self._process: ForkServerProcess = _copies.Process(target=_run, args=asked)
        with _asking:
            self._process.start()
        assert self._process.pid is not None  # it was started
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        with _asking:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        wait([self._process.sentinel], timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired("dialer", timeout or 0, stderr=self.err.read_bytes())
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkedStage(Stage):
    """A stage whose commands are copies; ``before`` is called in each of them ahead of the program."""

    def __init__(self, folder: Path, environment: Mapping[str, str], before: Before | None) -> None:
        super().__init__(folder, **environment)
        self.before = before
        multiprocessing.forkserver.ensure_running()  # it imports while the test prepares

    def start(self, *arguments: str | Path) -> Any:
        out = self.folder / f"said-{len(self.processes)}.out"
        words = [str(argument) for argument in arguments]
        program: Any = Program(self.folder, self.environment, words, out, self.before)
        self.processes.append(program)
        return program

    def run(self, *arguments: str | Path, timeout_s: float = 100) -> subprocess.CompletedProcess[str]:
        program = self.start(*arguments)
        code = program.wait(timeout_s)
        return subprocess.CompletedProcess(arguments, code, program.out.read_text(), program.err.read_text())

    def said(self, process: Any) -> str:
        """What it has said so far: nothing while it has not come to opening its files."""
        return "".join(file.read_text() for file in (process.err, process.out) if file.exists())


@contextlib.contextmanager
def forked_stage(folder: Path, environment: Mapping[str, str], before: Before | None = None) -> Iterator[ForkedStage]:
    """A stage of copies that is cleared afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    built = ForkedStage(folder, environment, before)
    try:
        yield built
    finally:
        built.close()


def _run(
    folder: Path, environment: dict[str, str], words: list[str], out: Path, err: Path, before: Before | None
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.argv = ["dialer", *words]
    if before is not None:
        before()
    from dialer.cli import main

    main()
