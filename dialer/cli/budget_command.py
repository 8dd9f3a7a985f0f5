"""``dialer budget``: what all campaigns of an account, or a client, may use in 24 hours together."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, say, state_option

SCOPE = click.Choice(["account", "client"])


@click.group(name="budget")
def command() -> None:
    """Limit the calls, minutes and money that all campaigns of an account, or a client, use in any 24 hours.

    A campaign's own limits stand in its file: [pace] per_day and [budget].
    """


@command.command()
@json_option
@state_option
@rehearsal_option
def show(as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """Show every budget, and what was used of it in the last 24 hours."""
    from campaigns.ledger.budgeting import drawn
    from dialer.access import reading

    site = open_site(state, rehearsal=rehearsal)
    with reading(site.settings, site.folder, site.clock) as ledger:
        found = ledger.read_now(drawn, site.clock.now())
    if as_json:
        print_json(found)
        return
    for each in found:
        click.echo(each.words)
    if not found:
        say("No budget is set: `dialer budget set account default --calls 500` would set one.")


@command.command(name="set")
@click.argument("scope", type=SCOPE)
@click.argument("name")
@click.option("--calls", type=click.IntRange(1), help="So many calls.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="So many minutes, as they are billed.")
@click.option("--money", type=click.FloatRange(0, min_open=True), help="So much money, as [cost] counts it.")
@state_option
@rehearsal_option
def set_(
    scope: str, name: str, calls: int | None, minutes: float | None, money: float | None, state: Path | None,
    rehearsal: bool,
) -> None:  # fmt: skip
    """Set the budget of the account or client NAME, in the place of the one before.

    It holds from the moment it is committed, for campaigns that are dialing, too.
    """
    from dialer.cli.steering import instruct

    if calls is minutes is money is None:
        raise click.UsageError("say --calls, --minutes or --money")
    limits = {"calls": calls, "minutes": minutes, "money": money}
    instruct(open_site(state, rehearsal=rehearsal), "budget", scope=scope, name=name, **limits)
    say(f'The budget of {scope} "{name}" holds for any 24 hours; `dialer budget show` shows what was used of it.')


@command.command()
@click.argument("scope", type=SCOPE)
@click.argument("name")
@state_option
@rehearsal_option
def drop(scope: str, name: str, state: Path | None, rehearsal: bool) -> None:
    """Take the budget of the account or client NAME away."""
    from dialer.cli.steering import instruct

    none = dict.fromkeys(("calls", "minutes", "money"))
    gone = instruct(open_site(state, rehearsal=rehearsal), "budget", scope=scope, name=name, **none)
    say(f'The {scope} "{name}" has no budget {"any more" if gone else "and had none"}.')
