"""The embedded size: a state folder with an SQLite ledger and a private Redis, owned by one process (DESIGN §7).

.dialer/ledger.sqlite    the ledger
.dialer/worker.lock      who owns it; held for as long as that process lives
.dialer/redis/           the private server
.dialer/rehearsal/       the same again, for a rehearsal, beside its clock and its practice platform
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import migrate
from dialer import valkey
from dialer.errors import ServerAway

WATCH_S = 0.5


class WorkerLock:
    """The lock of a state folder: who holds it may write the ledger. It goes with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        """``folder`` exists."""
        self._path = folder / "worker.lock"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Take the lock if it is free; True where this process now holds it."""
        file = self._path.open("a+")
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


def ledger_url(folder: Path) -> str:
    """Where a folder's ledger is."""
    return f"sqlite:///{folder.absolute() / 'ledger.sqlite'}"


def make_folder(folder: Path) -> None:
    """Make a state folder that only its owner may read; raises ServerAway where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / ".gitignore").write_text("*\n")
    except OSError as error:
        raise ServerAway(f"the state folder {folder} cannot be written: {error.strerror}") from error


@asynccontextmanager
async def own_ledger(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[Ledger]:
    """The folder's ledger, migrated and writable; the caller holds the folder's lock."""
    migrate(ledger_url(folder), now())
    ledger = Ledger(ledger_url(folder), now)
    try:
        yield ledger
    finally:
        await asyncio.to_thread(ledger.close)


@asynccontextmanager
async def private_redis(folder: Path) -> AsyncIterator[Path]:
    """The folder's Redis server, kept alive while the block runs and stopped after it; yields its socket."""
    socket = await asyncio.to_thread(valkey.start, folder / "redis")
    watch = asyncio.create_task(_keep_alive(folder / "redis"))
    try:
        yield socket
    finally:
        watch.cancel()
        await asyncio.to_thread(valkey.stop, folder / "redis")


async def _keep_alive(folder: Path) -> None:
    while True:
        await asyncio.sleep(WATCH_S)
        if not await asyncio.to_thread(valkey.answers, valkey.socket_path(folder)):
            await asyncio.to_thread(valkey.start, folder)
