"""``dialer report``: the results as a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import PATH, open_site, rehearsal_option, state_option


@click.command(name="report")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("out", type=PATH)
@click.option("--overwrite", is_flag=True, help="Replace OUT; otherwise a file that is there is kept.")
@state_option
@rehearsal_option
def command(name: str, out: Path, overwrite: bool, state: Path | None, rehearsal: bool) -> None:
    """Write the results of CAMPAIGN to OUT (.xlsx, .csv or .json), as they stand now, and print the file's path."""
    from campaigns.reports.report import write_report, writer_for
    from dialer.access import reading
    from dialer.cli.steering import campaign_of

    writer_for(out)
    site = open_site(state, rehearsal=rehearsal)
    campaign = campaign_of(site, name)
    now = site.clock.now()
    with reading(site.settings, site.folder, site.clock) as ledger:
        written = ledger.read_now(
            lambda conn: write_report(conn, campaign.id, out, now, rehearsal=rehearsal, overwrite=overwrite)
        )
    click.echo(written)
