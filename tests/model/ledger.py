"""A ledger in this thread and in memory, with the real tables and operations; and a process that may die at any commit.

What ``Ledger`` adds, a writer's thread, groups and fsyncs, is tested on its own; here a commit either was or was not.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.ledger import Operation, Tx, connect
from campaigns.ledger.migrate import migrate
from campaigns.ledger.tables import metadata
from tests.model import watch
from tests.model.virtual import VirtualClock


class Crash(SystemExit):
    """The process is gone. No code catches it, and it leaves the event loop at once."""


class LocalLedger:
    """What the engine needs of a ``Ledger``; ``harm`` is asked before and after a commit, and may raise ``Crash``."""

    def __init__(self, engine: sa.Engine, clock: VirtualClock, harm: Callable[[], None]) -> None:
        self._engine, self._clock, self._harm = engine, clock, harm
        self._waiting: list[tuple[Operation, Sequence[Any], asyncio.Future[Sequence[Any]]]] = []
        self.dead = False

    async def write(self, operation: Operation, item: Any) -> Any:
        """As ``Ledger.write``: whatever waits at the same moment is one transaction."""
        return (await self.write_all(operation, [item]))[0]

    async def write_all(self, operation: Operation, items: Sequence[Any]) -> Sequence[Any]:
        """The same for several items."""
        self.check()
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, items, future))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._commit)
        return await future

    async def read(self, query: Callable[..., Any], *args: Any) -> Any:
        self.check()
        return self.read_now(query, *args)

    def read_now(self, query: Callable[..., Any], *args: Any) -> Any:
        with self._engine.connect() as conn:
            return query(conn, *args)

    async def leads(self) -> bool:
        return True

    def do(self, operation: Operation, *items: Any) -> Sequence[Any]:
        """One transaction that is not harmed: the ledger's own, of a process that lives."""
        with self._engine.begin() as conn:
            return operation(Tx(conn, self._clock.now(), self._clock.monotonic(), self._clock.monotonic()), items)

    def check(self) -> None:
        """A dead process does nothing more: its tasks are only cleared away."""
        if self.dead:
            raise asyncio.CancelledError

    def _commit(self) -> None:
        if self.dead:
            return
        jobs, self._waiting = self._waiting, []
        self._harm()
        groups: dict[Operation, list[tuple[Sequence[Any], asyncio.Future[Sequence[Any]]]]] = {}
        for operation, items, future in jobs:
            groups.setdefault(operation, []).append((items, future))
        answers: list[tuple[asyncio.Future[Sequence[Any]], Sequence[Any]]] = []
        with self._engine.begin() as conn:
            tx = Tx(conn, self._clock.now(), self._clock.monotonic(), self._clock.monotonic())
            for operation, group in groups.items():
                said = iter(operation(tx, [item for items, _ in group for item in items]))
                answers += [(future, [*islice(said, len(items))]) for items, future in group]
        self._harm()
        for future, answer in answers:
            if not future.done():
                future.set_result(answer)


class Databases:
    """Empty, watched ledgers, one after the other, on one database."""

    def __init__(self, url: str, now: datetime) -> None:
        migrate(url, now)
        self._url, self.engine = url, connect(url)
        with self.engine.begin() as conn:
            watch.install(conn)
        self._original: sqlite3.Connection | None = None
        if url.startswith("sqlite"):
            self._original = sqlite3.connect(str(sa.make_url(url).database))
            self.engine.dispose()
            self.engine = connect("sqlite://")

    def empty(self) -> sa.Engine:
        """The ledger as it was made: on SQLite a copy in memory, on PostgreSQL the same one without its rows."""
        if self._original is not None:
            with self.engine.connect() as conn:
                self._original.backup(conn.connection.dbapi_connection)  # type: ignore[arg-type]
            return self.engine
        names = ", ".join(table.name for table in metadata.sorted_tables if table.name != "ledger")
        with self.engine.begin() as conn:
            conn.exec_driver_sql(f"TRUNCATE {names}, changes RESTART IDENTITY")
        return self.engine

    def close(self) -> None:
        self.engine.dispose()
        if self._original is not None:
            self._original.close()


@contextmanager
def databases(url: str, now: datetime) -> Iterator[Databases]:
    """The ledgers, while the block runs."""
    made = Databases(url, now)
    try:
        yield made
    finally:
        made.close()


def sqlite_in(folder: Path) -> str:
    """The address of a new SQLite file."""
    return f"sqlite:///{folder / 'ledger.sqlite'}"
