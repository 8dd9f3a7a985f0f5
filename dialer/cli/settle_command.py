"""``dialer settle``: a person says what became of leads that are held."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option, why_option


@click.command(name="settle")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("asked", metavar="[PHONE|ROW]", required=False)
@click.option("--result", metavar="WORD", help="What the call came to: human, busy, no_answer, …")
@click.option("--not-called", is_flag=True, help="There was no call: they are called again.")
@click.option("--of", type=click.Choice(["unresolved", "lost"]), help="Only calls that never, or half, showed.")
@click.option("--error", metavar="TEXT", help="Only those whose request was answered with this text.")
@click.option("--status", metavar="WORD", help="Only those of whom the platform's history said this last.")
@why_option
@state_option
@rehearsal_option
def command(
    name: str, asked: str | None, result: str | None, not_called: bool, of: str | None, error: str | None,
    status: str | None, why: str, state: Path | None, rehearsal: bool,
) -> None:  # fmt: skip
    """Say what became of a held lead of CAMPAIGN, of a group, or of all that are held."""
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
    group = {"state": of, "error": error, "status": status}
    settled = instruct(site, "settle", name=name, number=number, result=result, why=why, **group)
    if not settled:
        say(f'No {"such " if any(group.values()) else ""}lead of "{name}" is held.')
        return
    what = "will be called again" if result is None else f"settled as {result}"
    say(f'{settled:,} held lead{"" if settled == 1 else "s"} of "{name}" {what}.')
