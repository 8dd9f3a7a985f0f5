"""The embedded size: a state folder with an SQLite ledger and a private Redis, owned by one process (DESIGN §7).

.dialer/ledger.sqlite    the ledger
.dialer/worker.lock      who owns it; held for as long as that process lives
.dialer/redis/           the private server
.dialer/registries/      do-not-call registries, each a compact file
.dialer/rehearsal/       the same again, for a rehearsal, beside its clock and its practice platform
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import migrate
from campaigns.suppression.shelf import Shelf
from dialer import valkey
from dialer.errors import ServerAway
from dialer.settings import REGISTRIES

log = logging.getLogger(__name__)

WATCH_S = 0.5
LEDGER = "ledger.sqlite"


def ledger_url(folder: Path) -> str:
    """Where a folder's ledger is."""
    return f"sqlite:///{quote(os.fspath(folder.absolute() / LEDGER))}"


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
    ledger = Ledger(ledger_url(folder), now, shelf=Shelf(folder / REGISTRIES))
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
            try:
                await asyncio.to_thread(valkey.start, folder)
            except ServerAway as error:
                log.warning("waiting: %s", error)
