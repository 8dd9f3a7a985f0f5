"""``dialer append``: add the new and changed rows of a list to a campaign."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import list_argument, open_site, rehearsal_option, say, state_option, why_option


@click.command(name="append")
@click.argument("name", metavar="CAMPAIGN")
@list_argument
@why_option
@state_option
@rehearsal_option
def command(name: str, file: Path, why: str, state: Path | None, rehearsal: bool) -> None:
    """Add the rows of FILE to CAMPAIGN, which may be running.

    The list is read as the campaign's own file says. A row of somebody whom the campaign has, by the list's id column
    or else by number, changes that lead where it differs; whose calls are over stays as they are. The same rows again
    change nothing.
    """
    from dialer.cli.loading import loading_shown
    from dialer.cli.steering import campaign_of, instruct

    site = open_site(state, rehearsal=rehearsal)
    campaign_of(site, name)
    with loading_shown(site, name):
        said = instruct(site, "append", name=name, file=str(file.absolute()), why=why)
    if said["known"] or not (said["added"] or said["changed"]):
        say(f'"{name}" has these rows already: nothing was changed.' if said["known"] or said["same"] == said["rows"]
            else f'"{name}": nothing was added; `dialer check {file}` says why.')  # fmt: skip
        return
    rest = said["rows"] - said["added"] - said["changed"] - said["same"]
    say(f'"{name}": {said["added"]:,} leads added, {said["changed"]:,} changed, {said["same"]:,} as they were, '
        f"{rest:,} rows left out.")  # fmt: skip
