"""``dialer restore``: puts a copy of the ledger back, or tells a ledger that another program did."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from dialer.cli.launch_command import instant
from dialer.cli.options import PATH, open_site, say, state_option


@click.command(name="restore")
@click.argument("file", type=PATH, required=False)
@click.option("--since", callback=instant, metavar="INSTANT", help="Ask history from then on, not since FILE was made.")
@state_option
def command(file: Path | None, since: datetime | None, state: Path | None) -> None:
    """Put FILE back as the ledger; the one that is there is kept beside it.

    Before anyone is called, the platform's history is asked what happened since, and calls that the copy does not know
    are taken in. Without FILE that is done for the ledger that is there: after PostgreSQL was restored by its own
    programs, or after a ledger was lost and its lists were loaded again.
    """
    from campaigns.errors import NotAllowed
    from campaigns.ledger.backup import put_back
    from dialer.cli.steering import instruct
    from dialer.embedded import LEDGER, make_folder
    from dialer.locks import worker_lock
    from dialer.settings import STATE

    site = open_site(state, rehearsal=False)
    since = since and (since if since.tzinfo else since.replace(tzinfo=UTC))
    if file is None:
        if since is None:
            raise NotAllowed("say which file, or --since when history must be asked: dialer restore --since INSTANT")
        instruct(site, "restored", since=since.isoformat())
    elif site.settings.shared:
        raise NotAllowed("this ledger is on PostgreSQL: put its dump back, then `dialer restore --since INSTANT`")
    else:
        folder = site.folder or Path.cwd() / STATE
        make_folder(folder)
        lock = worker_lock(folder)
        if not lock.take():
            raise NotAllowed(f"{lock.holder()} has the ledger open: stop it first")
        try:
            since = put_back(file, folder / LEDGER, since, site.clock.now())
        finally:
            lock.release()
    say(f"Before anyone is called, history is asked what happened since {since.astimezone(UTC):%F %T} UTC.")
