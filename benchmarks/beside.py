"""How long intents wait while a list is loaded into the same ledger, against the same intents without a load.

One campaign runs: every 20 ms one of its attempts is submitted, as the caller does it, in the process that loads. What
counts is the 99th of a hundred waits, so here less is better and the ratio is how much the load adds.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.figure import Figure, compare
from benchmarks.load import ROWS, ledger_at
from benchmarks.load import write_list as write_big_list
from benchmarks.people import CONSENTED, intents, launch, write_list
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import Reservation, reserve, submit
from campaigns.ledger.tables import campaigns, contacts
from campaigns.spec import Leads
from dialer.commands import execute

INTENTS = 400
EVERY_S = 0.02
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


async def waits(file: Path | None, folder: Path) -> float:
    """The 99th percentile of the intents' waits, in milliseconds, while ``file`` is loaded."""
    ledger = Ledger(ledger_at(f"sqlite:///{folder / 'ledger.sqlite'}"), lambda: NOON)
    await launch(ledger, write_list(folder / "few.csv", INTENTS), "calls", CONSENTED, "load")
    await execute(ledger, "open", {"name": "calls", "who": "benchmark"})
    for one in await ledger.read(reservations):
        await ledger.write(reserve, one)
    wishes = await ledger.read(intents)
    spec = CONSENTED.model_copy(update={"leads": Leads(country="US")})
    load = asyncio.ensure_future(launch(ledger, file, "load", spec, "load") if file else asyncio.sleep(0, 0))
    took: list[float] = []
    for wish in wishes:
        began = time.perf_counter()
        submitted = await ledger.write(submit, wish)
        took.append(time.perf_counter() - began)
        assert submitted is not None
        await asyncio.sleep(EVERY_S)
    if file and load.done():
        raise AssertionError("the load was over before the calls were: there is nothing to measure")
    await load
    await asyncio.to_thread(ledger.close)
    return 1000 * sorted(took)[len(took) * 99 // 100]


def reservations(conn: sa.Connection) -> list[Reservation]:
    """One of each contact."""
    until = NOON + timedelta(hours=1)
    calls = sa.select(campaigns.c.id).where(campaigns.c.name == "calls").scalar_subquery()
    people = conn.execute(sa.select(contacts).where(contacts.c.campaign_id == calls))
    return [Reservation(one.id, one.campaign_id, "default", "1", one.identity, 1, until) for one in people]


def run() -> Figure:
    """Milliseconds: less is better."""
    with tempfile.TemporaryDirectory() as name:
        file = write_big_list(Path(name) / "leads.csv", max(ROWS, 500_000))

        def measured(load: Path | None) -> float:
            with tempfile.TemporaryDirectory() as folder:
                return asyncio.run(waits(load, Path(folder)))

        return compare("beside", "ms at p99", lambda: measured(file), lambda: measured(None), "no load: less is better")
