"""A worker at work for one command: ledger, Redis and platforms opened, and all let go afterwards."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.ledger import Ledger
from campaigns.ledger.registries import complete
from dialer.access import shared_ledger
from dialer.adoption import adopt
from dialer.channels import channels
from dialer.embedded import own_ledger, private_redis
from dialer.errors import Interrupted, SettingsRefused
from dialer.feeder import AccountLimit
from dialer.locks import FileLock, is_run
from dialer.logs import log_to
from dialer.lookup import TwilioLookup
from dialer.providers.switchboard import Switchboard
from dialer.queue import open_redis
from dialer.settings import Settings
from dialer.site import Site
from dialer.steady import SteadyClock, compare, keep_comparing
from dialer.witness import Witness
from dialer.worker import Worker, World

log = logging.getLogger(__name__)

SAME_SIGNAL_S = 0.3
"""One request to stop may arrive twice: ``timeout`` signals the process and then its group."""


@dataclass(slots=True)
class Session:
    """An open ledger and the worker that serves it; ``stopped`` tells which signal asked it to end."""

    ledger: Ledger
    worker: Worker
    world: World
    witness: Witness
    stopped: signal.Signals | None = field(default=None)

    async def run(self, over: Callable[[], Awaitable[bool]], say: Callable[[str], None] = log.warning) -> None:
        """Serve until ``over``; the first SIGINT or SIGTERM drains, the second raises Interrupted.

        A ledger that was restored asks history first, and ``say`` is told. Raises ClockWrong or LedgerRestored when
        that is found out meanwhile.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # we are in it
        again: signal.Signals | None = None
        asked_at = 0.0

        def on_signal(number: signal.Signals) -> None:
            nonlocal again, asked_at
            if self.stopped is None:
                self.stopped, asked_at = number, loop.time()
                self.worker.drain()
            elif again is None and loop.time() - asked_at > SAME_SIGNAL_S:
                again = number
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, on_signal, number)
        try:
            await self._serve(over, say)
        except asyncio.CancelledError:
            if again is None:
                raise
            task.uncancel()
            raise Interrupted(again) from None
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def _serve(self, over: Callable[[], Awaitable[bool]], say: Callable[[str], None]) -> None:
        clock = self.world.clock
        if not isinstance(clock, SteadyClock):  # a rehearsal's
            await self.worker.run(over)
            return
        await self.witness.ask()
        if not await self._adopted(say):
            return

        async def over_or_stopped() -> bool:
            clock.now()
            return await over()

        watches = [
            asyncio.create_task(each) for each in (keep_comparing(self.ledger, clock), self.witness.watch(clock))
        ]
        try:
            await self.worker.run(over_or_stopped)
        except ExceptionGroup:
            clock.now()  # raises why it was stopped, if it was
            raise
        finally:
            for watch in watches:
                watch.cancel()
            await asyncio.gather(*watches, return_exceptions=True)

    async def _adopted(self, say: Callable[[str], None]) -> bool:
        """Whether history was asked, where it must be; not, when it was asked to stop first."""
        adopting = asyncio.create_task(adopt(self.ledger, self.world, say))
        try:
            while not adopting.done() and self.stopped is None:
                await asyncio.wait([adopting], timeout=0.2)
            if self.stopped is None:
                await adopting
            return self.stopped is None
        finally:
            adopting.cancel()
            await asyncio.gather(adopting, return_exceptions=True)


def real_world(site: Site) -> World:
    """Every account that has a key, at its own address."""
    accounts = {name: account for name, account in site.settings.accounts.items() if account.key is not None}
    return World(
        SteadyClock(),
        {name: account.base_url for name, account in accounts.items()},
        {name: AccountLimit(each.per_second, each.at_once, each.pages_per_second) for name, each in accounts.items()},
        Switchboard(site.settings.account),
        lookup=TwilioLookup(site.settings.twilio) if site.settings.twilio else None,
        channels=channels(site.settings.notify),
    )


@asynccontextmanager
async def session(site: Site, world: World, lock: FileLock | None) -> AsyncIterator[Session]:
    """Open everything a worker needs; ``lock`` is the folder's, held, in the embedded size, and None in the shared.

    Raises RegistryMissing where a registry's file is not on this machine, ClockWrong where its clock is wrong.
    """
    log_to(site.folder, debug=site.settings.debug)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(world.switchboard.close)
        if world.lookup:
            stack.push_async_callback(world.lookup.close)
        if site.folder is None or lock is None:
            ledger = await stack.enter_async_context(shared_ledger(site.settings, world.clock))
            redis = await open_redis(site.settings.redis_url, None)
        else:
            stack.callback(lock.release)
            ledger = await stack.enter_async_context(own_ledger(site.folder, world.clock.now))
            redis = await open_redis(None, await stack.enter_async_context(private_redis(site.folder)))
        stack.push_async_callback(redis.aclose)
        if isinstance(world.clock, SteadyClock):
            await compare(ledger, world.clock)
        await ledger.read(complete)
        worker = Worker(ledger, redis, world, partial(is_run, ledger, site.folder))
        yield Session(ledger, worker, world, Witness(ledger, redis))


def check_served(world: World, campaign: sa.Row[Any]) -> None:
    """A campaign is dialed only where it was launched: raises SettingsRefused without a key, or at another address."""
    here = world.worlds.get(campaign.account)
    if here is None:
        raise SettingsRefused(f'account "{campaign.account}" has no key here, so nothing can be dialed')
    if here != campaign.world:
        raise SettingsRefused(
            f'"{campaign.name}" was launched on {campaign.world}; account "{campaign.account}" is now {here}'
        )


def has_keys(settings: Settings) -> bool:
    """Whether any account could dial."""
    return any(account.key is not None for account in settings.accounts.values())
