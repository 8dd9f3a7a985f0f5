"""Calls placed by one worker with all guarantees on, against a plain arq job that posts and does nothing else.

Both get the same people, a private Redis and a practice platform of their own, and are judged by what that platform
received: requests per second from its first to its last. Ours is the embedded size, as ``launch --rehearse`` runs it:
SQLite ledger, feeder, rings, pace, rules, durable intents, history and keeper. The campaign's pace is the highest there
is, a hundred a second, on a clock five times as fast: 500 a second, somewhat more than it reaches. Far above what the
machine can do it places less, not more (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from arq import create_pool
from arq.connections import ArqRedis, RedisSettings
from arq.worker import Worker, func

from benchmarks.figure import Figure, compare
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

CALLS = 6000
SPEED = 25.0
START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday noon in New York: everybody may be called."""
SPEC = Spec.model_validate({
    "pace": {"per_second": 100, "at_once": 5000}, "retries": {"attempts": 1},
    "consent": CONSENTED.consent.model_dump(),
    "engine": {"poll_min": "10s", "poll_max": "150s"},  # two real seconds, and thirty: the defaults at speed 1
})  # fmt: skip
PEER_JOBS = 50
"""How many posts the peer has under way at once; with more, httpx's own pool slows it down."""


def ours() -> float:
    """Calls per second."""
    with tempfile.TemporaryDirectory() as name, prepared(Path(name)) as (folder, clock):
        asyncio.run(dial(folder, clock))
        return received_per_second(folder)


async def dial(folder: Path, clock: ScaledClock) -> None:
    """Launch the campaign and serve it until nobody waits for a call."""
    lock = worker_lock(folder)
    lock.take()
    file = write_list(folder / "leads.csv", CALLS)
    async with stage(folder, clock, SPEC, lock) as at_work:
        await launch(at_work.ledger, file, "placing", SPEC, REHEARSAL)

        async def over() -> bool:
            return await at_work.ledger.read(sent) >= CALLS

        await execute(at_work.ledger, "open", {"name": "placing", "who": "benchmark"})
        await at_work.run(over)


def sent(conn: sa.Connection) -> int:
    """How many attempts the platform has answered."""
    answered = attempts.c.state.in_([AttemptState.ACCEPTED, AttemptState.ENDED])
    return int(conn.execute(sa.select(sa.func.count()).where(answered)).scalar_one())


def peer() -> float:
    """Posts per second."""
    with tempfile.TemporaryDirectory() as name, prepared(Path(name)) as (folder, _):
        address = start_sandbox(folder)
        try:
            asyncio.run(post_all(folder, address))
        finally:
            stop_sandbox(folder)
        return received_per_second(folder)


async def post_all(folder: Path, address: str) -> None:
    """A job per call in arq's queue; then a worker with the same settings as ours works it off."""

    async def call(ctx: dict[str, Any], phone: str, person: str) -> None:
        body = {"data": {"phone_number": phone, "name": person}}
        (await client.post(f"{address}/call/make-call/1", json=body)).raise_for_status()

    key = {"Authorization": f"Bearer {SANDBOX_KEY.get_secret_value()}"}
    async with private_redis(folder) as socket, httpx.AsyncClient(headers=key, timeout=30) as client:
        redis: ArqRedis = await create_pool(RedisSettings(unix_socket_path=str(socket)))
        for n in range(CALLS):
            await redis.enqueue_job("call", number(n), f"Person {n}")
        worker = Worker(
            functions=[func(call, name="call")], redis_pool=redis, burst=True, handle_signals=False,
            poll_delay=0.05, max_jobs=PEER_JOBS, queue_read_limit=4000, keep_result=0, log_results=False,
        )  # fmt: skip
        await worker.main()
        await redis.aclose()


@contextmanager
def prepared(state: Path) -> Iterator[tuple[Path, ScaledClock]]:
    """A new rehearsal folder with its clock."""
    plan = Plan("placing", "benchmark", 1, SPEED, str(state / "log.jsonl"))
    yield state / REHEARSAL, prepare(state, plan, START, None, afresh=True)


def received_per_second(folder: Path) -> float:
    """What the platform's log says of the calls it took."""
    lines = (json.loads(line) for line in (folder.parent / "log.jsonl").read_text().splitlines())
    at = sorted(datetime.fromisoformat(line["real"]) for line in lines if line.get("method") == "POST")
    return (len(at) - 1) / (at[-1] - at[0]).total_seconds()


def run() -> Figure:
    """Calls placed per second."""
    return compare("placing", "calls", ours, peer, "a plain arq job: httpx.post, nothing else")
