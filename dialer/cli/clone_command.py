"""``dialer clone``: a campaign like another one."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option, why_option


@click.command(name="clone")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("new", metavar="NAME")
@click.option("--leads", is_flag=True, help="Take its leads along that are not done; the campaign itself must be over.")
@why_option
@state_option
@rehearsal_option
def command(name: str, new: str, leads: bool, why: str, state: Path | None, rehearsal: bool) -> None:
    """Make a campaign NAME with the file of CAMPAIGN; it waits until it is run.

    Leads who were reached, must not be called, are on the phone or held stay behind.
    """
    from dialer.cli.steering import campaign_of, instruct

    site = open_site(state, rehearsal=rehearsal)
    campaign_of(site, name)
    copied = instruct(site, "clone", name=name, new=new, with_leads=leads, why=why)
    along = f" and {copied:,} of its leads" if leads else " and no leads"
    then = f"`dialer run {new}`" if copied else f"`dialer append {new} LIST` adds some, `dialer run {new}`"
    say(f'"{new}" has the file of "{name}"{along}; {then} dials it.')
