"""A real launch from the command line: preflight, plan, question, load, dial."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
from campaigns.ledger.campaigns import every, find, parse_stored
from campaigns.ledger.closures import earliest_date
from campaigns.ledger.people import person_of_lead
from campaigns.rules.decide import awaits_look_up, zone_reason
from campaigns.rules.own import own_rules
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import PhoneType, Verdict
from dialer.access import reading, tell
from dialer.cli.calling import agents_shown, blocked_by, calling_agents, fields_of
from dialer.cli.charging import agree, paid, unanswered, wishes_look_ups
from dialer.cli.closing import lasting_if_any
from dialer.cli.consenting import Asked, as_if_agreed
from dialer.cli.dialing import STOPPED, Ending, dial, tell_loaded
from dialer.cli.forecasting import ledger_here, planned, rates_of, within
from dialer.cli.loading import loading_shown
from dialer.cli.options import is_terminal, line, say, who
from dialer.cli.preflight import check, preflight
from dialer.cli.progress import Progress
from dialer.cli.refusing import refusals_told
from dialer.cli.testing import place_test_call
from dialer.clock import SystemClock
from dialer.commands import answer_of, execute
from dialer.embedded import make_folder
from dialer.locks import only_run, worker_lock
from dialer.providers.platform import Agent
from dialer.providers.registry import Account
from dialer.providers.switchboard import Switchboard
from dialer.rehearsal import keep_agent
from dialer.session import check_served, real_world, session
from dialer.settings import STATE, load_settings
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
    account = here.settings.account(wish.spec.account)
    async with refusals_told(here, wish.name, wish.file):
        leads = open_list(wish.file, wish.spec.leads, wish.spec.agents)
    async with Switchboard(here.settings.account) as switchboard:
        platform = switchboard.platform(wish.spec.account, wish.spec.platform)
        agents = await calling_agents(platform, wish.spec)
        agents = await preflight(platform, wish.spec, agents, leads, yes=wish.yes)
        name = _name(here, wish)
        wish = replace(wish, spec=answered_before(here, name, wish.spec))
        async with refusals_told(here, wish.name, wish.file):
            spec, budget = await asyncio.to_thread(_show_plan, here, wish, name, leads, account, agents)
        wish = replace(wish, spec=spec)
        if wish.test_call:
            await place_test_call(platform, wish.spec, agents[0], leads, wish.test_call)
        _confirm(wish)
    if not here.settings.shared and here.folder is None:
        folder = Path.cwd() / STATE
        make_folder(folder)
        here = Site(load_settings(os.environ, folder), folder, SystemClock())
    if here.folder is not None:
        for agent in agents:
            keep_agent(here.folder, wish.spec.account, agent)
    return await _load_and_dial(here, wish, name, account, agents, budget)


async def _load_and_dial(
    here: Site, wish: Launching, name: str, account: Account, agents: Sequence[Agent], lookup_budget: float | None
) -> int:
    arguments: dict[str, Any] = {
        "file": str(wish.file.absolute()), "name": name, "spec": wish.spec.model_dump(mode="json"),
        "world": account.base_url, "agent": agents[0].id, "agent_fields": fields_of(agents),
        "skip_recent": wish.new and not wish.call_again, "limit": wish.limit, "who": who(),
        "agent_blocks": sorted(blocked_by(agents)), "lookup_budget": lookup_budget,
    }  # fmt: skip
    lock = worker_lock(here.folder) if here.folder else None
    waits = wish.detach or wish.spec.mode == "cron"
    if waits or (lock is not None and not lock.take()):
        with loading_shown(here, name):
            said = await tell(here.settings, here.folder, here.clock, "launch", **arguments)
        tell_loaded(name, said)
        who_dials = "the dialer that is running" if lock is not None and not waits else "`dialer run` or a worker"
        say(f'"{name}" is loaded; {who_dials} dials it. Watch it: {line("status", name, state=wish.state)}')
        return 0
    async with session(here, real_world(here), lock) as at_work:
        with loading_shown(here, name):
            said = answer_of(await execute(at_work.ledger, "launch", arguments))
        tell_loaded(name, said)
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


def answered_before(here: Site, name: str, spec: Spec) -> Spec:
    """The campaign file with the attestation of an earlier launch where it has none: that was asked once already."""
    if spec.consent.attestation:
        return spec
    try:
        with reading(here.settings, here.folder, here.clock) as ledger:
            said = parse_stored(ledger.read_now(find, name).spec).consent
    except NotFound:
        return spec
    consent = said.model_copy(update={"grounds": spec.consent.grounds})
    return spec.model_copy(update={"consent": consent})


@dataclass(slots=True)
class _Read:
    """What was met on the way through the list."""

    first: Lead | None = None
    others: int = 0
    undecided: list[str] = field(default_factory=list)

    def accepted(self, leads: LeadList, limit: int | None, rules: Rules, asked: Asked) -> Iterator[Lead]:
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
                        person = person_of_lead(lead)
                        asked.look_at(person)
                        if awaits_look_up(person, rules) and not zone_reason(person):
                            self.undecided.append(person.number)
                        yield lead
                progress.advance(len(batch))


def _show_plan(
    here: Site, wish: Launching, name: str, leads: LeadList, account: Account, agents: Sequence[Agent]
) -> tuple[Spec, float | None]:
    """Show what is going to happen.

    Answers the campaign with the questions answered that the law leaves open, and what look-ups of phone types may cost
    (None where none are wished).
    """
    read, now, agent = _Read(), here.clock.now(), agents[0]
    asked = Asked(wish.spec, leads.info.columns, now)
    spec = as_if_agreed(within(wish.spec, account), leads.info.columns, "the plan")
    blocks, look_up = sorted(blocked_by(agents)), wishes_look_ups(here, wish.spec)
    rules = Rules.from_spec(spec, lasting_if_any(here), blocks, look_up=look_up)
    with few_collections(), ledger_here(here) as ledger:
        crowd = of_leads(read.accepted(leads, wish.limit, rules, asked))
        outlook = forecast(crowd, planned(rules), spec, now, rates_of(ledger, spec))
    if read.first is None:
        raise InputRefused(f"{wish.file}: no row can be called; `dialer check {wish.file}` says why")
    say(f'Campaign  "{name}", agent {agent.id} ({agent.name}), calling from {agent.caller_number or "its own number"}')
    for words in agents_shown(spec, agents):
        say(f"Agents    {words}")
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
    limited = " (the account's limits; accounts.toml raises them)" if spec.pace != wish.spec.pace else ""
    say(f"Pace      {spec.pace.per_second:g} a second, {spec.pace.at_once} at once{limited}")
    for own in own_rules(rules, earliest_date(now)):
        say(f"Law       {own}")
    say(f"Blocked   {_blocked(wish.spec, agents)}")
    greetings = [asked.greeting(each) for each in agents]
    for greeting in greetings:
        say(greeting.line)
    check(greetings)
    return asked.settle(), _look_up_budget(here, wish, name, read.undecided) if look_up else None


def _look_up_budget(here: Site, wish: Launching, name: str, undecided: Iterable[str]) -> float:
    questions = unanswered(here, wish.spec, list(dict.fromkeys(undecided)))
    return agree(wish.spec.lookup, questions, paid(here, name), wish.spec.phones.undecided, yes=wish.yes)


def _blocked(spec: Spec, agents: Sequence[Agent]) -> str:
    own = ", ".join(kind for kind in PhoneType if kind in spec.phones.blocked) or "no phone types"
    more = ", ".join(kind for kind in PhoneType if kind in blocked_by(agents) - spec.phones.blocked)
    return own + (f"; the agent's own settings also block {more}" if more else "")


def _confirm(wish: Launching) -> None:
    if wish.yes:
        return
    if not is_terminal():
        raise NotAllowed("nobody is here to ask: add --yes to call these people, or --rehearse to practise")
    if not click.confirm("Call these people?", err=True):
        raise NotAllowed("nobody was called")
