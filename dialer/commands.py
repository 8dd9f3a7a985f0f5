"""What a person can tell a ledger to do; the same function runs in the owner's process or in the command's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from campaigns.errors import DialerError
from campaigns.leads.lists import open_list
from campaigns.ledger import campaigns, controls, loading, settling
from campaigns.ledger.ledger import Ledger
from campaigns.spec import Spec
from campaigns.vocabulary import CampaignState, Reason

Command = Callable[..., Awaitable[Any]]
BETWEEN_CHUNKS_S = 0.005
"""A load lets intents through: larger or denser chunks held them up for seconds (measured)."""


async def execute(ledger: Ledger, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a command; answers ``{"answer": …}``, or ``{"error", "exit_code"}``: a slip must not end the owner."""
    try:
        return {"answer": await COMMANDS[command](ledger, **arguments)}
    except DialerError as error:
        return {"error": str(error), "exit_code": error.exit_code}


def answer_of(said: dict[str, Any]) -> Any:
    """The answer of a command that was executed, maybe elsewhere; raises what it raised, with its exit code."""
    if "error" in said:
        error = DialerError(said["error"])
        error.exit_code = said["exit_code"]
        raise error
    return said["answer"]


async def _control(ledger: Ledger, name: str, to: CampaignState, who: str, reason: Reason | None, detail: str) -> bool:
    campaign = await ledger.read(campaigns.find, name)
    return await ledger.write(controls.control, controls.Control(campaign.id, to, who, reason, detail))


async def pause(ledger: Ledger, name: str, who: str, detail: str = "") -> bool:
    """No new calls from now on; False where it was paused already."""
    return await _control(ledger, name, CampaignState.PAUSED, who, Reason.OPERATOR, detail)


async def open_(ledger: Ledger, name: str, who: str) -> bool:
    """Let a waiting campaign run; a paused one stays paused. False where nothing changed."""
    campaign = await ledger.read(campaigns.find, name)
    if campaign.state not in (CampaignState.WAITING, CampaignState.RUNNING):
        return False
    return await _control(ledger, name, CampaignState.RUNNING, who, None, "")


async def close(ledger: Ledger, name: str, who: str) -> bool:
    """A campaign for cron rests until its next run; False where it does not run."""
    campaign = await ledger.read(campaigns.find, name)
    if campaign.state != CampaignState.RUNNING or campaign.mode != "cron":
        return False
    return await _control(ledger, name, CampaignState.WAITING, who, None, "")


async def resume(ledger: Ledger, name: str, who: str) -> bool:
    """Go on; a campaign for cron waits for its next run. False where it was not paused."""
    campaign = await ledger.read(campaigns.find, name)
    if campaign.state in (CampaignState.RUNNING, CampaignState.WAITING, CampaignState.DONE):
        return False
    to = CampaignState.WAITING if campaign.mode == "cron" else CampaignState.RUNNING
    return await _control(ledger, name, to, who, None, "")


async def cancel(ledger: Ledger, name: str, who: str, detail: str = "") -> bool:
    """End it for good; open calls are still followed. False where it was cancelled already."""
    return await _control(ledger, name, CampaignState.CANCELLED, who, Reason.OPERATOR, detail)


async def suppress(ledger: Ledger, numbers: list[str], scope: str, note: str, who: str) -> int:
    """Never call these numbers again, from this commit on; answers how many were new."""
    wanted = (ledger.write(controls.suppress, controls.Suppression(n, scope, note, who)) for n in numbers)
    return sum(await asyncio.gather(*wanted))


async def unsuppress(ledger: Ledger, numbers: list[str], scope: str, who: str) -> int:
    """Take numbers off a list; answers how many were on it."""
    named = (ledger.write(controls.unsuppress, controls.Suppression(n, scope, "", who)) for n in numbers)
    return sum(await asyncio.gather(*named))


async def settle(ledger: Ledger, name: str, number: str | None, result: str | None, who: str) -> int:
    """Say what became of held contacts: a result, or None to call them again; answers how many."""
    campaign = await ledger.read(campaigns.find, name)
    return await ledger.write(settling.settle, settling.Settlement(campaign.id, number, result, who))


async def launch(
    ledger: Ledger, file: str, name: str, spec: dict[str, Any], world: str, agent: str,
    agent_fields: list[str] | None, skip_recent: bool, limit: int | None, who: str,
) -> dict[str, Any]:  # fmt: skip
    """Load a list into the campaign of this name, made if need be.

    Answers how many leads were added, whether the list was known already, how many rows were left out because the
    person was called lately (``recent``) or the number's country is not known (``no_country``), and whether the
    campaign was launched with another campaign file than this (``differs``): then that one holds.
    """
    parsed = Spec.model_validate(spec)
    lead_list = await asyncio.to_thread(open_list, Path(file), parsed.leads)
    campaign_id = await _find_or_make(ledger, name, parsed, world, agent, agent_fields)
    state = await ledger.write(loading.open_list, loading.NewList(campaign_id, lead_list.info))
    added = 0
    if not state.complete:
        chunks = loading.chunks(lead_list, campaign_id, state.list_id, skip_recent=skip_recent, limit=limit)
        while chunk := await asyncio.to_thread(next, chunks, None):  # beside the calls that this process may be placing
            added += await ledger.write(loading.load, chunk)
            await asyncio.sleep(BETWEEN_CHUNKS_S)
        if limit is None:
            await ledger.write(loading.close_list, state.list_id)
    campaign = await ledger.read(campaigns.find, name)
    if added or campaign.state == CampaignState.WAITING:
        await ledger.write(controls.reopen, (campaign_id, who))
    differs = campaigns.parse_stored(campaign.spec) != parsed
    recent, no_country = [
        await ledger.read(loading.left_out, state.list_id, reason)
        for reason in (Reason.DUPLICATE_RECENT, Reason.AMBIGUOUS_COUNTRY)
    ]
    return {
        "added": added, "known": state.complete, "differs": differs, "recent": recent, "no_country": no_country,
    }  # fmt: skip


async def _find_or_make(
    ledger: Ledger, name: str, spec: Spec, world: str, agent: str, agent_fields: list[str] | None
) -> int:
    for row in await ledger.read(campaigns.every):
        if row.name == name:
            return int(row.id)
    fields = None if agent_fields is None else tuple(agent_fields)
    return await ledger.write(campaigns.create, campaigns.NewCampaign(name, spec, world, agent, fields))


COMMANDS: dict[str, Command] = {
    "pause": pause, "open": open_, "close": close, "resume": resume, "cancel": cancel,
    "suppress": suppress, "unsuppress": unsuppress, "settle": settle, "launch": launch,
}  # fmt: skip
