"""How a command reaches a ledger that another process may own.

On PostgreSQL it simply writes. An SQLite ledger has one owner: a command that writes takes the folder's lock itself or,
where a worker holds it, asks that worker through the private Redis and answers when it has committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from campaigns.errors import NotFound
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import HEAD, current_version, ledger_id
from campaigns.suppression.shelf import Shelf
from dialer import valkey
from dialer.clock import Clock
from dialer.commands import answer_of, execute
from dialer.embedded import ledger_url, own_ledger
from dialer.errors import OwnerLeft, ServerAway, SettingsRefused
from dialer.locks import worker_lock
from dialer.queue import Bell, open_redis
from dialer.settings import REGISTRIES, Settings

OWNER_STARTS_S = 15.0
NO_LEDGER = "no ledger here: `dialer launch LIST` makes one, --state names another place"
OLD_VERSION = "the database has no ledger of this version: run `dialer migrate`"
NEW_VERSION = "the ledger was brought up to date by a newer version of this program: use that one"


@contextmanager
def reading(settings: Settings, folder: Path | None, clock: Clock) -> Iterator[Ledger]:
    """The ledger, to be read; raises NotFound where there is none yet."""
    if settings.database_url:
        url = settings.database_url
        _check_version(url)
        ledger = Ledger(url, clock.now, shelf=Shelf(settings.registries, may_lack=True))
    else:
        if folder is None or not (folder / "ledger.sqlite").exists():
            raise NotFound(NO_LEDGER)
        if current_version(ledger_url(folder)) is None:  # its first owner is making the tables, or died over it
            raise NotFound(NO_LEDGER)
        shelf = Shelf(folder / REGISTRIES, may_lack=True)
        ledger = Ledger(ledger_url(folder), clock.now, read_only=True, shelf=shelf)
    try:
        yield ledger
    finally:
        ledger.close()


async def tell(settings: Settings, folder: Path | None, clock: Clock, command: str, **arguments: Any) -> Any:
    """Run a command on the ledger, here or in the process that owns it; answers once it is committed.

    An owner that leaves before it answers is not waited for: the command is run here, which to say it again would do.
    Raises whatever the command raises, as one line with its exit code.
    """
    if settings.database_url:
        async with shared_ledger(settings, clock) as ledger:
            return answer_of(await execute(ledger, command, arguments))
    if folder is None or not folder.is_dir():  # noqa: ASYNC240 - one look at a local folder
        raise NotFound(NO_LEDGER)
    lock, left = worker_lock(folder), None
    for _ in range(round(OWNER_STARTS_S / 0.2)):
        if lock.take():
            try:
                async with own_ledger(folder, clock.now) as ledger:
                    return answer_of(await execute(ledger, command, arguments))
            finally:
                lock.release()
        if not left and valkey.answers(valkey.socket_path(folder / "redis")):
            try:
                return await _ask_owner(folder, clock, command, arguments)
            except OwnerLeft as error:
                left = error
        await asyncio.sleep(0.2)
    raise left or ServerAway(f"{folder} is held by {lock.holder()}, which does not answer")


async def _ask_owner(folder: Path, clock: Clock, command: str, arguments: dict[str, Any]) -> Any:
    ledger = Ledger(ledger_url(folder), clock.now, read_only=True)
    try:
        name = ledger.read_now(ledger_id)
    finally:
        ledger.close()
    redis = await open_redis(None, valkey.socket_path(folder / "redis"), patient=False)
    try:
        return answer_of(await Bell(redis, name).control(command, arguments))
    finally:
        await redis.aclose()


@asynccontextmanager
async def shared_ledger(settings: Settings, clock: Clock) -> AsyncIterator[Ledger]:
    """The shared ledger, to be served; raises SettingsRefused when it was not migrated."""
    assert settings.database_url is not None  # the caller asked `settings.shared`
    _check_version(settings.database_url)
    ledger = Ledger(settings.database_url, clock.now, shelf=Shelf(settings.registries))
    try:
        yield ledger
    finally:
        await asyncio.to_thread(ledger.close)


def _check_version(url: str) -> None:
    version = current_version(url)
    if version != HEAD:
        raise SettingsRefused(NEW_VERSION if version and version > HEAD else OLD_VERSION)
