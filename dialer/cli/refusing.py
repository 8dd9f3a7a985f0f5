"""Whoever is to be notified learns that a lead list was refused, also where nobody dials."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from campaigns.errors import DialerError, InputRefused, NotFound
from dialer.access import shared_ledger, tell
from dialer.channels import channels
from dialer.cli.options import say, who
from dialer.embedded import own_ledger
from dialer.herald import Herald
from dialer.locks import worker_lock
from dialer.site import Site


@asynccontextmanager
async def refusals_told(here: Site, name: str, file: Path) -> AsyncIterator[None]:
    """Keep in the ledger, if there is one, that the block refused the list, and notify; the refusal goes on."""
    try:
        yield
    except InputRefused:
        try:
            await tell(here.settings, here.folder, here.clock, "list_refused", name=name, file=str(file), who=who())
            await notify(here)
        except NotFound:  # no ledger yet, so nobody launched anything here before
            pass
        except DialerError as error:  # the refusal itself is what the user is to hear of
            say(f"Nobody was notified: {error}")
        raise


async def notify(here: Site) -> None:
    """Tell what is untold; the process that owns the ledger does it by itself."""
    told = channels(here.settings.notify)
    if not told:
        return
    async with AsyncExitStack() as stack:
        if here.folder is None:
            ledger = await stack.enter_async_context(shared_ledger(here.settings, here.clock))
        else:
            lock = worker_lock(here.folder)
            if not lock.take():
                return
            stack.callback(lock.release)
            ledger = await stack.enter_async_context(own_ledger(here.folder, here.clock.now))
        await Herald(ledger, here.clock.now, told).finish()
