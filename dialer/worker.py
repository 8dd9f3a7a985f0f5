"""One worker process: arq answers rings, the feeder feeds, and whoever leads collects and keeps."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from arq.connections import ArqRedis
from arq.typing import WorkerCoroutine
from arq.worker import Worker as ArqWorker
from arq.worker import func
from redis.exceptions import RedisError

from campaigns.errors import DialerError, LedgerError
from campaigns.leads.collection import few_collections
from campaigns.ledger.ledger import Ledger, Tx
from campaigns.ledger.migrate import ledger_id
from campaigns.ledger.moves import Return, send_back
from campaigns.ledger.tables import OPEN, attempts
from campaigns.vocabulary import AttemptState
from dialer.caller import Caller
from dialer.channels import Channel
from dialer.clock import Clock
from dialer.collector import Collector
from dialer.commands import execute
from dialer.feeder import AccountLimit, Feeder
from dialer.herald import Herald
from dialer.keeper import Keeper
from dialer.looker import Looker
from dialer.lookup import TwilioLookup
from dialer.pacing.pacer import MAX_AHEAD_S, Pacer
from dialer.pacing.requests import turns
from dialer.providers.switchboard import Switchboard
from dialer.providers.transport import ANSWER_S, CONNECT_S
from dialer.queue import Bell, from_json, to_json

log = logging.getLogger(__name__)

COMPLETION_S = MAX_AHEAD_S + 2 * CONNECT_S + ANSWER_S + 2
"""How long a leaving worker waits for requests under way: pace, connect, answer, and a little."""
PICKING_S = 0.3
"""How long arq may be busy with rings that it began to take; without this a leaving worker gave their requests up."""
SLOTS = 2000
CONTROL_RESULT_S = 60
CONTROL_S = 3600
"""A command may load a list of millions of rows."""
REST_S = 1.0
ABANDON_S = 2.0
"""How long a worker that is told twice to stop waits for its rings to notice."""


@dataclass(frozen=True, slots=True)
class World:
    """What a worker may dial: each account's world and limits, its clock, and what to do when nothing is due.

    ``lookup`` finds phone types out; None: there is no key for that. ``channels`` notify people.
    """

    clock: Clock
    worlds: Mapping[str, str]
    limits: Mapping[str, AccountLimit]
    switchboard: Switchboard
    idle: Callable[[datetime], None] | None = None
    lookup: TwilioLookup | None = None
    channels: Sequence[Channel] = ()


def open_count(conn: sa.Connection) -> int:
    """How many attempts are open in the whole ledger."""
    return int(conn.execute(sa.select(sa.func.count()).select_from(attempts).where(OPEN)).scalar_one())


def let_go(tx: Tx, items: Sequence[None]) -> Sequence[None]:
    """Hand back whatever is reserved, also by the feeder's last tick: the only worker of a ledger leaves."""
    reserved = sa.select(attempts.c.id).where(attempts.c.state == AttemptState.RESERVED)
    send_back(tx, [Return(id_) for id_ in tx.conn.execute(reserved).scalars()])
    return items


class Worker:
    """Serves every running campaign of its world until told to stop."""

    def __init__(self, ledger: Ledger, redis: ArqRedis, world: World, is_run: Callable[[int], bool]) -> None:
        """The ledger is migrated, Redis answers; ``is_run`` says whether some process runs a campaign now."""
        self._ledger, self._redis = ledger, redis
        name = ledger.read_now(ledger_id)
        clock = world.clock
        self._bell = Bell(redis, name)
        self._pacer = Pacer(redis, name)
        world.switchboard.turn = turns(self._pacer, clock.speed)
        self._caller = Caller(
            ledger, clock, self._pacer, world.switchboard.platform, world.worlds,
            lambda of: world.limits[of].per_second,
        )  # fmt: skip
        self._feeder = Feeder(ledger, clock, self._bell, world.worlds, world.limits, world.idle)
        self._collector = Collector(
            ledger, clock, world.switchboard.platform, world.worlds, self._feeder.wake,
            lambda of: world.limits[of].pages_per_second,
        )  # fmt: skip
        self._looker = Looker(ledger, world.worlds, world.lookup, self._feeder.wake)
        self._keeper = Keeper(ledger, clock, self._bell, is_run)
        self._herald = Herald(ledger, clock.now, world.channels)
        self._arq = ArqWorker(
            functions=[
                func(cast(WorkerCoroutine, self._dial), name="dial", max_tries=1, keep_result=0, timeout=COMPLETION_S),
                func(
                    cast(WorkerCoroutine, self._control), name="control",
                    max_tries=1, keep_result=CONTROL_RESULT_S, timeout=CONTROL_S,
                ),
            ],
            redis_pool=redis, queue_name=self._bell.queue, handle_signals=False, max_tries=1, keep_result=0,
            retry_jobs=False, poll_delay=0.05, max_jobs=SLOTS, queue_read_limit=2 * SLOTS, log_results=False,
            health_check_interval=15, health_check_key=f"{self._bell.queue}:{socket.gethostname()}:{os.getpid()}",
            job_serializer=to_json, job_deserializer=from_json,
        )  # fmt: skip
        self._rings: set[asyncio.Task[None]] = set()
        self._draining = asyncio.Event()

    def hurry(self, account: str, agent: str) -> None:
        """There is news of this agent's calls: where this worker leads, its history is read at once."""
        self._collector.hurry(account, agent)

    async def _dial(self, _: dict[Any, Any], attempt_ids: list[int]) -> None:
        """Answer a ring, in a task of its own: at every poll arq asks Redis about each job that is not over."""
        ring = asyncio.create_task(self._caller.dial(attempt_ids))
        self._rings.add(ring)
        ring.add_done_callback(self._answered)

    def _answered(self, ring: asyncio.Task[None]) -> None:
        self._rings.discard(ring)
        if not ring.cancelled() and (error := ring.exception()):
            log.error("a ring was not answered", exc_info=error)

    async def _control(self, _: dict[Any, Any], command: str, arguments: dict[str, Any]) -> Any:
        return await execute(self._ledger, command, arguments)

    def drain(self) -> None:
        """Place no new calls; ``run`` returns once those in progress have ended."""
        self._draining.set()

    async def run(self, over: Callable[[], Awaitable[bool]]) -> None:
        """Serve until ``over`` says so, or until drained. Requests under way are finished either way; when this is
        cancelled they are given up, and their attempts left to history.
        """
        await self._keeper.start(alone=self._ledger.is_sqlite)
        with contextlib.suppress(RedisError, OSError):  # it is away: the first booking does it
            await self._pacer.begin()
        try:
            with few_collections():
                await self._serve(over)
        finally:
            await self._give_up()

    async def _serve(self, over: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.TaskGroup() as loops:
            arq = loops.create_task(_forever(self._arq.main))
            feeder = loops.create_task(_forever(self._feeder.run))
            beside = (self._collector, self._keeper, self._looker, self._herald)
            others = [loops.create_task(_forever(loop.run)) for loop in beside]
            while not self._draining.is_set() and not await _is_over(over):
                await asyncio.sleep(0.1)
            feeder.cancel()
            if self._ledger.is_sqlite:  # elsewhere other workers answer the rings
                await self._ledger.write(let_go, None)
                while self._draining.is_set() and await self._ledger.read(open_count) > 0:
                    await asyncio.sleep(0.1)
            self._arq.allow_pick_jobs = False
            await self._finish_requests()
            for task in (arq, *others):
                task.cancel()
        await self._herald.finish()

    async def _finish_requests(self) -> None:
        """Those under way, and those that arq was taking when it was told to take no more."""
        await asyncio.sleep(PICKING_S)
        if under_way := self._under_way():
            await asyncio.wait(under_way, timeout=COMPLETION_S)

    async def _give_up(self) -> None:
        """End the rings still under way while Redis and the ledger are there: arq answers Redis for a cancelled one."""
        if under_way := self._under_way():
            for task in under_way:
                task.cancel()
            await asyncio.wait(under_way, timeout=ABANDON_S)

    def _under_way(self) -> list[asyncio.Task[Any]]:
        return [task for task in (*self._arq.tasks.values(), *self._rings) if not task.done()]


async def _is_over(over: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it is over; not, as far as we know, while the ledger is out of reach."""
    try:
        return await over()
    except LedgerError as error:
        log.warning("waiting: %s", error)
        await asyncio.sleep(REST_S)
        return False


async def _forever(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop again whenever a server it needs is out of reach; anything else is a fault and ends the worker."""
    while True:
        try:
            await loop()
        except (DialerError, RedisError, OSError) as error:
            log.warning("waiting: %s", error.ours if isinstance(error, DialerError) else error)
            await asyncio.sleep(REST_S)
