"""``dialer suppress``: the do-not-call list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from dialer.cli.options import PATH, json_option, open_site, print_json, say, state_option

Function = TypeVar("Function", bound=Callable[..., Any])


def scope_options(function: Function) -> Function:
    """``--campaign`` or ``--client``: whose list; without either, everybody's."""
    function = click.option("--client", metavar="X", help="Only for this client's campaigns.")(function)
    return click.option("--campaign", metavar="NAME", help="Only for this campaign.")(function)


country_option = click.option("--country", metavar="XX", help="Country of numbers without a +.")
note_option = click.option("--note", default="", metavar="TEXT", help="Where this comes from.")


@click.group(name="suppress")
def command() -> None:
    """Keep the list of numbers that must never be called; it holds from the moment it is committed."""


@command.command()
@click.argument("numbers", nargs=-1, required=True)
@scope_options
@country_option
@note_option
@state_option
def add(
    numbers: tuple[str, ...], campaign: str | None, client: str | None, country: str | None, note: str,
    state: Path | None,
) -> None:  # fmt: skip
    """Never call NUMBERS again; either all of them are added or none."""
    from dialer.cli.suppressing import ready_site, scope_of, suppress, typed

    read = typed(numbers, country)
    site = ready_site(open_site(state, rehearsal=False), state)
    say(suppress(site, read, scope_of(site, campaign, client), note))


@command.command(name="import", short_help="Never call the numbers of a file again.")
@click.argument("file", type=PATH)
@scope_options
@country_option
@note_option
@state_option
def import_(
    file: Path, campaign: str | None, client: str | None, country: str | None, note: str, state: Path | None
) -> None:
    """Never call the numbers of FILE again: one per line, or a CSV or Excel list with a phone column."""
    from dialer.cli.suppressing import listed, ready_site, scope_of, suppress

    read, bad = listed(file, country)
    site = ready_site(open_site(state, rehearsal=False), state)
    said = suppress(site, read, scope_of(site, campaign, client), note or file.name)
    say(f"{said} {bad:,} rows hold no number that can be read." if bad else said)


@command.command()
@click.argument("numbers", nargs=-1, required=True)
@scope_options
@country_option
@state_option
def remove(
    numbers: tuple[str, ...], campaign: str | None, client: str | None, country: str | None, state: Path | None
) -> None:
    """Take NUMBERS off the list; leads that it excluded stay excluded."""
    from dialer.cli.suppressing import scope_of, typed, unsuppress

    read = typed(numbers, country)
    site = open_site(state, rehearsal=False)
    say(unsuppress(site, read, scope_of(site, campaign, client)))


@command.command(name="list")
@json_option
@state_option
def list_(as_json: bool, state: Path | None) -> None:
    """Print every number, the oldest first."""
    from dialer.cli.suppressing import everything

    rows = everything(open_site(state, rehearsal=False))
    if as_json:
        print_json({"suppressions": rows})
        return
    for row in rows:
        click.echo("\t".join([row["number"], row["scope"], f"{row['added_at']:%Y-%m-%d}", row["note"]]))
