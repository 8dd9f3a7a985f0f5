"""``dialer cancel``: end a campaign for good."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import is_terminal, open_site, rehearsal_option, say, state_option


@click.command(name="cancel")
@click.argument("name", metavar="CAMPAIGN")
@click.option("--why", "--reason", default="", metavar="TEXT", help="Why, for those who look at it later.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@state_option
@rehearsal_option
def command(name: str, why: str, yes: bool, state: Path | None, rehearsal: bool) -> None:
    """End CAMPAIGN for good: nobody who waits is called any more; calls in progress are followed to their end."""
    from campaigns.errors import NotAllowed
    from campaigns.vocabulary import CampaignState
    from dialer.cli.looking import look
    from dialer.cli.steering import instruct

    site = open_site(state, rehearsal=rehearsal)
    seen = look(site, name)
    if seen["state"] != CampaignState.CANCELLED and not yes:
        if not is_terminal():
            raise NotAllowed(f'cancelling "{name}" cannot be undone: add --yes')
        question = f'End "{name}" for good? {seen["leads"]["ready"]:,} leads wait and will not be called.'
        if not click.confirm(question, err=True):
            raise NotAllowed(f'"{name}" was not cancelled')
    if instruct(site, "cancel", name=name, detail=why):
        say(f'"{name}" is cancelled.')
        if live := seen["leads"]["dialing"]:
            when = "" if seen["served_by"] or seen["shared"] else " once a dialer is at work here again"
            say(f"{live:,} calls in progress are followed to their end{when}.")
    else:
        say(f'"{name}" was cancelled already.')
