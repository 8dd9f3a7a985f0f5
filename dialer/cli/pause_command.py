"""``dialer pause``: place no new calls."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option


@click.command(name="pause")
@click.argument("name", metavar="CAMPAIGN")
@click.option("--reason", default="", metavar="TEXT", help="Why, for those who look at it later.")
@state_option
@rehearsal_option
def command(name: str, reason: str, state: Path | None, rehearsal: bool) -> None:
    """Place no new calls for CAMPAIGN from now on; calls in progress go on."""
    from dialer.cli.steering import campaign_of, instruct

    site = open_site(state, rehearsal=rehearsal)
    campaign_of(site, name)
    if instruct(site, "pause", name=name, detail=reason):
        say(f'"{name}" is paused; calls in progress go on. `dialer resume {name}` resumes it.')
    else:
        say(f'"{name}" was paused already.')
