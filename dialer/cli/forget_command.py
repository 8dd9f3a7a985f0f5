"""``dialer forget``: erases a person."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option


@click.command(name="forget")
@click.argument("phone")
@click.option("--country", metavar="XX", help="Country of a number without a +.")
@state_option
@rehearsal_option
def command(phone: str, country: str | None, state: Path | None, rehearsal: bool) -> None:
    """Erase the person with this PHONE from all campaigns, and never call them again.

    Only a hash of their numbers stays. Reports and lists that were written to files are yours to delete.
    """
    from campaigns.ledger.inquiry import read_number
    from dialer.cli.steering import instruct
    from dialer.cli.suppressing import region
    from dialer.site import REHEARSAL

    site = open_site(state, rehearsal=rehearsal)
    done = instruct(site, "forget", number=read_number(phone, region(country)))
    say(f"Erased: {done['contacts']:,} leads, {done['rows']:,} rows, {done['attempts']:,} attempts. "
        "Only a hash of the number stays, by which it is never called again.")  # fmt: skip
    if site.folder and (site.folder / REHEARSAL / "ledger.sqlite").exists():
        say("The last rehearsal has the list, too: the same with --rehearsal.")
