"""History records read, matched and applied per second, against the bar of 5,000.

One agent has so many calls under way; its history tells of all of them at once, as CallFluent's would. What is measured
is one poll: reading the records, matching them, and the transactions that end the attempts and decide what follows.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from benchmarks.figure import Figure, compare
from benchmarks.load import ledger_at
from benchmarks.people import CONSENTED, intents, launch, write_list
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import Reservation, reserve, submit
from campaigns.ledger.outcomes import Outcome, record
from campaigns.ledger.tables import attempts, contacts
from campaigns.spec import Platform as PlatformReading
from campaigns.vocabulary import AttemptState
from dialer.clock import SystemClock
from dialer.collector import Collector, Line
from dialer.commands import execute
from dialer.providers.callfluent.account import CallFluentAccount
from dialer.providers.callfluent.history import Reading, read_call
from dialer.providers.platform import CallRecord, Platform

CALLS = 10_000
BAR = 5_000.0
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PAGES_PER_SECOND = 100.0
"""The most that an account may be set to: else half of the time would be spent waiting for the page that is empty."""


class History:
    """A platform whose history has one page; the rows are read as CallFluent's are."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._rows = rows

    abilities = CallFluentAccount.abilities

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """The rows, read anew each time."""
        reading = Reading.of(PlatformReading())
        return [read_call(dict(row), reading, leaves_message=False) for row in self._rows] if page == 1 else []


class Noon(SystemClock):
    """Noon, whenever it is."""

    def now(self) -> datetime:
        """The instant."""
        return NOON


async def applied_per_second(folder: Path) -> float:
    """Place so many calls in a ledger, then poll once."""
    ledger = Ledger(ledger_at(f"sqlite:///{folder / 'ledger.sqlite'}"), lambda: NOON)
    await launch(ledger, write_list(folder / "leads.csv", CALLS), "collecting", CONSENTED, "here")
    await execute(ledger, "open", {"name": "collecting", "who": "benchmark"})
    ids = await ledger.write_all(reserve, await ledger.read(reservations))
    await ledger.write_all(submit, await ledger.read(intents))
    await ledger.write_all(record, [Outcome(id_, AttemptState.ACCEPTED) for id_ in ids if id_])
    platform = cast(Platform, History(await ledger.read(told)))
    collector = Collector(
        ledger, Noon(), lambda *_: platform, {"default": "here"}, lambda: None, lambda _: PAGES_PER_SECOND
    )
    line = Line("default", "1", "here", True, CONSENTED.engine.poll_min, CONSENTED.engine.poll_max, full=False)
    began = time.perf_counter()
    ended = await collector.poll(line)
    took_s = time.perf_counter() - began
    await asyncio.to_thread(ledger.close)
    if ended != CALLS:
        raise AssertionError(f"{ended} of {CALLS} attempts ended")
    return CALLS / took_s


def reservations(conn: sa.Connection) -> list[Reservation]:
    """One of each contact."""
    until = NOON + timedelta(hours=1)
    people = conn.execute(sa.select(contacts))
    return [Reservation(one.id, one.campaign_id, "default", "1", one.identity, 1, until) for one in people]


def told(conn: sa.Connection) -> list[dict[str, Any]]:
    """What history tells of the attempts."""
    found = conn.execute(sa.select(attempts.c.id, attempts.c.number, attempts.c.ref))
    return [
        {
            "id": row.id, "phone_number": row.number, "status": "completed", "answered_by": "human", "duration": 42,
            "created_at": NOON.isoformat(), "ended_at": (NOON + timedelta(seconds=42)).isoformat(),
            "custom_fields": {"dialer_ref": row.ref},
        }
        for row in found
    ]  # fmt: skip


def measured() -> float:
    """One run."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(applied_per_second(Path(folder)))


def run() -> Figure:
    """Records per second."""
    return compare("collecting", "records", measured, lambda: BAR, "the bar")
