"""``dialer rules``: the law's calling hours as the dialer has them, and the places that the user closes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, say, state_option

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(name="rules")
def command() -> None:
    """Show the calling hours that the law allows, and close a place for a while. This is no legal advice."""


@command.command()
@click.argument("asked", metavar="[STATE|COUNTRY|PHONE|CAMPAIGN PHONE|CAMPAIGN ROW]", nargs=-1)
@json_option
@state_option
@rehearsal_option
def show(asked: tuple[str, ...], as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """Show the rows that bind calls to a place or a person today, each with its source and how sure it is.

    \b
    FL, "New York", GB, France     a place; what is both a state and a country, as CA, is shown as
                                   both, and US-CA is the state alone
    +13055550123                   whoever has this number
    spring 7, spring +13055550123  a lead of the campaign spring: by what the list says of it, too
    (nothing)                      the places that are closed
    """
    from dialer.cli.applying import document
    from dialer.cli.ruling import page

    found = document(asked, open_site(state, rehearsal=rehearsal))
    print_json(found) if as_json else click.echo(page(found))


@command.command()
@click.argument("place", metavar="STATE|COUNTRY")
@click.option("--until", type=DAY, required=True, metavar="DATE", help="The last date there, included: 2026-11-30.")
@click.option("--from", "first", type=DAY, metavar="DATE", help="The first date there (default: now).")
@click.option("--reason", default="closed by a person", metavar="TEXT", help="Why; `why` and reports repeat it.")
@state_option
@rehearsal_option
def close(
    place: str, until: datetime, first: datetime | None, reason: str, state: Path | None, rehearsal: bool
) -> None:
    """Call nobody in STATE|COUNTRY for a while, in any campaign: an emergency, a proclamation.

    It holds from the moment it is committed, for campaigns that are dialing, too.
    """
    from dialer.cli.closing import close_place

    say(close_place(place, first.date() if first else None, until.date(), reason, state, rehearsal=rehearsal))


@command.command(name="open")
@click.argument("place", metavar="STATE|COUNTRY")
@state_option
@rehearsal_option
def open_(place: str, state: Path | None, rehearsal: bool) -> None:
    """Take back every `rules close` of STATE|COUNTRY; its people are called again when the other rules allow it."""
    from dialer.cli.closing import open_place

    say(open_place(place, open_site(state, rehearsal=rehearsal)))
