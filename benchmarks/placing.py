"""Calls placed by one worker with all guarantees on, against two who have none.

One peer is a plain arq job that posts and does nothing else; the other a bare asyncio loop on the fastest transport
there is here, without queue or ledger. All get the same people and a practice platform of their own, and are judged by
what that platform received: requests per second from its first to its last. Ours is the embedded size, as
``launch --rehearse`` runs it: SQLite ledger, feeder, rings, pace, rules, durable intents, history and keeper. The
campaign's pace is the highest there is, a hundred a second, on a clock so fast that it is somewhat above what the
machine can do.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import sqlalchemy as sa
from arq import create_pool
from arq.connections import ArqRedis, RedisSettings
from arq.worker import Worker, func

from benchmarks.figure import RUNS, Figure
from benchmarks.people import CONSENTED, launch, number, write_list
from campaigns.ledger.tables import attempts
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState
from dialer.cli.rehearsing import stage
from dialer.clock import ScaledClock
from dialer.commands import execute
from dialer.embedded import private_redis
from dialer.locks import worker_lock
from dialer.rehearsal import SANDBOX_KEY, Plan, prepare, start_sandbox, stop_sandbox
from dialer.site import REHEARSAL

CALLS = 4500
SPEED = 32.0
START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday noon in New York: everybody may be called."""
SPEC = Spec.model_validate({
    "pace": {"per_second": 100, "at_once": 5000}, "retries": {"attempts": 1},
    "consent": CONSENTED.consent.model_dump(),
    "engine": {"poll_min": "30s", "poll_max": "450s"},  # two real seconds, and thirty: the defaults at speed 1
})  # fmt: skip
AT_ONCE = 50
"""How many posts the peers have under way at once; with more, httpx's own pool slows the first one down."""
KEY = {"Authorization": f"Bearer {SANDBOX_KEY.get_secret_value()}"}
STATEMENTS = 4
"""The most SQL statements that an attempt may cost in its whole life."""


def ended(conn: sa.Connection) -> int:
    """How many attempts have ended, by what history said."""
    return _in_states(conn, AttemptState.ENDED)


def sent(conn: sa.Connection) -> int:
    """How many attempts the platform has answered."""
    return _in_states(conn, AttemptState.ACCEPTED, AttemptState.ENDED)


def _in_states(conn: sa.Connection, *states: AttemptState) -> int:
    return int(conn.execute(sa.select(sa.func.count()).where(attempts.c.state.in_(states))).scalar_one())


def ours(people: int = CALLS, until: Callable[[sa.Connection], int] = ended) -> tuple[float, float]:
    """Calls per second of the first ``CALLS`` of so many people, and SQL statements for each up to ``until``."""
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    with tempfile.TemporaryDirectory() as name, prepared(Path(name)) as (folder, clock):
        sa.event.listen(sa.Engine, "before_cursor_execute", count)
        try:
            asyncio.run(dial(folder, clock, people, until))
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", count)
        return rate(folder.parent / "log.jsonl"), statements / CALLS


async def dial(folder: Path, clock: ScaledClock, people: int, until: Callable[[sa.Connection], int]) -> None:
    """Launch the campaign and serve it until so many attempts are there."""
    lock = worker_lock(folder)
    lock.take()
    file = write_list(folder / "leads.csv", people)
    async with stage(folder, clock, SPEC, lock) as at_work:
        await launch(at_work.ledger, file, "placing", SPEC, REHEARSAL)

        async def over() -> bool:
            return await at_work.ledger.read(until) >= CALLS

        await execute(at_work.ledger, "open", {"name": "placing", "who": "benchmark"})
        await at_work.run(over)


def queued() -> float:
    """Posts per second of a plain arq job."""
    return beside_a_platform(post_from_queue)


async def post_from_queue(folder: Path, address: str) -> None:
    """A job per call in arq's queue; then a worker with the same settings as ours works it off."""

    async def call(ctx: dict[str, Any], phone: str, person: str) -> None:
        body = {"data": {"phone_number": phone, "name": person}}
        (await client.post(f"{address}/call/make-call/1", json=body)).raise_for_status()

    async with private_redis(folder) as socket, httpx.AsyncClient(headers=KEY, timeout=30) as client:
        redis: ArqRedis = await create_pool(RedisSettings(unix_socket_path=str(socket)))
        for n in range(CALLS):
            await redis.enqueue_job("call", number(n), f"Person {n}")
        worker = Worker(
            functions=[func(call, name="call")], redis_pool=redis, burst=True, handle_signals=False,
            poll_delay=0.05, max_jobs=AT_ONCE, queue_read_limit=4000, keep_result=0, log_results=False,
        )  # fmt: skip
        await worker.main()
        await redis.aclose()


def bare() -> float:
    """Posts per second of a bare loop."""
    return beside_a_platform(post_in_a_loop)


async def post_in_a_loop(_: Path, address: str) -> None:
    """So many at once, one after the other."""
    left = iter(range(CALLS))

    async def post_the_next() -> None:
        for n in left:
            body = {"data": {"phone_number": number(n), "name": f"Person {n}"}}
            async with session.post(f"{address}/call/make-call/1", json=body) as answer:
                answer.raise_for_status()
                await answer.read()

    async with aiohttp.ClientSession(headers=KEY, connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(post_the_next() for _ in range(AT_ONCE)))


def beside_a_platform(post: Callable[[Path, str], Any]) -> float:
    """Posts per second, as a practice platform of their own received them."""
    with tempfile.TemporaryDirectory() as name, prepared(Path(name)) as (folder, _):
        address = start_sandbox(folder)
        try:
            asyncio.run(post(folder, address))
        finally:
            stop_sandbox(folder)
        return rate(folder.parent / "log.jsonl")


@contextmanager
def prepared(state: Path) -> Iterator[tuple[Path, ScaledClock]]:
    """A new rehearsal folder with its clock."""
    plan = Plan("placing", "benchmark", 1, SPEED, str(state / "log.jsonl"))
    yield state / REHEARSAL, prepare(state, plan, START, None, afresh=True)


def rate(log: Path, after: int = 0) -> float:
    """Calls per second, by what the platform's log says of the first ones it took, without the very first."""
    lines = (json.loads(line) for line in log.read_text().splitlines())
    at = sorted(datetime.fromisoformat(line["real"]) for line in lines if line.get("method") == "POST")[after:CALLS]
    return (len(at) - 1) / (at[-1] - at[0]).total_seconds()


def run() -> list[Figure]:
    """Calls placed per second, and what one costs in statements."""
    runs = [(*ours(), queued(), bare()) for _ in range(RUNS)]
    placed, statements, by_arq, by_loop = map(statistics.median, zip(*runs, strict=True))
    return [
        Figure("placing", "calls", placed, by_arq, "a plain arq job: httpx.post, nothing else"),
        Figure("placing", "calls", placed, by_loop, "a bare loop on aiohttp: no queue, no ledger"),
        Figure("statements", "per call", statements, STATEMENTS, "the limit: less is better; from its load to its end"),
    ]
