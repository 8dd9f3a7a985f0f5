"""``dialer worker``: serve every running campaign until told to stop."""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialer.cli.options import open_site, say, state_option

if TYPE_CHECKING:
    from dialer.receiver import Listen


PLACE = re.compile(r"(?:\[(?P<v6>[0-9a-fA-F:]+)\]|(?P<host>[\w.-]+)):(?P<port>\d{1,5})")


def place(_: click.Context, __: click.Parameter, text: str | None) -> Listen | None:
    """``HOST:PORT``, an address of IPv6 in brackets."""
    if text is None:
        return None
    from dialer.receiver import Listen

    found = PLACE.fullmatch(text)
    if found is None or int(found["port"]) > 65535:
        raise click.BadParameter(f'"{text}" is no place to listen; write it like 127.0.0.1:8471')
    return Listen(found["v6"] or found["host"], int(found["port"]))


@click.command(name="worker")
@click.option("--listen", metavar="HOST:PORT", callback=place, help="Take webhooks there; docs/webhooks.md.")
@state_option
def command(listen: Listen | None, state: Path | None) -> None:
    """Serve every running campaign of this ledger until it is interrupted.

    In the shared size as many workers as wanted, on as many machines, serve one ledger.
    """
    sys.exit(asyncio.run(_serve(listen, state)))


async def _serve(listen: Listen | None, state: Path | None) -> int:
    from campaigns.errors import NotFound
    from dialer.access import NO_LEDGER
    from dialer.errors import ServerAway, SettingsRefused
    from dialer.locks import worker_lock
    from dialer.receiver import Receiver, listening
    from dialer.session import has_keys, real_world, session
    from dialer.settings import is_loopback

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
    async with AsyncExitStack() as stack:
        at_work = await stack.enter_async_context(session(site, real_world(site), lock))
        if listen is not None:
            keys = {name: account.key for name, account in site.settings.accounts.items() if account.key is not None}
            receiver = Receiver(at_work.ledger, at_work.world.switchboard, keys, at_work.worker.hurry)
            say(f"Taking webhooks on {await stack.enter_async_context(listening(receiver, listen))}.")
            if not is_loopback(listen.host):
                say("Others can read along there unless your own HTTPS stands before it; docs/webhooks.md.")
        say("Serving; Ctrl-C places no new calls and leaves once those in progress have ended.")
        await at_work.run(_never, say)
    return 0


async def _never() -> bool:
    return False
