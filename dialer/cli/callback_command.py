"""``dialer callback``: call somebody back when they asked for it."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option


@click.command(name="callback")
@click.argument("name", metavar="CAMPAIGN")
@click.argument("asked", metavar="PHONE|ROW")
@click.argument("when", metavar="WHEN", nargs=-1, required=True)
@state_option
@rehearsal_option
def command(name: str, asked: str, when: tuple[str, ...], state: Path | None, rehearsal: bool) -> None:
    """Call a lead of CAMPAIGN back at WHEN, in the person's own time, before the fresh leads.

    WHEN is "tomorrow 10:00", "mon 14:30", "in 2 hours", 2026-11-24T10:00 and the like. Where nobody may be called then,
    it is the next opening.
    """
    from datetime import datetime

    from campaigns.errors import NotAllowed
    from campaigns.ledger.inquiry import find_lead
    from campaigns.vocabulary import Reason
    from dialer.access import reading
    from dialer.cli.explaining import everywhere
    from dialer.cli.steering import campaign_of, instruct

    site = open_site(state, rehearsal=rehearsal)
    campaign = campaign_of(site, name)
    with reading(site.settings, site.folder, site.clock) as ledger:
        row, contact = ledger.read_now(find_lead, campaign, asked)
    if contact is None:
        raise NotAllowed(f"row {row.row} of {row.file} is {row.verdict} and cannot be called: `dialer why` says why")
    said = instruct(site, "callback", name=name, contact=contact.id, when=" ".join(when))
    zones = tuple(filter(None, contact.zones.split(",")))
    asked_at, at = (everywhere(datetime.fromisoformat(said[key]), zones) for key in ("asked", "next_at"))
    if said["reason"] == Reason.CALLBACK_WAITS:
        say(f"Asked for {asked_at}, when nobody may be called there.")
    say(f"Row {row.row} of {row.file} is called back at {at}.")
