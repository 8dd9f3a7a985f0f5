"""The ledger's door: one writer that commits in groups, and reads beside it.

Everything that changes the ledger is a *batch operation*, ``operation(tx, items) -> results``: the writer's thread
takes whatever is waiting, runs it in one durable transaction, and answers only once that is committed. So fifty
intents cost one fsync, and no request leaves before its intent is on disk. On PostgreSQL the transaction
first takes the ledger's advisory lock (READ COMMITTED alone let 4 calls through a cap of 3, measured); on SQLite
``BEGIN IMMEDIATE`` does the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
import tenacity

from campaigns.errors import LedgerError
from campaigns.ledger.columns import to_json
from campaigns.ledger.past import Past
from campaigns.points import Point, reach
from campaigns.suppression.shelf import Shelf

LOCK = 0x4469616C6572  # "Dialer": the advisory lock of a ledger; a database holds one ledger
RUN_LOCK = 0x52756E
GROUP = 500
BUSY_S = 5.0
"""How long SQLite is waited for where another holds its lock."""
PAGE_BYTES = 8192
"""For a new SQLite file: half as many pages to write where a load touches the whole index of numbers (measured)."""
CACHE_KB, LOADING_KB = 16_384, 65_536
"""What a writer on SQLite keeps in memory; a load touches the numbers' whole index, in no order."""
ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds, for both ends of a connection to PostgreSQL: of a machine without power the server hears nothing, and keeps
the leader's lock for two hours by default."""
Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Tx:
    """A transaction that holds the ledger's lock, and the instant read inside it.

    ``now`` is the clock's; ``monotonic`` and ``wall`` are the machine's at the same moment, for the guard between the
    intent and the first byte (DESIGN §4.4).
    """

    conn: sa.Connection
    now: datetime
    monotonic: float
    wall: float


Operation = Callable[[Tx, Sequence[Any]], Sequence[Any]]


@dataclass(slots=True)
class _Job:
    operation: Operation
    items: Sequence[Any]
    future: Future[Sequence[Any]]


class Ledger:
    """One SQL database: ``sqlite:///path`` or ``postgresql+psycopg://…``, already migrated."""

    def __init__(
        self, url: str, now: Callable[[], datetime], *, read_only: bool = False, shelf: Shelf | None = None
    ) -> None:
        """Connect lazily; ``now`` is the campaign clock, asked inside each transaction; files on the ``shelf``."""
        self.url, self._now = url, now
        self.is_sqlite = url.startswith("sqlite")
        self._past = Past()
        own = {"shelf": shelf, "past": self._past}
        self._reading = connect(url, read_only=read_only).execution_options(**own)
        # A connection that nobody else takes: what SQLite remembers of the file is lost when another one writes.
        self._writing = connect(url, read_only=read_only).execution_options(**own, writes=True)
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="ledger-read")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._leader: sa.Connection | None = None
        self._closed = False

    async def write(self, operation: Callable[[Tx, Sequence[Item]], Sequence[Answer]], item: Item) -> Answer:
        """Run ``operation`` over this item and whatever else waits for it; returns once committed.

        Raises LedgerError when the database is out of reach; nothing was changed then.
        """
        return (await self.write_all(operation, [item]))[0]

    async def write_all(
        self, operation: Callable[[Tx, Sequence[Item]], Sequence[Answer]], items: Sequence[Item]
    ) -> Sequence[Answer]:
        """The same for several items, in one transaction."""
        return await asyncio.wrap_future(self._submit(operation, items))

    def write_now(self, operation: Callable[[Tx, Sequence[Item]], Sequence[Answer]], item: Item) -> Answer:
        """``write`` for code that is not async."""
        answers: Sequence[Answer] = self._submit(operation, [item]).result()
        return answers[0]

    async def read(self, query: Callable[..., Answer], *args: Any) -> Answer:
        """Run ``query(conn, *args)`` on a connection of its own, beside the writer."""
        return await asyncio.wrap_future(self._readers.submit(self.read_now, query, *args))

    def read_now(self, query: Callable[..., Answer], *args: Any) -> Answer:
        """The same, for code that is not async."""
        with translated(self.url), self._reading.connect() as conn:
            return query(conn, *args)

    async def leads(self) -> bool:
        """Whether this process does the work that only one does: on SQLite always, on PostgreSQL by a session lock."""
        return self.is_sqlite or await asyncio.wrap_future(self._readers.submit(self._take_lead))

    @contextlib.contextmanager
    def held(self, key: int, who: str) -> Iterator[str | None]:
        """Hold ``key`` for this process, on PostgreSQL, until the block ends; yields None, or who holds it already."""
        with translated(self.url), self._reading.connect() as raw:
            conn = raw.execution_options(isolation_level="AUTOCOMMIT")
            conn.execute(sa.select(sa.func.set_config("application_name", who, False)))
            if conn.execute(sa.select(sa.func.pg_try_advisory_lock(RUN_LOCK, key))).scalar():
                try:
                    yield None
                finally:
                    conn.execute(sa.select(sa.func.pg_advisory_unlock(RUN_LOCK, key)))
                return
        yield self.read_now(holder, key) or "another process"

    def close(self) -> None:
        """Commit what waits and let go of the database."""
        self._closed = True
        if self._writer:
            self._jobs.put(None)
            self._writer.join()
        self._readers.shutdown()
        if self._leader:
            with contextlib.suppress(sa.exc.DBAPIError):
                self._leader.execute(sa.select(sa.func.pg_advisory_unlock(LOCK + 1)))
                self._leader.close()
        self._reading.dispose()
        self._writing.dispose()

    def _take_lead(self) -> bool:
        try:
            if self._leader is None:
                conn = self._reading.connect().execution_options(isolation_level="AUTOCOMMIT")
                if not conn.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK + 1))).scalar():
                    conn.close()
                    return False
                self._leader = conn
            self._leader.execute(sa.text("SELECT 1"))
        except sa.exc.DBAPIError:
            self._leader = None
            return False
        return True

    def _submit(self, operation: Operation, items: Sequence[Any]) -> Future[Sequence[Any]]:
        if self._closed:
            raise LedgerError("the ledger is closed")
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_forever, name="ledger-write", daemon=True)
            self._writer.start()
        job = _Job(operation, items, Future())
        self._jobs.put(job)
        return job.future

    def _write_forever(self) -> None:
        while jobs := self._take():
            if not self._commit(jobs) and len(jobs) > 1:
                for job in jobs:  # one of them is at fault: alone, each meets its own fate
                    self._commit([job])

    def _take(self) -> list[_Job]:
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            if job.future.set_running_or_notify_cancel():
                jobs.append(job)
            if jobs and (len(jobs) == GROUP or self._jobs.empty()):
                return jobs
            job = self._jobs.get()
        if jobs:
            self._jobs.put(None)
        return jobs

    def _commit(self, jobs: list[_Job]) -> bool:
        groups: dict[Operation, list[_Job]] = {}
        for job in jobs:
            groups.setdefault(job.operation, []).append(job)
        try:
            with translated(self.url), self._begin() as tx:
                answers: list[tuple[_Job, Sequence[Any]]] = []
                for operation, group in groups.items():
                    said = iter(operation(tx, [item for job in group for item in job.items]))
                    answers += [(job, list(islice(said, len(job.items)))) for job in group]
                reach(Point.TO_COMMIT)
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked, on the other side of the future
            self._past.clear()
            if len(jobs) == 1:
                jobs[0].future.set_exception(error)
            return False
        reach(Point.COMMITTED)
        for job, answer in answers:
            job.future.set_result(answer)
        return True

    @contextlib.contextmanager
    def _begin(self) -> Iterator[Tx]:
        with self._writing.begin() as conn:
            if not self.is_sqlite:
                conn.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            yield Tx(conn, self._now(), time.monotonic(), time.time())


def holder(conn: sa.Connection, key: int) -> str | None:
    """Who holds ``key`` on PostgreSQL, in its own words; None: nobody."""
    query = sa.text(
        "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
        " WHERE locktype = 'advisory' AND classid = :lock AND objid = :key AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    name: str | None = conn.execute(query, {"lock": RUN_LOCK, "key": key}).scalar()
    return name


def connect(url: str, *, read_only: bool = False) -> sa.Engine:
    """An engine for ``url``; on SQLite WAL, durable commits, foreign keys, and write locks taken at once.

    ``read_only``: for a process that does not own an SQLite ledger; several writers can corrupt a WAL below 3.51.3.
    No error text shows a statement's values: they may be phone numbers.
    """
    if not url.startswith("sqlite"):
        theirs = " ".join(f"-c tcp_{name}={value}" for name, value in ALIVE.items())
        own = sa.make_url(url).query.get("options", "")
        connect_args = {"connect_timeout": 5, **ALIVE, "options": f"{theirs} {own}"}
        return sa.create_engine(
            url, pool_pre_ping=True, hide_parameters=True, json_serializer=to_json, connect_args=connect_args
        )
    target = sa.make_url(url)
    if read_only:  # SQLite reads this one as a URI of its own
        target = target.set(database=f"file:{quote(target.database or '')}", query={"mode": "ro", "uri": "true"})
    timeouts = {"check_same_thread": False, "timeout": BUSY_S}
    engine = sa.create_engine(target, hide_parameters=True, json_serializer=to_json, connect_args=timeouts)

    @sa.event.listens_for(engine, "connect")
    def _prepare(raw: Any, _: object) -> None:
        raw.isolation_level = None
        if not read_only:
            raw.execute(f"PRAGMA page_size={PAGE_BYTES}")
            to_wal(raw)
            raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _lock(conn: sa.Connection) -> None:
        if read_only or not conn.get_execution_options().get("writes"):
            conn.exec_driver_sql("BEGIN")
            return
        if "cache_kb" not in conn.info:
            set_cache(conn, CACHE_KB)
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def set_cache(conn: sa.Connection, cache_kb: int) -> None:
    """On SQLite, let this connection keep so much of the file in memory from now on."""
    if conn.dialect.name == "sqlite" and conn.info.get("cache_kb") != cache_kb:
        conn.info["cache_kb"] = cache_kb
        conn.exec_driver_sql(f"PRAGMA cache_size=-{cache_kb}")


@tenacity.retry(
    retry=tenacity.retry_if_exception_message(match="database is locked"),
    stop=tenacity.stop_after_delay(BUSY_S), wait=tenacity.wait_random(0.005, 0.03), reraise=True,
)  # fmt: skip
def to_wal(raw: sqlite3.Connection) -> None:
    """Two who open a new file at once: of its change to WAL, SQLite says "locked" to one without waiting."""
    raw.execute("PRAGMA journal_mode=WAL")


@contextlib.contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn the database's own exceptions into LedgerError with one line that names the database, never its password."""
    try:
        yield
    except (sa.exc.DatabaseError, sa.exc.InterfaceError) as error:
        if isinstance(error, (sa.exc.DataError, sa.exc.IntegrityError, sa.exc.ProgrammingError)):
            raise  # what we asked was wrong, not the database
        parsed = sa.make_url(url)
        where = parsed.database if url.startswith("sqlite") else parsed.render_as_string(hide_password=True)
        first = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        raise LedgerError(f"the ledger {where} cannot be used: {first}") from error
