"""``dialer suppress``: who must not be called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from dialer.cli.options import PATH, json_option, open_site, print_json, say, state_option

Function = TypeVar("Function", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


def scope_options(function: Function) -> Function:
    """``--campaign`` or ``--client``: whose list; without either, everybody's."""
    function = click.option("--client", metavar="X", help="Only for this client's campaigns.")(function)
    return click.option("--campaign", metavar="NAME", help="Only for this campaign.")(function)


def entry_options(function: Function) -> Function:
    """Why, until when, and whether these are people who sue."""
    function = click.option("--note", default="", metavar="TEXT", help="Where this comes from.")(function)
    function = click.option("--expires", type=MOMENT, help="Until when it holds, in UTC (default: for good).")(function)
    return click.option("--litigators", is_flag=True, help="These are people who take callers to court.")(function)


country_option = click.option("--country", metavar="XX", help="Country of numbers without a +.")


@click.group(name="suppress")
def command() -> None:
    """Keep the lists of who must never be called; they hold from the moment they are committed."""


@command.command()
@click.argument("numbers", nargs=-1, required=True)
@scope_options
@country_option
@entry_options
@state_option
def add(
    numbers: tuple[str, ...], campaign: str | None, client: str | None, country: str | None, note: str,
    expires: datetime | None, litigators: bool, state: Path | None,
) -> None:  # fmt: skip
    """Never call NUMBERS again; either all of them are added or none.

    A prefix is written +1900*, a pattern +1???5550100, a hash sha256:… (of +12125550100).
    """
    from dialer.cli import suppressing

    read = suppressing.typed(numbers, country)
    site = suppressing.ready_site(open_site(state, rehearsal=False), state)
    how = suppressing.how(note, expires, litigators=litigators)
    say(suppressing.add(site, read, suppressing.scope_of(site, campaign, client), **how))


@command.command(name="import", short_help="Never call the numbers of a file again.")
@click.argument("file", type=PATH)
@scope_options
@country_option
@entry_options
@state_option
def import_(
    file: Path, campaign: str | None, client: str | None, country: str | None, note: str,
    expires: datetime | None, litigators: bool, state: Path | None,
) -> None:  # fmt: skip
    """Never call the numbers of FILE again: an entry on each line, or a CSV or Excel list with a phone column."""
    from dialer.cli import suppressing

    suppressing.check(file, country)
    site = suppressing.ready_site(open_site(state, rehearsal=False), state)
    how = suppressing.how(note or file.name, expires, litigators=litigators)
    say(suppressing.add_file(site, file, country, suppressing.scope_of(site, campaign, client), **how))


@command.command()
@click.argument("numbers", nargs=-1, required=True)
@scope_options
@country_option
@state_option
def remove(
    numbers: tuple[str, ...], campaign: str | None, client: str | None, country: str | None, state: Path | None
) -> None:
    """Take NUMBERS off the list; leads that it excluded stay excluded."""
    from dialer.cli import suppressing

    read = suppressing.typed(numbers, country)
    site = open_site(state, rehearsal=False)
    say(suppressing.take_off(site, read, suppressing.scope_of(site, campaign, client)))


@command.command(name="list")
@json_option
@state_option
def list_(as_json: bool, state: Path | None) -> None:
    """Print every entry, the oldest first."""
    from dialer.cli.suppressing import everything, list_line

    rows = everything(open_site(state, rehearsal=False))
    if as_json:
        print_json({"suppressions": rows})
        return
    for row in rows:
        click.echo(list_line(row))


@command.command(short_help="Import a national or state do-not-call registry.")
@click.argument("file", type=PATH)
@click.option("--name", required=True, metavar="NAME", help="What it is called here; a newer copy takes its place.")
@click.option("--jurisdiction", default="US", show_default=True, metavar="XX", help="US, US-IN, GB.")
@click.option("--as-of", type=DAY, required=True, help="The day it was downloaded.")
@click.option("--changes", is_flag=True, help="FILE changes the copy that is here: D takes a number out.")
@click.option("--litigators", is_flag=True, help="A list of people who take callers to court.")
@click.option("--override", default="", metavar="REASON", help="Why a copy of more than 31 days may be used.")
@state_option
def registry(
    file: Path, name: str, jurisdiction: str, as_of: datetime, changes: bool, litigators: bool, override: str,
    state: Path | None,
) -> None:  # fmt: skip
    """Import FILE, a registry as it is delivered: text, CSV, XML, Excel, in .gz or several in a .zip."""
    from dialer.cli.registering import register
    from dialer.cli.suppressing import ready_site

    site = ready_site(open_site(state, rehearsal=False), state)
    say(register(site, file, name, jurisdiction.upper(), as_of.date(), changes=changes, litigators=litigators,
                 override=override.strip()))  # fmt: skip


@command.command()
@json_option
@state_option
def registries(as_json: bool, state: Path | None) -> None:
    """Print the registries that count: their age, size and file."""
    from dialer.cli.registering import copy_line, listed

    copies = listed(open_site(state, rehearsal=False))
    if as_json:
        print_json({"registries": copies})
        return
    for copy in copies:
        click.echo(copy_line(copy))


@command.command()
@click.argument("name")
@state_option
def retire(name: str, state: Path | None) -> None:
    """Let the registry NAME count no more."""
    from dialer.cli.steering import instruct

    instruct(open_site(state, rehearsal=False), "retire", name=name)
    say(f'Registry "{name}" counts no more.')


@command.command()
@click.argument("ids", nargs=-1, type=int)
@click.option("--suppress/--dismiss", "never", default=None, help="Never call these again, or nothing was meant.")
@json_option
@state_option
def review(ids: tuple[int, ...], never: bool | None, as_json: bool, state: Path | None) -> None:
    """List what was said in calls and may mean "do not call me"; with IDS, settle it."""
    from dialer.cli.steering import instruct
    from dialer.cli.suppressing import reviews

    site = open_site(state, rehearsal=False)
    if bool(ids) is not (never is not None):
        raise click.UsageError("name IDs together with --suppress or --dismiss, or neither")
    if ids:
        count = instruct(site, "review", ids=list(ids), suppress=never)
        say(f"{count:,} settled: {'never called again' if never else 'nothing was meant'}.")
        return
    waiting = reviews(site)
    if as_json:
        print_json({"reviews": waiting})
        return
    for row in waiting:
        found = f"{row['found_at']:%Y-%m-%d}"
        click.echo("\t".join([str(row["id"]), found, row["campaign"], row["number"], row["phrase"]]))


@command.command(short_help="Write the file that asks about reassigned numbers.")
@click.argument("campaign")
@click.argument("out", type=PATH)
@click.option("--since", type=DAY, help="A day on which the numbers surely were the people's: that of their consent.")
@click.option("--column", metavar="HEADER", help="The column of the list that holds that day, as 2026-01-31.")
@state_option
def query(campaign: str, out: Path, since: datetime | None, column: str | None, state: Path | None) -> None:
    """Write OUT, the query file for the Reassigned Numbers Database about who waits in CAMPAIGN."""
    from dialer.cli.registering import ask

    say(ask(open_site(state, rehearsal=False), campaign, out, since.date() if since else None, column))


@command.command(short_help="Import the answers about reassigned numbers.")
@click.argument("file", type=PATH)
@click.option("--asked-on", type=DAY, default=None, help="The day asked about, where the file has none.")
@state_option
def answers(file: Path, asked_on: datetime | None, state: Path | None) -> None:
    """Import FILE, the database's answers; who is at a reassigned number is not called."""
    from dialer.cli.registering import take_answers

    site = open_site(state, rehearsal=False)
    say(take_answers(site, file, (asked_on or site.clock.now()).date()))
