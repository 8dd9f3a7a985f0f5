"""Half an hour of a campaign at 60 calls a second, on a clock ``SPEED`` times as fast: memory, and the keeper's ticks.

A tenth of the calls may pass before memory is first looked at: by then everything is imported, and caches are filled.
Pages of history are read as fast as an account may be set to: at one of 25 records a second, the dialer's custom with a
platform that documents no limit, it hears of 25 calls a second at most.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

import sqlalchemy as sa

from benchmarks.figure import Figure
from benchmarks.people import CONSENTED, launch, write_list
from benchmarks.placing import START
from campaigns.ledger.tables import attempts
from campaigns.spec import Spec
from dialer.cli.rehearsing import stage
from dialer.clock import ScaledClock
from dialer.commands import execute
from dialer.feeder import AccountLimit
from dialer.keeper import TICK_S, Keeper
from dialer.locks import worker_lock
from dialer.rehearsal import Plan, prepare
from dialer.site import REHEARSAL

CALLS = 100_000
SPEED = 5.0
GROWTH, LAG_MS = 1.1, 2000.0
EVERY_S = 1.0
PAGES_PER_SECOND = 100.0
SPEC = Spec.model_validate({
    "pace": {"per_second": 60, "at_once": 5000}, "retries": {"attempts": 1},
    "consent": CONSENTED.consent.model_dump(),
    "engine": {"poll_min": "10s", "poll_max": "30s"},  # or 5,000 calls at once are not enough for 60 a second
})  # fmt: skip


class Observer:
    """Notes how much memory the worker has, by calls made, and how late each tick of its keeper is."""

    def __init__(self) -> None:
        self.memory: list[tuple[int, float]] = []
        self.late_s: list[float] = []
        self._ended = time.monotonic()
        self._tick = Keeper.tick

    def attach(self) -> None:
        """Look at every tick from now on."""

        async def tick(keeper: Keeper) -> None:
            self.late_s.append(time.monotonic() - self._ended - TICK_S)
            await self._tick(keeper)
            self._ended = time.monotonic()

        Keeper.tick = tick  # type: ignore[method-assign, assignment]

    def detach(self) -> None:
        """Leave the keeper as it was."""
        Keeper.tick = self._tick  # type: ignore[method-assign]

    def note(self, calls: int) -> None:
        """The memory at this many calls."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.memory.append((calls, pages * 4096 / 1e6))

    def at(self, first: float, last: float) -> float:
        """The median memory, MB, between these shares of all calls."""
        return statistics.median(mb for calls, mb in self.memory if first * CALLS <= calls <= last * CALLS)


async def dial(folder: Path, clock: ScaledClock, observer: Observer) -> None:
    """Launch the campaign and serve it until everybody has been called."""
    lock = worker_lock(folder)
    lock.take()
    file = write_list(folder / "leads.csv", CALLS)
    async with stage(folder, clock, SPEC, lock) as at_work:
        limits = cast(dict[str, AccountLimit], at_work.world.limits)
        limits["default"] = replace(limits["default"], pages_per_second=PAGES_PER_SECOND)
        await launch(at_work.ledger, file, "soak", SPEC, REHEARSAL)
        looked = 0.0

        async def over() -> bool:
            nonlocal looked
            if time.monotonic() - looked < EVERY_S:
                return False
            looked = time.monotonic()
            calls = await at_work.ledger.read(made)
            observer.note(calls)
            return calls >= CALLS

        await execute(at_work.ledger, "open", {"name": "soak", "who": "benchmark"})
        observer.attach()
        try:
            await at_work.run(over)
        finally:
            observer.detach()


def made(conn: sa.Connection) -> int:
    """How many attempts there are."""
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(attempts.c.id), 0))).scalar_one())


def run() -> list[Figure]:
    """Less is better."""
    observer = Observer()
    with tempfile.TemporaryDirectory() as name:
        state = Path(name)
        clock = prepare(state, Plan("soak", "benchmark", 1, SPEED, str(state / "log.jsonl")), START, None, afresh=True)
        asyncio.run(dial(state / REHEARSAL, clock, observer))
    late_ms = 1000 * sorted(observer.late_s)[len(observer.late_s) * 99 // 100]
    return [
        Figure("soak", "MB", observer.at(0.9, 1.0), GROWTH * observer.at(0.1, 0.2), "1.1 × its start: less is better"),
        Figure("soak", "ms", late_ms, LAG_MS, "the bar, keeper's lag at p99: less is better"),
    ]
