"""``dialer list``: all campaigns."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, say, state_option


@click.command(name="list")
@json_option
@state_option
@rehearsal_option
def command(as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """List the campaigns, newest first, with their state and their leads."""
    from dataclasses import asdict

    from dialer.cli.looking import counts, look_at_all

    lines = look_at_all(open_site(state, rehearsal=rehearsal))
    if as_json:
        print_json({"campaigns": [asdict(line) for line in lines]})
        return
    if not lines:
        say("No campaign was launched here; `dialer launch LIST` launches one.")
    width = max((len(line.campaign) for line in lines), default=0)
    for line in lines:
        click.echo(f"{line.campaign:<{width}}  {line.state:<9}  {counts(line.leads)}")
