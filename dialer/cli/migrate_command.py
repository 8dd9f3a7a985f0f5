"""``dialer migrate``: bring the ledger's tables up to date."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, say, state_option


@click.command(name="migrate")
@state_option
def command(state: Path | None) -> None:
    """Bring the ledger's tables up to date; in the embedded size this happens by itself."""
    from campaigns.errors import NotAllowed
    from campaigns.ledger.migrate import HEAD, migrate
    from dialer.access import reading
    from dialer.embedded import ledger_url
    from dialer.locks import worker_lock

    site = open_site(state, rehearsal=False)
    if site.settings.database_url:
        changed = migrate(site.settings.database_url, site.clock.now())
    else:
        with reading(site.settings, site.folder, site.clock):
            assert site.folder is not None  # it holds the ledger that was just read
        lock = worker_lock(site.folder)
        if not lock.take():
            raise NotAllowed(f"{lock.holder()} has the ledger open, and brought it up to date when it started")
        try:
            changed = migrate(ledger_url(site.folder), site.clock.now())
        finally:
            lock.release()
    say(f"The ledger {'was brought' if changed else 'is'} up to date: version {HEAD}.")
