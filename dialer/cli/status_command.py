"""``dialer status``: where a campaign stands."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, state_option

REPAINT_S = 1.0


@click.command(name="status")
@click.argument("name", metavar="[CAMPAIGN]", required=False)
@click.option("--watch", is_flag=True, help="Show it again every second; off a terminal it is shown once.")
@json_option
@state_option
@rehearsal_option
def command(name: str | None, watch: bool, as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """Show where CAMPAIGN stands; without a name the newest."""
    from campaigns.vocabulary import OVER
    from dialer.cli.looking import look, page

    site = open_site(state, rehearsal=rehearsal)
    seen = look(site, name)
    if as_json:
        print_json(seen)
        return
    if not watch or not sys.stdout.isatty():
        click.echo(page(seen))
        return
    try:
        while True:
            click.clear()
            click.echo(page(seen))
            if seen["state"] in OVER:
                return
            time.sleep(REPAINT_S)
            seen = look(site, seen["campaign"])
    except KeyboardInterrupt:
        return
