"""``dialer pause``: place no new calls."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option


@click.command(name="pause")
@click.argument("name", metavar="CAMPAIGN")
@click.option("--why", "--reason", default="", metavar="TEXT", help="Why, for those who look at it later.")
@click.option("--now", is_flag=True, help="Hang up the calls in progress, too, as far as the platform can.")
@state_option
@rehearsal_option
def command(name: str, why: str, now: bool, state: Path | None, rehearsal: bool) -> None:
    """Place no new calls for CAMPAIGN from now on; calls in progress go on."""
    from dialer.cli.hanging import hang_up
    from dialer.cli.steering import campaign_of, instruct

    site = open_site(state, rehearsal=rehearsal)
    campaign = campaign_of(site, name)
    paused = instruct(site, "pause", name=name, detail=why)
    goes_on = f"`dialer resume {name}` resumes it."
    if now:
        say(f'"{name}" {"is paused" if paused else "was paused already"}; {hang_up(site, campaign, why)}. {goes_on}')
    elif paused:
        say(f'"{name}" is paused; calls in progress go on. {goes_on}')
    else:
        say(f'"{name}" was paused already.')
