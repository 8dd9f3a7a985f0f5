"""Repairs (DESIGN §4.7): rings that were lost, outcomes that never came, campaigns that are over."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.controls import Control, control, finish, note
from campaigns.ledger.ledger import Ledger, Tx
from campaigns.ledger.numbers import rest_numbers
from campaigns.ledger.observations import doubt
from campaigns.ledger.tables import OPEN, attempts, campaigns
from campaigns.ledger.tallies import Difference, differences, mend
from campaigns.points import Point, reach
from campaigns.vocabulary import AttemptState, CampaignState
from dialer.clock import Clock
from dialer.queue import Bell

TICK_S = 0.5
RING_LOST_S = 5.0
COUNT_EVERY_S = 6 * 3600.0
"""How often everything is counted from its rows: ten million leads take seconds, for which other reads wait."""
NUMBERS_EVERY = timedelta(minutes=10)
"""How often the health of caller numbers is looked at."""
NO_OUTCOME_S = 30.0
"""Longer than the longest request, so that a slow answer is never taken for a dead worker's."""


def lost_rings(tx: Tx, items: Sequence[datetime]) -> list[dict[str, list[int]]]:
    """Reserved attempts last rung for before this instant, by account; they count as rung now.

    An instant as far ahead of now was written before the clock was put back.
    """
    before = max(items)
    long_ago = (attempts.c.rung_at < before) | (attempts.c.rung_at > tx.now + (tx.now - before))
    stale = OPEN & (attempts.c.state == AttemptState.RESERVED) & long_ago
    found: dict[str, list[int]] = {}
    for row in tx.conn.execute(sa.select(attempts.c.id, attempts.c.account).where(stale).order_by(attempts.c.id)):
        found.setdefault(row.account, []).append(row.id)
    ids = [id_ for group in found.values() for id_ in group]
    if ids:
        tx.conn.execute(attempts.update().where(among(attempts.c.id, ids)).values(rung_at=tx.now))
    return [found] * len(items)


def correct(tx: Tx, items: Sequence[Sequence[Difference]]) -> list[None]:
    """Counts that were found wrong are put right, and the campaigns' histories say so."""
    mend(tx, items)
    for campaign_id, keys in Counter(each[0] for item in items for each in item).items():
        note(tx, campaign_id, "dialer", "counts corrected", f"{keys} were not what the rows say")
    return [None] * len(items)


def for_cron(conn: sa.Connection) -> Sequence[int]:
    """The running campaigns that may be dialed only inside a run."""
    fits = (campaigns.c.mode == "cron") & (campaigns.c.state == CampaignState.RUNNING)
    return conn.execute(sa.select(campaigns.c.id).where(fits)).scalars().all()


class Keeper:
    """The loop that repairs; run by the process that leads."""

    def __init__(self, ledger: Ledger, clock: Clock, bell: Bell, is_run: Callable[[int], bool]) -> None:
        """The ledger to keep, its clock, the bell to ring again with; ``is_run``: is a campaign run now."""
        self._ledger, self._clock, self._bell, self._is_run = ledger, clock, bell, is_run
        self._numbers_at: datetime | None = None
        self._counted_at = clock.now()

    async def start(self, *, alone: bool) -> None:
        """At the start of the only worker of a ledger, every request without an outcome is a dead worker's."""
        if alone:
            await self._doubt(self._clock.now() + timedelta(microseconds=1))

    async def tick(self) -> None:
        """Look once at everything that may need repair."""
        now = self._clock.now()
        await self._doubt(now - self._scaled(NO_OUTCOME_S))
        stale: Mapping[str, list[int]] = await self._ledger.write(lost_rings, now - self._scaled(RING_LOST_S))
        for ids in stale.values():
            reach(Point.RING_LOST)
            await self._bell.ring(ids, size=1)
        await self._ledger.write(finish, None)
        if self._numbers_at is None or self._numbers_at <= now:
            self._numbers_at = now + NUMBERS_EVERY
            await self._ledger.write(rest_numbers, None)
        if self._counted_at <= now - self._scaled(COUNT_EVERY_S):
            self._counted_at = now
            if wrong := await self._ledger.read(differences):
                await self._ledger.write(correct, wrong)
        for campaign_id in await self._ledger.read(for_cron):
            if not await asyncio.to_thread(self._is_run, campaign_id):  # its run was killed
                await self._ledger.write(control, Control(campaign_id, CampaignState.WAITING, "dialer"))

    async def run(self) -> None:
        """Tick for ever, while this process leads."""
        while True:
            if await self._ledger.leads():
                await self.tick()
            await asyncio.sleep(TICK_S)

    async def _doubt(self, before: datetime) -> None:
        if await self._ledger.write(doubt, before):
            reach(Point.DOUBTED)

    def _scaled(self, real_s: float) -> timedelta:
        return timedelta(seconds=real_s * self._clock.speed)
