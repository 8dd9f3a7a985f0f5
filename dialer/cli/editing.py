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
from dialer.cli.launching import answered_before, calling_agent
from dialer.cli.options import is_terminal, say
from dialer.cli.steering import campaign_of, instruct
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
        **_agent(site, campaign, spec),
    )  # fmt: skip
    if said["changed"]:
        say(f'"{wish.name}" goes by version {said["version"]} now; calls in progress go on.')


def _agent(site: Site, campaign: sa.Row[Any], spec: Spec) -> dict[str, Any]:
    """What the platform tells of the agents that were not asked about yet; raises UnknownAgent."""
    known = {campaign.agent, *parse_stored(campaign.spec).retries.agents}
    if site.rehearsal or not {spec.agent, *spec.retries.agents} - known - {None}:
        return {}
    return asyncio.run(_ask(site, campaign, spec, known))


async def _ask(site: Site, campaign: sa.Row[Any], spec: Spec, known: set[str]) -> dict[str, Any]:
    switchboard = Switchboard(site.settings.account)
    try:
        platform = switchboard.platform(campaign.account, spec.platform)
        for other in spec.retries.agents - known - {spec.agent}:
            await calling_agent(platform, other)
        if spec.agent is None or spec.agent in known:
            return {}
        agent = await calling_agent(platform, spec.agent)
    finally:
        await switchboard.close()
    fields = None if agent.field_names is None else list(agent.field_names)
    return {"agent_fields": fields, "agent_blocks": sorted(agent.blocked_types)}
