"""``dialer numbers``: the numbers that the platform can call from, and how often people answer them."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.asking import Verb, group
from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, say, state_option

VERBS = (Verb("list", "agents.numbers", "List a workspace's numbers.", ("workspace", "direction=outbound")),)
command = group("numbers", "Look after the numbers that people see when they are called.", VERBS)


@command.command()
@click.option("--account", help="Only the numbers of this account.")
@json_option
@state_option
@rehearsal_option
def health(account: str | None, as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """Show how often people answer each number, now and before, with the range that chance leaves.

    A number whose last 50 calls were answered less often than those of 30 days before, beyond chance, may be shown as
    spam. Campaigns with [agents] let it rest by themselves.
    """
    from dataclasses import asdict

    from campaigns.ledger.numbers import every
    from dialer.access import reading
    from dialer.cli.board import moment

    site = open_site(state, rehearsal=rehearsal)
    with reading(site.settings, site.folder, site.clock) as ledger:
        found = ledger.read_now(every, account, site.clock.now())
    if as_json:
        print_json([asdict(each) | each.rates for each in found])
        return
    for each in found:
        click.echo(f'agent {each.agent} of account "{each.account}": {each.today:,} calls in 24 hours')
        click.echo(f"  answered   {each.recent}; before that, {each.before}")
        if each.rests_until:
            click.echo(f"  rests      until {moment(each.rests_until)}: {each.why}")
        elif each.fallen:
            click.echo("  fallen     beyond chance; is it shown as spam? Let another number call for a while")
    if not found:
        say("No number was called from in the last 30 days.")
