"""``dialer worker``: serve every running campaign until told to stop."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from dialer.cli.options import open_site, say, state_option


@click.command(name="worker")
@state_option
def command(state: Path | None) -> None:
    """Serve every running campaign of this ledger until it is interrupted.

    In the shared size as many workers as wanted, on as many machines, serve one ledger.
    """
    sys.exit(asyncio.run(_serve(state)))


async def _serve(state: Path | None) -> int:
    from campaigns.errors import NotFound
    from dialer.access import NO_LEDGER
    from dialer.errors import ServerAway, SettingsRefused
    from dialer.locks import worker_lock
    from dialer.session import has_keys, real_world, session

    site = open_site(state, rehearsal=False)
    if not has_keys(site.settings):
        raise SettingsRefused("no account has a key: set CALLFLUENT_API_KEY or a DIALER_KEY_… variable")
    lock = None
    if not site.settings.shared:
        if site.folder is None:
            raise NotFound(NO_LEDGER)
        lock = worker_lock(site.folder)
        if not lock.take():
            raise ServerAway(f"this ledger is served already, by {lock.holder()}")
    async with session(site, real_world(site), lock) as at_work:
        say("Serving; Ctrl-C places no new calls and leaves once those in progress have ended.")
        await at_work.run(_never, say)
    return 0


async def _never() -> bool:
    return False
