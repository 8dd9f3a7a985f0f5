"""Whether the agents of a campaign can call as it means them to: looked at before a launch, each with its fix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from campaigns.errors import InputRefused
from campaigns.leads.headings.headers import slug
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList
from campaigns.leads.send import header_for
from campaigns.spec import Spec
from campaigns.vocabulary import Verdict
from dialer.cli.options import is_terminal, say
from dialer.finding import Finding
from dialer.providers.examining import Examining
from dialer.providers.platform import Agent, Platform

OURS = "Our reference"
BUILT_IN = ("name", "email")
"""What an agent takes without a custom field (facts on CallFluent, §1.3)."""


async def preflight(
    platform: Platform, spec: Spec, agents: Sequence[Agent], leads: LeadList, *, yes: bool
) -> list[Agent]:
    """Show what was looked at, and offer to create fields that are missing; answers the agents as they are then.

    Raises InputRefused, with the exit code of the first failure, where calls would go wrong.
    """
    say(Finding("key", f'account "{spec.account}": taken').line)
    lead = next((lead for lead in leads if lead.verdict is Verdict.ACCEPTED), None)
    every: list[Finding] = []
    ready: list[Agent] = []
    for agent in agents:
        findings = [Finding("agent", f'{agent.id} ("{agent.name}") makes calls')]
        if isinstance(platform, Examining):
            if lead is not None and agent.field_names is not None and is_terminal() and not yes:
                agent = await _offered(platform, spec, agent, lead)
            findings += [finding async for finding in platform.examine(agent, spec.retries)]
            findings += _fields(spec, agent, lead, platform.lacks(agent)) if lead else ()
        for finding in findings:
            say(finding.line)
        every += findings
        ready.append(agent)
    check(every)
    return ready


def check(findings: Sequence[Finding]) -> None:
    """Raises InputRefused with the words and the exit code of the first failure among these."""
    for finding in findings:
        if finding.exit_code:
            refused = InputRefused(f"nobody is called: {finding.text}; {finding.fix}")
            refused.exit_code = finding.exit_code
            raise refused


async def _offered(platform: Examining, spec: Spec, agent: Agent, lead: Lead) -> Agent:
    """The agent with the fields that somebody agreed to: those it needs, and those for columns that would stay here."""
    known = tuple(agent.field_names or ())
    reference = platform.lacks(agent)
    needed = ({reference: OURS} if reference else {}) | {name: name for name in _unknown(spec, known)}
    columns = {slug(header): header for header in _staying(spec, known, lead)}
    made: list[str] = []
    for wish, names in (("", needed), (" for the list's columns", columns)):
        if names and click.confirm(f"Give agent {agent.id} the fields {', '.join(names)}{wish}?", err=True):
            for name, label in names.items():
                await platform.add_field(agent.id, name, label)
                made.append(name)
    return await platform.agent(agent.id) if made else agent


def _fields(spec: Spec, agent: Agent, lead: Lead, reference: str | None) -> Iterator[Finding]:
    """Whether the agent knows what it is sent (DESIGN §4.0); ``reference``: the field for ours, where it is missing."""
    if agent.field_names is None:
        yield Finding("fields", f"agent {agent.id}: not told, so every column is sent", "see the line Sends below")
        return
    known = agent.field_names
    if unknown := _unknown(spec, known):
        text = f"agent {agent.id} has no field {', '.join(unknown)}, which [leads.send] fills"
        yield Finding("fields", text, f"`{_set_field(agent, unknown[0], unknown[0])}`", InputRefused.exit_code)
    elif not known:
        fix = f"`{_set_field(agent, 'NAME', 'Label')}` for each that its texts name"
        yield Finding("fields", f"agent {agent.id} has none, so every column is sent", fix)
    else:
        staying = ", ".join(_staying(spec, known, lead)) or "no column"
        yield Finding("fields", f"agent {agent.id} has {len(known)}; what stays here: {staying}")
    if reference:
        fix = f"`{_set_field(agent, reference, OURS)}`"
        yield Finding("reference", f"agent {agent.id} has no field for ours: calls are known by number and time", fix)
    else:
        yield Finding("reference", f"agent {agent.id} has a field for ours")


def _unknown(spec: Spec, known: Sequence[str]) -> list[str]:
    """What ``[leads.send]`` fills and the agent has no field for."""
    filled = [name for name, entry in spec.leads.send.items() if entry is not False]
    return [name for name in filled if known and name not in (*known, *BUILT_IN)]


def _staying(spec: Spec, known: Sequence[str], lead: Lead) -> list[str]:
    """The columns that are not sent, by their headers, without those that are left out on purpose."""
    fields = lead.fields
    sent = {header_for(name, fields, spec.leads.map) for name in known}
    sent |= {entry.column for entry in spec.leads.send.values() if entry is not False}
    sent |= {header_for(name, fields, spec.leads.map) for name in spec.leads.send}
    return [header for header in fields if header not in sent and slug(header)]


def _set_field(agent: Agent, name: str, label: str) -> str:
    return f'dialer agents set-field {agent.id} {name} "{label}"'
