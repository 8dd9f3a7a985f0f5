"""``dialer backup``: a copy of the ledger, while it is served."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, open_site, say, state_option


@click.command(name="backup")
@click.argument("out", type=PATH)
@state_option
def command(out: Path, state: Path | None) -> None:
    """Write a copy of the ledger to OUT, as it stands in one instant; dialing goes on meanwhile.

    `dialer restore OUT` puts it back. A ledger on PostgreSQL is copied by pg_dump.
    """
    from campaigns.errors import NotAllowed, NotFound
    from campaigns.ledger.backup import back_up
    from dialer.access import NO_LEDGER
    from dialer.embedded import LEDGER

    site = open_site(state, rehearsal=False)
    if site.settings.database_url:
        raise NotAllowed("this ledger is on PostgreSQL: pg_dump copies it while it is served, see docs/deploy.md")
    if site.folder is None or not (site.folder / LEDGER).exists():
        raise NotFound(NO_LEDGER)
    size = back_up(site.folder / LEDGER, out, site.clock.now())
    say(f"{size / 1e6:,.1f} MB; it holds phone numbers. Not in it: keys, accounts.toml and registries' files.")
    click.echo(out)
