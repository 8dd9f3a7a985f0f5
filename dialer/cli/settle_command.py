"""``dialer settle``: a person says what became of leads that are held."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option


@click.command(name="settle")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("asked", metavar="[PHONE|ROW]", required=False)
@click.option("--result", metavar="WORD", help="What the call came to: human, busy, no_answer, …")
@click.option("--not-called", is_flag=True, help="There was no call: they are called again.")
@state_option
@rehearsal_option
def command(
    name: str, asked: str | None, result: str | None, not_called: bool, state: Path | None, rehearsal: bool
) -> None:
    """Say what became of a held lead of CAMPAIGN, or of all that are held."""
    from campaigns.errors import NotAllowed
    from campaigns.ledger.inquiry import find_lead
    from campaigns.vocabulary import ContactState, Result
    from dialer.access import reading
    from dialer.cli.steering import campaign_of, instruct

    if (result is None) != not_called:
        raise NotAllowed("say either --result WORD or --not-called")
    if result is not None and result not in list(Result):
        raise NotAllowed(f'"{result}" is no result; there are: {", ".join(Result)}')
    site = open_site(state, rehearsal=rehearsal)
    campaign = campaign_of(site, name)
    number = None
    if asked is not None:
        with reading(site.settings, site.folder, site.clock) as ledger:
            _, contact = ledger.read_now(find_lead, campaign, asked)
        if contact is None or contact.state != ContactState.HELD:
            raise NotAllowed(f'this lead of "{name}" is not held: `dialer why {name} {asked}` says where it stands')
        number = contact.identity
    settled = instruct(site, "settle", name=name, number=number, result=result)
    if not settled:
        say(f'No lead of "{name}" is held.')
        return
    what = "will be called again" if result is None else f"settled as {result}"
    say(f'{settled:,} held lead{"" if settled == 1 else "s"} of "{name}" {what}.')
