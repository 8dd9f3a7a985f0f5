"""``dialer withdraw``: take the people of a list off a campaign."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import list_argument, open_site, rehearsal_option, say, state_option, why_option


@click.command(name="withdraw")
@click.argument("name", metavar="CAMPAIGN")
@list_argument
@why_option
@state_option
@rehearsal_option
def command(name: str, file: Path, why: str, state: Path | None, rehearsal: bool) -> None:
    """Take the people of FILE off CAMPAIGN, by the list's id column or else by number.

    Who waits is not called any more; calls in progress go on to their end and are the last.
    """
    from dialer.cli.steering import campaign_of, instruct

    site = open_site(state, rehearsal=rehearsal)
    campaign_of(site, name)
    said = instruct(site, "withdraw", name=name, file=str(file.absolute()), why=why)
    parts = [f"{said['withdrawn']:,} people taken off"]
    parts += [f"{said['open']:,} in a call or held, not called again"] if said["open"] else []
    parts += [f"{said['finished']:,} finished already"] if said["finished"] else []
    parts += [f"{said['unknown']:,} rows name nobody of the campaign"] if said["unknown"] else []
    say(f'"{name}": {"; ".join(parts)}.')
