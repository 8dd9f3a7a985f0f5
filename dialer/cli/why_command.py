"""``dialer why``: why someone was not called, and when they will be."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, state_option


@click.command(name="why")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("asked", metavar="[PHONE|ROW]", required=False)
@json_option
@state_option
@rehearsal_option
def command(name: str, asked: str | None, as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """Say why a lead of CAMPAIGN was not called, and when it will be.

    PHONE is its number in any form, ROW its row in the list. Without a lead: how many wait, and for what.
    """
    from campaigns.ledger.archiving import still_here
    from campaigns.ledger.freeing import freeing
    from campaigns.ledger.inquiry import inquire
    from campaigns.ledger.queries import choose
    from dialer.access import reading
    from dialer.cli.explaining import everyone, lead_document, lead_page, page_of_everyone
    from dialer.cli.looking import look

    site = open_site(state, rehearsal=rehearsal)
    seen = look(site, name)
    with reading(site.settings, site.folder, site.clock) as ledger:
        campaign = still_here(ledger.read_now(choose, name))
        if asked is None:
            most = ledger.read_now(freeing, campaign, seen["now"])
            print_json(everyone(seen, most)) if as_json else click.echo(page_of_everyone(seen, most))
            return
        found = ledger.read_now(inquire, campaign, asked, seen["now"])
    print_json(lead_document(found, seen)) if as_json else click.echo(lead_page(found, seen))
