"""``dialer resume``: go on after a pause."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option, why_option


@click.command(name="resume")
@click.argument("name", metavar="CAMPAIGN")
@why_option
@state_option
@rehearsal_option
def command(name: str, why: str, state: Path | None, rehearsal: bool) -> None:
    """Let CAMPAIGN go on after a pause; one for cron waits for its next run."""
    from dialer.cli.looking import look, override
    from dialer.cli.steering import campaign_of, instruct

    site = open_site(state, rehearsal=rehearsal)
    campaign_of(site, name)
    resumed = instruct(site, "resume", name=name, detail=why)
    seen = look(site, name)
    what = "resumed" if resumed else "not paused"
    say(f'"{name}" is {what}. {override(seen) or "Calls are placed when they may be."}')
