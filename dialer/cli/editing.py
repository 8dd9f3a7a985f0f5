"""A campaign's file is changed from the command line: what changes, the question, and what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import click
import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger.campaigns import parse_stored
from campaigns.spec import Spec
from campaigns.spec.written import differences
from dialer.cli.calling import blocked_by, calling_agents, fields_of
from dialer.cli.launching import answered_before
from dialer.cli.options import is_terminal, say
from dialer.cli.steering import campaign_of, instruct
from dialer.providers.platform import Agent
from dialer.providers.switchboard import Switchboard
from dialer.site import Site


@dataclass(frozen=True, slots=True)
class Editing:
    """What the user asked for."""

    name: str
    spec: Spec
    why: str
    yes: bool


def edit_campaign(site: Site, wish: Editing) -> None:
    """Show the difference, ask, and let it hold; raises NotAllowed where nobody agreed, or it cannot be changed so."""
    campaign = campaign_of(site, wish.name)
    before = parse_stored(campaign.spec)
    spec = answered_before(site, wish.name, wish.spec).model_copy(update={"name": before.name})
    if spec.agent is None:
        spec = spec.model_copy(update={"agent": before.agent})
    changed = differences(before, spec)
    for each in changed:
        say(f"  {each}")
    if not changed:
        say(f'"{wish.name}" goes by this file already; who waits is decided anew.')
    elif not wish.yes:
        if not is_terminal():
            raise NotAllowed(f'"{wish.name}" was not changed: add --yes')
        if not click.confirm(f'Change "{wish.name}" so?', err=True):
            raise NotAllowed(f'"{wish.name}" was not changed')
    said = instruct(
        site, "edit", name=wish.name, version=campaign.version, spec=spec.model_dump(mode="json"), why=wish.why,
        **_agents(site, campaign, spec),
    )  # fmt: skip
    if changed:
        say(f'"{wish.name}" goes by version {said["version"]} now; calls in progress go on.')


def _agents(site: Site, campaign: sa.Row[Any], spec: Spec) -> dict[str, Any]:
    """What the platform tells of the agents, where one was not asked about yet; raises UnknownAgent."""
    if site.rehearsal or not {*spec.callers} - {campaign.agent, *parse_stored(campaign.spec).callers}:
        return {}
    agents = asyncio.run(_ask(site, campaign, spec))
    return {"agent_fields": fields_of(agents), "agent_blocks": sorted(blocked_by(agents))}


async def _ask(site: Site, campaign: sa.Row[Any], spec: Spec) -> list[Agent]:
    async with Switchboard(site.settings.account) as switchboard:
        return await calling_agents(switchboard.platform(campaign.account, spec.platform), spec)
