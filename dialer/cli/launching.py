"""A real launch from the command line: preflight, plan, question, load, dial."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from campaigns.errors import InputRefused, NotAllowed, NotFound
from campaigns.forecast.crowd import of_leads
from campaigns.forecast.outlook import forecast
from campaigns.leads.collection import few_collections
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList, open_list
from campaigns.leads.send import body_fields
from campaigns.ledger.campaigns import every, find
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import Verdict
from dialer.access import reading, tell
from dialer.cli.dialing import STOPPED, Ending, dial, tell_loaded
from dialer.cli.forecasting import ledger_here, rates_of, within
from dialer.cli.options import is_terminal, line, say, who
from dialer.cli.progress import Progress
from dialer.cli.testing import place_test_call
from dialer.clock import SystemClock
from dialer.commands import answer_of, execute
from dialer.embedded import make_folder
from dialer.errors import UnknownAgent
from dialer.locks import only_run, worker_lock
from dialer.providers.platform import Agent
from dialer.providers.switchboard import Switchboard
from dialer.rehearsal import keep_agent
from dialer.session import check_served, real_world, session
from dialer.settings import STATE, Account, load_settings
from dialer.site import Site, real_site


@dataclass(frozen=True, slots=True)
class Launching:
    """What the user asked for."""

    file: Path
    campaign_file: Path | None
    spec: Spec
    name: str
    ending: Ending
    limit: int | None
    yes: bool
    test_call: str | None
    new: bool
    call_again: bool
    detach: bool
    state: Path | None


async def launch_campaign(wish: Launching) -> int:
    """Load the list and dial it until it is done; answers the exit code."""
    here = real_site(os.environ, wish.state, wish.campaign_file)
    if wish.spec.agent is None:
        raise InputRefused('the campaign names no agent: write agent = "…" in its file, or add --rehearse to practise')
    account = here.settings.account(wish.spec.account)
    leads = open_list(wish.file, wish.spec.leads)
    switchboard = Switchboard(here.settings.account)
    try:
        platform = switchboard.platform(wish.spec.account, wish.spec.platform)
        agent = await platform.agent(wish.spec.agent)
        if not agent.outbound:
            raise UnknownAgent(f"agent {wish.spec.agent} answers calls, it does not make them")
        name = _name(here, wish)
        await asyncio.to_thread(_show_plan, here, wish, name, leads, account, agent)
        if wish.test_call:
            await place_test_call(platform, wish.spec, agent, leads, wish.test_call)
        _confirm(wish)
    finally:
        await switchboard.close()
    if not here.settings.shared and here.folder is None:
        folder = Path.cwd() / STATE
        make_folder(folder)
        here = Site(load_settings(os.environ, folder), folder, SystemClock())
    if here.folder is not None:
        keep_agent(here.folder, wish.spec.account, agent)
    return await _load_and_dial(here, wish, name, account, agent)


async def _load_and_dial(here: Site, wish: Launching, name: str, account: Account, agent: Agent) -> int:
    arguments: dict[str, Any] = {
        "file": str(wish.file.absolute()), "name": name, "spec": wish.spec.model_dump(mode="json"),
        "world": account.base_url, "agent": wish.spec.agent,
        "agent_fields": None if agent.field_names is None else list(agent.field_names),
        "skip_recent": wish.new and not wish.call_again, "limit": wish.limit, "who": who(),
    }  # fmt: skip
    lock = worker_lock(here.folder) if here.folder else None
    waits = wish.detach or wish.spec.mode == "cron"
    if waits or (lock is not None and not lock.take()):
        said = await tell(here.settings, here.folder, here.clock, "launch", **arguments)
        tell_loaded(name, said)
        who_dials = "the dialer that is running" if lock is not None and not waits else "`dialer run` or a worker"
        say(f'"{name}" is loaded; {who_dials} dials it. Watch it: {line("status", name, state=wish.state)}')
        return 0
    async with session(here, real_world(here), lock) as at_work:
        tell_loaded(name, answer_of(await execute(at_work.ledger, "launch", arguments)))
        campaign = await at_work.ledger.read(find, name)
        check_served(real_world(here), campaign)
        with only_run(at_work.ledger, here.folder, campaign.id):
            code = await dial(at_work, here.clock, name, wish.ending, until_done=True)
    if code != STOPPED:
        say(f"Next: {line('report', name, 'results.xlsx', state=wish.state)}")
    return code


def _name(here: Site, wish: Launching) -> str:
    """The campaign's name; with --new a name nobody has yet."""
    if not wish.new:
        return wish.name
    try:
        with reading(here.settings, here.folder, here.clock) as ledger:
            taken = {row.name for row in ledger.read_now(every)}
    except NotFound:
        return wish.name
    names = (wish.name, *(f"{wish.name} {n}" for n in range(2, 10_000)))
    return next(name for name in names if name not in taken)


@dataclass(slots=True)
class _Read:
    """What was met on the way through the list."""

    first: Lead | None = None
    others: int = 0

    def accepted(self, leads: LeadList, limit: int | None) -> Iterator[Lead]:
        """Whom the list lets call, up to ``limit`` of them; one at a time, for there may be millions."""
        taken = 0
        with Progress("Reading", leads.rows) as progress:
            for batch in leads.batches():
                for lead in batch:
                    if lead.verdict is not Verdict.ACCEPTED:
                        self.others += 1
                    elif taken == limit:
                        return
                    else:
                        taken += 1
                        self.first = self.first or lead
                        yield lead
                progress.advance(len(batch))


def _show_plan(here: Site, wish: Launching, name: str, leads: LeadList, account: Account, agent: Agent) -> None:
    read = _Read()
    spec = within(wish.spec, account)
    with few_collections(), ledger_here(here) as ledger:
        crowd = of_leads(read.accepted(leads, wish.limit))
        outlook = forecast(crowd, Rules.from_spec(spec), spec, SystemClock().now(), rates_of(ledger, spec))
    if read.first is None:
        raise InputRefused(f"{wish.file}: no row can be called; `dialer check {wish.file}` says why")
    say(f'Campaign  "{name}", agent {agent.id} ({agent.name}), calling from {agent.caller_number or "its own number"}')
    say(
        f"Leads     {outlook.people} to call, {read.others} not; "
        f"{sum(outlook.never.values())} of them never, as things stand"
    )
    if outlook.first_call and outlook.tried_once:
        first, once = f"{outlook.first_call:%a %d %b %H:%M} UTC", f"{outlook.tried_once:%a %d %b %H:%M} UTC"
        say(f"First     {first}; everyone tried once by {once}")
    if outlook.finish.p50:
        cost = f", {outlook.cost.p50:,.2f} {spec.cost.currency}" if outlook.cost else ""
        say(f"Expected  {outlook.calls.p50:,.0f} calls{cost}, finished {outlook.finish.p50:%a %d %b %H:%M} UTC")
        more = ("--campaign", wish.campaign_file) if wish.campaign_file else ()
        say(f"          {line('forecast', wish.file, *more, state=wish.state)} says more")
    fields = body_fields(read.first.fields, agent.field_names, wish.spec.leads.send, wish.spec.leads.map)
    body = {"phone_number": read.first.phones[0].e164} | fields
    say(f"Sends     {json.dumps(body, ensure_ascii=False)} (row {read.first.row}), and our reference")
    limited = " (the account's limits; accounts.toml raises them)" if spec != wish.spec else ""
    say(f"Pace      {spec.pace.per_second:g} a second, {spec.pace.at_once} at once{limited}")


def _confirm(wish: Launching) -> None:
    if wish.yes:
        return
    if not is_terminal():
        raise NotAllowed("nobody is here to ask: add --yes to call these people, or --rehearse to practise")
    if not click.confirm("Call these people?", err=True):
        raise NotAllowed("nobody was called")
