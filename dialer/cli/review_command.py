"""``dialer review``: what only a person can judge."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from dialer.cli.options import json_option, open_site, print_json, rehearsal_option, say, state_option


@click.command(name="review")
@click.argument("name", metavar="[CAMPAIGN]", required=False)
@click.option("--seen", metavar="PHONE|ROW", help="You have seen to this lead; show it no more.")
@json_option
@state_option
@rehearsal_option
def command(name: str | None, seen: str | None, as_json: bool, state: Path | None, rehearsal: bool) -> None:
    """List what was said of leads of CAMPAIGN, or of the newest, and could not be read."""
    from campaigns.errors import NotAllowed
    from campaigns.ledger.inquiry import find_lead
    from campaigns.ledger.optouts import pending
    from campaigns.ledger.queries import choose
    from campaigns.ledger.review import questions
    from dialer.access import reading
    from dialer.cli.board import moment
    from dialer.cli.options import line
    from dialer.cli.steering import instruct

    site = open_site(state, rehearsal=rehearsal)
    with reading(site.settings, site.folder, site.clock) as ledger:
        campaign = ledger.read_now(choose, name)
        found = ledger.read_now(questions, campaign.id)
        waiting = len(ledger.read_now(pending))
        contact = ledger.read_now(find_lead, campaign, seen)[1] if seen else None
    if seen:
        if contact is None:
            raise NotAllowed("nothing was said of this row: it is no lead of the campaign")
        settled = instruct(site, "reviewed", name=campaign.name, contact=contact.id)
        say(f"{settled} of this lead seen to.")
        return
    if as_json:
        print_json([asdict(question) for question in found])
        return
    for each in found:
        click.echo(f'{moment(each.at)}  row {each.row} of {each.file}, {each.phone}: {each.kind} "{each.said}"')
    if waiting:
        say(f"{waiting:,} that may be wishes not to be called: {line('suppress', 'review', state=state)}")
    if not found:
        say(f'Nothing of "{campaign.name}" waits for review.')
        return
    example = line("callback", campaign.name, str(found[0].row), "tomorrow 10:00", state=state, rehearsal=rehearsal)
    say(f"{len(found):,} to review. Say when to call: {example}")
