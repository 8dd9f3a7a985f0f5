"""``dialer rules``: the law's calling hours, as the dialer has them."""

from __future__ import annotations

import click

from dialer.cli.options import json_option, print_json


@click.group(name="rules")
def command() -> None:
    """Show the calling hours that the law allows, with their sources. This is no legal advice."""


@command.command()
@click.argument("place", metavar="STATE|COUNTRY")
@json_option
def show(place: str, as_json: bool) -> None:
    """Show the rows that bind calls to STATE|COUNTRY today, each with its source and how sure it is.

    Two letters or a name: FL, "New York", GB, France. What is both a state and a country, as CA, is shown as both;
    US-CA is the state alone.
    """
    from datetime import UTC, datetime

    from dialer.cli.ruling import document, page

    found = document(place, datetime.now(UTC).date())
    print_json(found) if as_json else click.echo(page(found))
