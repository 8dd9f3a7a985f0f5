"""A run from the command line or cron."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from campaigns.ledger.campaigns import find, parse_stored
from dialer.access import reading, tell
from dialer.cli.board import Board
from dialer.cli.dialing import STOPPED, Ending, Watch, dial, exit_code, tell_end
from dialer.cli.options import say, who
from dialer.cli.rehearsing import stage
from dialer.clock import ScaledClock
from dialer.commands import execute
from dialer.locks import FileLock, only_run, worker_lock
from dialer.session import Session, check_served, real_world, session
from dialer.site import Site, site

WATCH_S = 1.0


@dataclass(frozen=True, slots=True)
class Running:
    """What the user asked for."""

    name: str
    until: str | None
    ending: Ending
    strict: bool
    state: Path | None
    rehearsal: bool


async def run_campaign(wish: Running) -> int:
    """Dial the campaign until its window closes or it is done; answers the exit code."""
    here = site(os.environ, wish.state, rehearsal=wish.rehearsal)
    with reading(here.settings, here.folder, here.clock) as ledger:
        campaign = ledger.read_now(find, wish.name)
        if not here.rehearsal:
            check_served(real_world(here), campaign)
        with only_run(ledger, here.folder, campaign.id) as holder:
            if holder is not None:
                say(f'"{wish.name}" is being run already by {holder}.')
                return STOPPED if wish.strict else 0
            return await _run(here, wish)


async def _run(here: Site, wish: Running) -> int:
    until_done = (wish.until or ("done" if wish.rehearsal else "closed")) == "done"
    lock = worker_lock(here.folder) if here.folder else None
    if lock is not None and not lock.take():
        code = await _watch(here, wish, lock, until_done=until_done)
        if code is not None:
            return code
    async with _at_work(here, wish.name, lock) as at_work:
        await execute(at_work.ledger, "open", {"name": wish.name, "who": who()})
        code = await dial(at_work, here.clock, wish.name, wish.ending, until_done=until_done)
        await execute(at_work.ledger, "close", {"name": wish.name, "who": who()})
    return code


@asynccontextmanager
async def _at_work(here: Site, name: str, lock: FileLock | None) -> AsyncIterator[Session]:
    if here.rehearsal and here.folder and lock and isinstance(here.clock, ScaledClock):
        here.clock.thaw()
        with reading(here.settings, here.folder, here.clock) as ledger:
            spec = parse_stored(ledger.read_now(find, name).spec)
        async with stage(here.folder, here.clock, spec, lock) as at_work:
            yield at_work
        return
    async with session(here, real_world(here), lock) as at_work:
        yield at_work


async def _watch(here: Site, wish: Running, lock: FileLock, *, until_done: bool) -> int | None:
    """Another process owns the ledger and dials: open the campaign there and watch; None once the lock is ours."""
    say(f"The ledger is served by {lock.holder()}; it dials this campaign, too.")
    await tell(here.settings, here.folder, here.clock, "open", name=wish.name, who=who())
    with reading(here.settings, here.folder, here.clock) as ledger, Board(wish.name, quiet=wish.ending.quiet) as board:
        watch = Watch(ledger, here.clock, ledger.read_now(find, wish.name).id, board, until_done)
        while not lock.take():
            if await watch.over():
                await tell(here.settings, here.folder, here.clock, "close", name=wish.name, who=who())
                seen = await tell_end(ledger, here.clock, watch.campaign_id, wish.ending)
                return exit_code(seen, None, until_done=until_done)
            await asyncio.sleep(WATCH_S)
    return None
