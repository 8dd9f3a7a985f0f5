"""The real program in processes of its own, without paying for its start each time.

A clean process that has imported everything once is copied for each command: the program then runs from its first line
to its exit code as if it had been typed, with an environment and a folder of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path

PRELOADED = ("tests.forked", "dialer.cli.launching", "dialer.cli.running", "dialer.cli.worker_command",
             "campaigns.reports.report", "alembic.command", "psycopg", "phonenumbers")  # fmt: skip
_copies = multiprocessing.get_context("forkserver")
_copies.set_forkserver_preload([*PRELOADED])


class Program:
    """One command, started; what it says goes to ``log``."""

    def __init__(
        self, folder: Path, environment: dict[str, str], *words: str | Path, before: Callable[[], None] | None = None
    ) -> None:
        """``before`` is called in the new process, ahead of the program; it must be a module's function."""
        self.log = folder / f"said-{len([*folder.glob('said-*.txt')])}-{words[0]}.txt"
        self.log.touch()
        whole = {"PATH": os.environ["PATH"], "HOME": str(folder)} | environment
        asked = (folder, whole, [str(word) for word in words], self.log, before)
        self._process: ForkServerProcess = _copies.Process(target=_run, args=asked)
        self._process.start()

    @property
    def pid(self) -> int:
        pid = self._process.pid
        assert pid is not None  # it was started
        return pid

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def wait(self, timeout_s: float = 60) -> int:
        """Wait for its end; the exit code, negative for a signal."""
        self._process.join(timeout_s)
        assert self._process.exitcode is not None, f"still there after {timeout_s} s: {self.said()}"
        return self._process.exitcode

    def said(self) -> str:
        """What it has said so far."""
        return self.log.read_text()


def _run(
    folder: Path, environment: dict[str, str], words: list[str], log: Path, before: Callable[[], None] | None
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    out = os.open(log, os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(out, number)
    sys.argv = ["dialer", *words]
    if before is not None:
        before()
    from dialer.cli import main

    main()
