"""``dialer history``: what was done to a campaign."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, state_option


@click.command(name="history")
@click.argument("name", metavar="CAMPAIGN")
@json_option
@state_option
@rehearsal_option
def command(name: str, as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """Show everything that was done to CAMPAIGN, oldest first: when, by whom, what, and why."""
    from dataclasses import asdict

    from campaigns.ledger.campaigns import find
    from campaigns.ledger.history import history
    from dialer.access import reading
    from dialer.cli.board import moment

    site = open_site(state, rehearsal=rehearsal)
    with reading(site.settings, site.folder, site.clock) as ledger:
        events = ledger.read_now(history, ledger.read_now(find, name))
    if as_json:
        print_json({"campaign": name, "events": list(map(asdict, events))})
        return
    for event in events:
        said = f"{event.what}: {event.detail}" if event.detail else event.what
        click.echo(f"{moment(event.at)}  {event.who}  {said}{f'  ({event.why})' if event.why else ''}")
