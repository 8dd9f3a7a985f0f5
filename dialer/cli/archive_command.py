"""``dialer archive``: moves a campaign that is over to a folder of its own."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, line, open_site, say, state_option


@click.command(name="archive")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("folder", type=PATH)
@state_option
def command(name: str, folder: Path, state: Path | None) -> None:
    """Move the leads and calls of CAMPAIGN, which is over, to FOLDER, a state folder of its own.

    Its reports are made from there (`--state FOLDER`). It leaves only when none of its calls counts for a cap any more;
    do-not-call lists stay where they are. Dialing goes on meanwhile; stopped half-way, the same command goes on.
    """
    from dialer.cli.steering import instruct

    moved = instruct(open_site(state, rehearsal=False), "archive", name=name, folder=str(folder.absolute()))
    say(f'"{name}" is archived, {moved:,} rows were moved: {line("report", name, "OUT.xlsx", state=folder)}')
