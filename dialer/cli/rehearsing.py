"""A rehearsal from the command line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from campaigns.errors import NotAllowed, NotFound
from campaigns.leads.lists import open_list
from campaigns.ledger.campaigns import find
from campaigns.ledger.carrying import pick_up, put_down
from campaigns.ledger.closing import Closing, close_place
from campaigns.ledger.closures import closures_at
from campaigns.ledger.ledger import Ledger
from campaigns.spec import Spec
from campaigns.suppression.shelf import SUFFIX
from campaigns.vocabulary import CampaignState
from dialer.access import reading
from dialer.cli.consenting import as_if_agreed
from dialer.cli.dialing import STOPPED, Ending, dial, tell_loaded
from dialer.cli.loading import loading_shown
from dialer.cli.options import line, say, who
from dialer.clock import ScaledClock, SystemClock
from dialer.commands import answer_of, execute
from dialer.errors import ServerAway
from dialer.locks import FileLock, only_run, worker_lock
from dialer.providers.registry import account_class
from dialer.rehearsal import (
    Plan,
    identity_of,
    kept_agent,
    prepare,
    read_plan,
    rehearsal_world,
    start_sandbox,
    stop_sandbox,
)
from dialer.session import Session, session
from dialer.settings import REGISTRIES, STATE, Settings, find_state
from dialer.site import REHEARSAL, Site

AGENT = "1"


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """What the user asked for."""

    file: Path
    campaign_file: Path | None
    spec: Spec
    name: str
    ending: Ending
    limit: int | None
    start: datetime | None
    speed: float
    seed: int
    log: Path | None
    state: Path | None


async def rehearse_campaign(wish: Rehearsing) -> int:
    """Load the list into the rehearsal and dial it there until it is done; answers the exit code."""
    near = wish.campaign_file.parent if wish.campaign_file else Path.cwd()
    state = find_state(os.environ, wish.state, near) or Path.cwd() / STATE
    info = open_list(wish.file, wish.spec.leads, wish.spec.agents).info
    spec = as_if_agreed(wish.spec, info.columns, "the rehearsal")
    log = str(wish.log.absolute()) if wish.log else None
    agent_id = wish.spec.main_agent or AGENT
    several = len(wish.spec.callers) > 1  # the practice platform knows the settings of one agent, or of none
    kept = None if several else kept_agent(state, wish.spec.account, agent_id)
    plan = Plan(wish.name, identity_of(info.sha256, wish.spec, kept), wish.seed, wish.speed, log, spec.platform.name)
    folder = state / REHEARSAL
    on = goes_on(folder, plan)
    start = wish.start or datetime.now(UTC)
    clock = prepare(state, plan, start if start.tzinfo else start.replace(tzinfo=UTC), kept, afresh=not on)
    say(
        f'{"Going on with" if on else "Rehearsing"} "{wish.name}" at {clock.speed:g} times the speed; nobody is called.'
    )
    if spec is not wish.spec:
        say("Nothing is said of consent: the rehearsal goes on as if everyone had agreed; a launch will ask.")
    if wish.spec.lookup.provider != "none":
        say(f'No phone type is looked up in a rehearsal: phones.undecided = "{wish.spec.phones.undecided}" decides.')
    if kept is None:
        pull = line("agents", "pull", agent_id, state=wish.state)
        why = "the campaign has several agents" if several else "the campaign names no agent"
        if wish.spec.callers and not several:
            why = f"no copy of agent {agent_id} is kept here ({pull})"
        say(f"The practice agent knows every column: {why}.")
    lock = worker_lock(folder)
    if not lock.take():
        raise ServerAway(f"a rehearsal is running here: {lock.holder()}")
    async with stage(folder, clock, spec, lock) as at_work:
        await copy_suppression(state, folder, at_work.ledger)
        await copy_closures(state, at_work.ledger)
        arguments = {
            "file": str(wish.file), "name": wish.name, "spec": spec.model_dump(mode="json"), "world": REHEARSAL,
            "agent": agent_id, "agent_fields": _fields(spec.platform.name, kept), "skip_recent": False,
            "limit": wish.limit, "who": who(),
        }  # fmt: skip
        with loading_shown(Site(Settings(folder), folder, clock, rehearsal=True), wish.name):
            said = answer_of(await execute(at_work.ledger, "launch", arguments))
        tell_loaded(wish.name, said)
        campaign = await at_work.ledger.read(find, wish.name)
        with only_run(at_work.ledger, folder, campaign.id):
            await execute(at_work.ledger, "open", {"name": wish.name, "who": who()})
            code = await dial(at_work, clock, wish.name, wish.ending, until_done=True)
    if code != STOPPED:
        say(f"Next: {line('why', wish.name, '2', state=wish.state, rehearsal=True)}        why row 2 is where it is")
    return code


def _fields(platform: str, kept: str | None) -> Sequence[str] | None:
    """The fields that the kept agent knows; None: no agent was kept, and everything is sent."""
    return None if kept is None else account_class(platform).fields_of(json.loads(kept))


def goes_on(folder: Path, plan: Plan) -> bool:
    """Whether the last rehearsal is this very one, and unfinished. Raises ServerAway while it is being dialed."""
    if not folder.exists():
        return False
    lock = worker_lock(folder)
    if not lock.take():
        raise ServerAway(f"a rehearsal is running here: {lock.holder()}")
    lock.release()
    last = read_plan(folder)
    if last is None or last.key != plan.key or not (folder / "ledger.sqlite").exists():
        return False
    with reading(Settings(folder), folder, SystemClock()) as ledger:
        try:
            state = ledger.read_now(find, plan.name).state
        except NotFound:
            return False
    return state not in (CampaignState.DONE, CampaignState.CANCELLED)


@asynccontextmanager
async def stage(folder: Path, clock: ScaledClock, spec: Spec, lock: FileLock) -> AsyncIterator[Session]:
    """The rehearsal's practice platform, ledger, Redis and worker; ``lock`` is held. The clock stops afterwards."""
    site = Site(Settings(folder), folder, clock, rehearsal=True)
    address = await asyncio.to_thread(start_sandbox, folder)
    try:
        async with session(site, rehearsal_world(folder, clock, spec, address), lock) as opened:
            yield opened
    finally:
        await asyncio.to_thread(stop_sandbox, folder)
        clock.freeze()


async def copy_suppression(state: Path, folder: Path, rehearsal: Ledger) -> None:
    """The real do-not-call lists and registries hold in the rehearsal, too; nothing goes back."""
    if not (state / "ledger.sqlite").exists():
        return
    with reading(Settings(state), state, SystemClock()) as ledger:
        carried = ledger.read_now(pick_up)
    await rehearsal.write(put_down, carried)
    shelf = folder / REGISTRIES
    shelf.mkdir(exist_ok=True)
    for file in (state / REGISTRIES).glob(f"*{SUFFIX}"):
        if not (shelf / file.name).exists():
            os.link(file, shelf / file.name)


async def copy_closures(state: Path, rehearsal: Ledger) -> None:
    """Places that are closed are closed in the rehearsal, too, as far as its own dates know of them."""
    if not (state / "ledger.sqlite").exists():
        return
    with reading(Settings(state), state, SystemClock()) as ledger:
        known = ledger.read_now(closures_at, datetime.now(UTC))
    for closure in known:
        with contextlib.suppress(NotAllowed):
            await rehearsal.write(close_place, Closing(closure, who()))
