"""What a person can change about a campaign while it dials, and a campaign made from another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from campaigns.ledger import campaigns, cloning, editing, hanging
from campaigns.ledger.ledger import Ledger
from campaigns.points import Point, reach
from campaigns.spec import Spec

BETWEEN_CHUNKS_S = 0.005
"""What intents are let through in, while many contacts are loaded, decided anew or copied."""


async def edit(
    ledger: Ledger, name: str, version: int, spec: dict[str, Any], who: str, why: str = "",
    agent_fields: campaigns.AgentFields | None = None, agent_blocks: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Let the campaign that has this version go by another file; answers the version that holds now, and what changed.

    It holds from its commit on; contacts are decided anew after that, so a change that was broken off is given again.
    """
    campaign = await ledger.read(campaigns.find, name)
    wish = editing.Edit(campaign.id, version, Spec.model_validate(spec), who, why, agent_fields, agent_blocks)
    edited = await ledger.write(editing.edit, wish)
    tables = frozenset(each.table for each in edited.changed) or frozenset(type(wish.spec).model_fields)
    after: int | None = 0
    while after is not None:
        reach(Point.EDITED)
        after = await ledger.write(editing.decide_anew, editing.Anew(campaign.id, tables, who, after))
        await asyncio.sleep(BETWEEN_CHUNKS_S)
    return {"version": edited.version, "changed": [str(each) for each in edited.changed]}


async def clone(ledger: Ledger, name: str, new: str, with_leads: bool, who: str, why: str = "") -> int:
    """Make a campaign with the file of another and, if wished, its leads that are not done; answers how many."""
    campaign = await ledger.read(campaigns.find, name)
    made = await ledger.write(cloning.clone, cloning.Clone(campaign.id, new, who, why, with_leads))
    leads, after = 0, 0 if with_leads else None
    while after is not None:
        copied = await ledger.write(cloning.copy_leads, cloning.Leads(campaign.id, made, after))
        leads, after = leads + copied.leads, copied.last
        await asyncio.sleep(BETWEEN_CHUNKS_S)
    return leads


async def hung_up(ledger: Ledger, name: str, calls: int, others: int, who: str, why: str = "") -> None:
    """Keep that calls were hung up, and that others could not be."""
    campaign = await ledger.read(campaigns.find, name)
    await ledger.write(hanging.tell_hung_up, hanging.HungUp(campaign.id, calls, others, who, why))


COMMANDS: dict[str, Callable[..., Awaitable[Any]]] = {"edit": edit, "clone": clone, "hung_up": hung_up}
