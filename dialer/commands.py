"""What a person can tell a ledger to do; the same function runs in the owner's process or in the command's own."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from campaigns.errors import DialerError, ListRefused, NotAllowed
from campaigns.leads.beside import Judged, judged
from campaigns.leads.collection import few_collections
from campaigns.leads.lists import open_list
from campaigns.leads.packed import Packed
from campaigns.ledger import (
    adopting,
    appending,
    archiving,
    budgeting,
    callbacks,
    campaigns,
    closing,
    controls,
    loading,
    review,
    settling,
    telling,
)
from campaigns.ledger.ledger import Ledger
from campaigns.points import Point, reach
from campaigns.rules.facts import Closure
from campaigns.spec import Spec
from campaigns.vocabulary import CampaignState, Reason
from dialer import changes, suppressions
from dialer.changes import BETWEEN_CHUNKS_S

Command = Callable[..., Awaitable[Any]]
WITHOUT_CONSENT = (Reason.NO_CONSENT, Reason.NO_GROUND, Reason.CONSENT_REFUSED)
LOADS = ("launch", "append", "withdraw")
WRITES_S = 0.015
"""A load lets intents through: larger or denser chunks held them up for seconds (measured)."""


async def execute(ledger: Ledger, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a command; answers ``{"answer": …}``, or ``{"error", "exit_code"}``: a slip must not end the owner."""
    try:
        answer = await COMMANDS[command](ledger, **arguments)
    except DialerError as error:
        if isinstance(error, ListRefused) and command in LOADS:
            await list_refused(ledger, arguments["name"], arguments["file"], arguments["who"])
        return {"error": str(error), "exit_code": error.exit_code}
    reach(Point.COMMANDED)
    return {"answer": answer}


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


async def list_refused(ledger: Ledger, name: str, file: str, who: str) -> None:
    """Keep that a list for the campaign of this name could not be used, so that whoever is to be notified is."""
    await ledger.write(telling.refuse, telling.Refusal(name, Path(file).name, who))


async def resume(ledger: Ledger, name: str, who: str, detail: str = "") -> bool:
    """Go on; a campaign for cron waits for its next run. False where it was not paused."""
    campaign = await ledger.read(campaigns.find, name)
    if campaign.state in (CampaignState.RUNNING, CampaignState.WAITING, CampaignState.DONE):
        return False
    to = CampaignState.WAITING if campaign.mode == "cron" else CampaignState.RUNNING
    return await _control(ledger, name, to, who, None, detail)


async def cancel(ledger: Ledger, name: str, who: str, detail: str = "") -> bool:
    """End it for good; open calls are still followed. False where it was cancelled already."""
    return await _control(ledger, name, CampaignState.CANCELLED, who, Reason.OPERATOR, detail)


async def close_place(ledger: Ledger, jurisdiction: str, first: str, last: str, reason: str, who: str) -> bool:
    """Nobody there is called on these local dates (ISO 8601), by any campaign; False where that was so already."""
    closure = Closure(jurisdiction, date.fromisoformat(first), date.fromisoformat(last), reason)
    return await ledger.write(closing.close_place, closing.Closing(closure, who))


async def open_place(ledger: Ledger, jurisdiction: str, who: str) -> int:
    """Take back what closes a place; answers how many closures that were."""
    return await ledger.write(closing.open_place, closing.Opening(jurisdiction, who))


async def settle(
    ledger: Ledger, name: str, number: str | None, result: str | None, who: str, state: str | None = None,
    error: str | None = None, status: str | None = None, why: str = "",
) -> int:  # fmt: skip
    """Say what became of held contacts: a result, or None to call them again; answers how many."""
    campaign = await ledger.read(campaigns.find, name)
    wish = settling.Settlement(campaign.id, number, result, who, state, error, status, why)
    return await ledger.write(settling.settle, wish)


async def callback(ledger: Ledger, name: str, contact: int, when: str, who: str) -> dict[str, str]:
    """Call somebody back when they asked for it; answers the instants asked for and planned, and the reason."""
    await ledger.read(campaigns.find, name)
    promised = await ledger.write(callbacks.call_back, callbacks.Callback(contact, when, who))
    return {key: at.isoformat() if isinstance(at, datetime) else at for key, at in asdict(promised).items()}


async def budget(
    ledger: Ledger, scope: budgeting.Of, name: str, calls: int | None, minutes: float | None, money: float | None,
    who: str,
) -> bool:  # fmt: skip
    """Limit what all campaigns of an account or a client use in 24 hours; without any limit the budget is taken away.

    False where there was none to take away.
    """
    return await ledger.write(budgeting.set_budget, budgeting.NewBudget(scope, name, calls, minutes, money, who))


async def reviewed(ledger: Ledger, name: str, contact: int, who: str) -> int:
    """A person has seen to what was said of a lead; answers how much that was."""
    campaign = await ledger.read(campaigns.find, name)
    return await ledger.write(review.see_to, review.Seen(campaign.id, contact, who))


async def archive(ledger: Ledger, name: str, folder: str, who: str) -> int:
    """Move a campaign that is over to a state folder of its own; answers how many rows left the ledger."""
    campaign = await ledger.read(campaigns.find, name)
    if not archiving.goes_on(campaign, Path(folder)):
        standing = await ledger.write(archiving.check, campaign.id)
        await asyncio.to_thread(archiving.copy_out, ledger.url, campaign.id, Path(folder))
        await ledger.write(archiving.close, archiving.Archived(campaign.id, folder, standing, who))
    moved = 0
    while rows := await ledger.write(archiving.clear, campaign.id):
        moved += rows
        await asyncio.sleep(BETWEEN_CHUNKS_S)
    return moved


async def restored(ledger: Ledger, since: str, who: str) -> bool:
    """The ledger was put back as it stood at ``since`` (ISO 8601): history is asked before anyone is called."""
    await ledger.write(adopting.mark, adopting.Restored(datetime.fromisoformat(since), who))
    return True


async def launch(
    ledger: Ledger, file: str, name: str, spec: dict[str, Any], world: str, agent: str,
    agent_fields: campaigns.AgentFields | None, skip_recent: bool, limit: int | None, who: str,
    agent_blocks: Sequence[str] = (), lookup_budget: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Load a list into the campaign of this name, made if need be; a newer version of one of its lists changes it.

    Answers what ``_load`` does, and whether the campaign was launched with another campaign file than this
    (``differs``): then that one holds.
    """
    parsed = Spec.model_validate(spec)
    with ExitStack() as opened:
        lead_list = await asyncio.to_thread(opened.enter_context, judged(Path(file), parsed.leads, parsed.agents))
        new = campaigns.NewCampaign(name, parsed, world, agent, agent_fields)
        campaign_id = await ledger.write(campaigns.create, new)
        archiving.still_here(await ledger.read(campaigns.find, name))
        await ledger.write(campaigns.agree, campaigns.Agreed(campaign_id, tuple(agent_blocks), lookup_budget))
        said = await _load(ledger, lead_list, campaign_id, name, who, skip_recent=skip_recent, limit=limit)
    campaign = await ledger.read(campaigns.find, name)
    return said | {"differs": campaigns.parse_stored(campaign.spec) != parsed}


async def append(ledger: Ledger, name: str, file: str, who: str, why: str = "") -> dict[str, Any]:
    """Load a list into a campaign that is there, read as its first one was; rows that differ change its leads.

    Answers what ``_load`` does.
    """
    campaign = await ledger.read(campaigns.find, name)
    if campaign.state in (CampaignState.CANCELLED, CampaignState.ARCHIVED):
        raise NotAllowed(f'campaign "{name}" is {campaign.state}; launch the list with --new')
    spec = campaigns.parse_stored(campaign.spec)
    with ExitStack() as opened:
        lead_list = await asyncio.to_thread(opened.enter_context, judged(Path(file), spec.leads, spec.agents))
        said = await _load(ledger, lead_list, campaign.id, name, who, update=True)
    await ledger.write(
        appending.tell_appended, appending.Appended(campaign.id, said["added"], said["changed"], who, why)
    )
    return said


async def withdraw(ledger: Ledger, name: str, file: str, who: str, why: str = "") -> dict[str, int]:
    """Take the people of a list off a campaign; answers how many, by ``appending.Withdrawn``."""
    campaign = await ledger.read(campaigns.find, name)
    leads = campaigns.parse_stored(campaign.spec).leads
    batches = (await asyncio.to_thread(open_list, Path(file), leads)).batches()
    total: Counter[str] = Counter(withdrawn=0, open=0, finished=0, unknown=0)
    while people := await asyncio.to_thread(next, batches, None):
        done = await ledger.write(appending.withdraw, appending.Withdrawal(campaign.id, people, who, why))
        total.update(asdict(done))
        await asyncio.sleep(BETWEEN_CHUNKS_S)
    return dict(total)


async def _load(
    ledger: Ledger, lead_list: Judged, campaign_id: int, name: str, who: str, *, update: bool = False,
    skip_recent: bool = False, limit: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Load a list, as much of it at a time as the calls that are being placed allow, and open the campaign for it.

    Answers how many ``rows`` were read, how many leads were ``added``, ``changed`` and left the ``same``, whether the
    list was ``known`` already, and how many of its rows are left out because the person was called lately (``recent``),
    is being called by another campaign (``running``), did not consent (``no_consent``), or the number's country is not
    known (``no_country``).
    """
    state = await ledger.write(loading.open_list, loading.NewList(campaign_id, lead_list.info, lead_list.rows))
    reach(Point.LIST_OPENED)
    total: Counter[str] = Counter(added=0, changed=0, same=0)
    reading = loading.Reading(lead_list.batches, limit)

    async def write(batches: Sequence[Packed]) -> loading.Loaded:
        chunk = loading.Chunk(campaign_id, state.list_id, batches, skip_recent, update or state.newer)
        loaded = await ledger.write(loading.load, chunk)
        reach(Point.CHUNK_LOADED)
        total.update(added=loaded.added, changed=loaded.changed, same=loaded.same)
        return loaded

    if not state.complete:
        try:
            with few_collections():
                await _feed(reading, write)
        finally:
            await ledger.write(loading.rest, None)
    whole = not state.complete and limit is None
    left_out = await ledger.read(loading.account, state.list_id, reading.rows if whole else None)
    if whole:
        await ledger.write(loading.close_list, state.list_id)
    campaign = await ledger.read(campaigns.find, name)
    if total["added"] or campaign.state == CampaignState.WAITING:
        await ledger.write(controls.reopen, (campaign_id, who))
    return dict(total) | {
        "rows": reading.rows, "known": state.complete, "recent": left_out[Reason.DUPLICATE_RECENT],
        "running": left_out[Reason.DUPLICATE_RUNNING], "no_country": left_out[Reason.AMBIGUOUS_COUNTRY],
        "no_consent": sum(left_out[reason] for reason in WITHOUT_CONSENT),
    }  # fmt: skip


async def _feed(
    reading: loading.Reading, write: Callable[[Sequence[Packed]], Awaitable[loading.Loaded]]
) -> None:  # fmt: skip
    """Write what was read, and read on meanwhile; beside calls only so much at a time as is written in WRITES_S."""
    size = 1
    waiting = await asyncio.to_thread(reading.take, size)
    while waiting:
        began = time.monotonic()
        loaded, more = await asyncio.gather(write(waiting[:size]), asyncio.to_thread(reading.take, size))
        waiting = waiting[loaded.batches :] + more
        size = min(2 * size, loading.CHUNK)  # not at once all: the writer would wait for the reader
        if loaded.beside_calls:
            fits = int(loaded.batches * WRITES_S / (time.monotonic() - began))
            size = min(max(fits, 1), loading.CHUNK_BESIDE_CALLS)
            await asyncio.sleep(BETWEEN_CHUNKS_S)


COMMANDS: dict[str, Command] = {
    "pause": pause, "open": open_, "close": close, "resume": resume, "cancel": cancel,
    "settle": settle, "launch": launch, "append": append, "withdraw": withdraw, "callback": callback,
    "reviewed": reviewed, "close_place": close_place, "open_place": open_place, "budget": budget,
    "archive": archive, "restored": restored, "list_refused": list_refused,
    **changes.COMMANDS, **suppressions.COMMANDS,
}  # fmt: skip
