"""From the instant somebody is due to the first byte of their call, at the 95th percentile, worker idle otherwise.

The people of a campaign become due one after the other, at odd moments. The practice platform notes when each request
came; real time, speed 1.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.figure import Figure, compare
from benchmarks.people import CONSENTED, launch, write_list
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import contacts
from campaigns.spec import Spec
from dialer.cli.rehearsing import stage
from dialer.commands import execute
from dialer.locks import worker_lock
from dialer.rehearsal import Plan, prepare
from dialer.site import REHEARSAL

CALLS, EVERY_S, FIRST_S = 60, 0.3, 1.0
WHO = {"name": "promptness", "who": "benchmark"}
UP_S = 3.0
"""When a worker is up: nothing is booked for two seconds after its Redis began."""
BAR_MS = 250.0
START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SPEC = Spec.model_validate({
    "pace": {"per_second": 100, "at_once": 5000}, "retries": {"attempts": 1},
    "consent": CONSENTED.consent.model_dump(),
})  # fmt: skip


def spread(tx: Tx, items: Sequence[None]) -> Sequence[None]:
    """Let them become due one after the other."""
    chance = random.Random(1)
    for n, id_ in enumerate(tx.conn.execute(sa.select(contacts.c.id)).scalars().all()):
        due = tx.now + timedelta(seconds=FIRST_S + n * EVERY_S + chance.uniform(0, EVERY_S))
        tx.conn.execute(contacts.update().where(contacts.c.id == id_).values(next_at=due))
    return items


async def late_ms(state: Path) -> float:
    """How late the calls left, at the 95th percentile."""
    log = state / "log.jsonl"
    clock = prepare(state, Plan("promptness", "benchmark", 1, 1.0, str(log)), START, None, afresh=True)
    folder = state / REHEARSAL
    lock = worker_lock(folder)
    lock.take()
    async with stage(folder, clock, SPEC, lock) as at_work:
        await launch(at_work.ledger, write_list(folder / "leads.csv", CALLS), "promptness", SPEC, REHEARSAL)
        await execute(at_work.ledger, "pause", WHO)
        due: dict[str, datetime] = {}
        up_at = time.monotonic() + UP_S

        async def over() -> bool:
            if not due and time.monotonic() > up_at:
                await at_work.ledger.write(spread, None)
                due.update(await at_work.ledger.read(when_due))
                await execute(at_work.ledger, "resume", WHO)
            return len(received(log)) >= CALLS

        await at_work.run(over)
    came = received(log)
    late = sorted((came[number] - at).total_seconds() for number, at in due.items())
    return 1000 * late[len(late) * 95 // 100]


def when_due(conn: sa.Connection) -> dict[str, datetime]:
    """By number."""
    return {row.identity: row.next_at for row in conn.execute(sa.select(contacts.c.identity, contacts.c.next_at))}


def received(log: Path) -> dict[str, datetime]:
    """When the platform received each number's call, by the rehearsal's clock, which runs at speed 1."""
    if not log.exists():
        return {}
    lines = (json.loads(line) for line in log.read_text().splitlines())
    posts = (line for line in lines if line.get("method") == "POST")
    return {line["body"]["data"]["phone_number"]: datetime.fromisoformat(line["at"]) for line in posts}


def measured() -> float:
    """One run."""
    with tempfile.TemporaryDirectory() as name:
        return asyncio.run(late_ms(Path(name)))


def run() -> Figure:
    """Milliseconds: less is better."""
    return compare(
        "promptness", "ms at p95", measured, lambda: BAR_MS, "the bar, from due to first byte: less is better"
    )
