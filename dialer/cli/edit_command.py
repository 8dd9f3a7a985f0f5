"""``dialer edit``: change a campaign's file while it runs."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, open_site, rehearsal_option, state_option, why_option


@click.command(name="edit")
@click.argument("name", metavar="CAMPAIGN")
@click.option("--campaign", "campaign_file", type=PATH, required=True, help="The campaign file as it is to be.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@why_option
@state_option
@rehearsal_option
def command(name: str, campaign_file: Path, yes: bool, why: str, state: Path | None, rehearsal: bool) -> None:
    """Let CAMPAIGN go by another campaign file, and show what changes before it does.

    Calls in progress go on. Nobody is called under the old file any more, and who waits is decided anew.
    """
    from dialer.cli.campaign_file import read_campaign
    from dialer.cli.editing import Editing, edit_campaign

    edit_campaign(open_site(state, rehearsal=rehearsal), Editing(name, read_campaign(campaign_file), why, yes))
