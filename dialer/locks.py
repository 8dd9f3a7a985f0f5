"""Locks that go with the process that holds them, however it ends, and say who that is."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from campaigns.ledger.ledger import Ledger, holder
from dialer.errors import ServerAway


class FileLock:
    """A lock file: who holds it is written in it."""

    def __init__(self, path: Path) -> None:
        """The folder of ``path`` exists."""
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Take the lock if it is free; True where this process now holds it. Raises ServerAway where none can be."""
        try:
            file = self._path.open("a+")
        except OSError as error:
            raise ServerAway(f"the folder {self._path.parent} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        said = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds"), "command": sys.argv[1:3]}
        file.write(json.dumps(said))
        file.flush()
        self._file = file
        return True

    def is_held(self) -> bool:
        """Whether another process holds the lock now; asked without disturbing it."""
        try:
            with self._path.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def holder(self) -> str:
        """Who holds the lock, in words."""
        try:
            said: dict[str, Any] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return "another process"
        return f"process {said['pid']} (dialer {' '.join(said['command'])}), since {said['since']}"

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
            self._file = None


def worker_lock(folder: Path) -> FileLock:
    """The lock of a state folder: who holds it owns the SQLite ledger, and may write it."""
    return FileLock(folder / "worker.lock")


def run_lock(folder: Path, campaign_id: int) -> FileLock:
    """The lock of one campaign's run."""
    return FileLock(folder / f"run-{campaign_id}.lock")


def is_run(ledger: Ledger, folder: Path | None, campaign_id: int) -> bool:
    """Whether some process runs this campaign now."""
    if folder is None:
        return ledger.read_now(holder, campaign_id) is not None
    return run_lock(folder, campaign_id).is_held()


@contextmanager
def only_run(ledger: Ledger, folder: Path | None, campaign_id: int) -> Iterator[str | None]:
    """Hold the campaign for one run; yields None, or who runs it already."""
    if folder is None:
        with ledger.held(campaign_id, f"process {os.getpid()} on {os.uname().nodename}") as holder:
            yield holder
        return
    lock = run_lock(folder, campaign_id)
    taken = lock.take()
    try:
        yield None if taken else lock.holder()
    finally:
        lock.release()
