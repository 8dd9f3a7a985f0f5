"""Hangs up the calls of a campaign that are in progress."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.hanging import live_calls
from dialer.access import reading
from dialer.cli.steering import instruct
from dialer.errors import PlatformError
from dialer.providers.platform import Platform
from dialer.providers.switchboard import Switchboard
from dialer.rehearsal import running_sandbox, sandbox_switchboard
from dialer.site import Site


def hang_up(site: Site, campaign: sa.Row[Any], why: str) -> str:
    """End the calls whose id is known, and keep that in the history; says how many, and how many go on."""
    with reading(site.settings, site.folder, site.clock) as ledger:
        ids, without_id = ledger.read_now(live_calls, campaign.id)
    hung_up = asyncio.run(_hang_up(site, campaign, ids)) if ids else 0
    others = len(ids) - hung_up + without_id
    if hung_up or others:
        instruct(site, "hung_up", name=campaign.name, calls=hung_up, others=others, why=why)
    said = f"{hung_up:,} calls were hung up"
    return f"{said}, {others:,} could not be and go on" if others else said


async def _hang_up(site: Site, campaign: sa.Row[Any], ids: list[str]) -> int:
    switchboard = Switchboard(site.settings.account)
    if site.rehearsal and site.folder:
        address = running_sandbox(site.folder)
        if address is None:
            return 0
        switchboard = sandbox_switchboard(parse_stored(campaign.spec).platform.name, address)
    async with switchboard:
        platform = switchboard.platform(campaign.account, parse_stored(campaign.spec).platform)
        return sum([await _hung_up(platform, call_id) for call_id in ids]) if platform.abilities.hangs_up else 0


async def _hung_up(platform: Platform, call_id: str) -> bool:
    try:
        await platform.hang_up(call_id)
    except PlatformError:  # it goes on, and is counted as such
        return False
    return True
