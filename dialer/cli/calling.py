"""The agents of a campaign, as the platform knows them: looked up before a launch, shown in its plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaigns.errors import InputRefused
from campaigns.ledger.campaigns import AgentFields
from campaigns.spec import Spec
from campaigns.vocabulary import PhoneType
from dialer.errors import UnknownAgent
from dialer.providers.platform import Agent, Platform


async def calling_agents(platform: Platform, spec: Spec) -> list[Agent]:
    """Every agent that may call somebody, the main one first.

    Raises InputRefused where the campaign names none, UnknownAgent where one does not exist, or makes no calls.
    """
    if not spec.callers:
        raise InputRefused('the campaign names no agent: write agent = "…" in its file, or add --rehearse to practise')
    found = [await platform.agent(id_) for id_ in spec.callers]
    for agent in found:
        if not agent.outbound:
            raise UnknownAgent(f"agent {agent.id} answers calls, it does not make them")
    return found


def fields_of(agents: Sequence[Agent]) -> AgentFields | None:
    """What a campaign keeps of its agents' fields."""
    return {agent.id: agent.field_names for agent in agents} if len(agents) > 1 else agents[0].field_names


def blocked_by(agents: Sequence[Agent]) -> frozenset[PhoneType]:
    """The phone types that any of them blocks: who calls is decided when the call is made."""
    return frozenset(PhoneType(kind) for agent in agents for kind in agent.blocked_types)


def agents_shown(spec: Spec, agents: Sequence[Agent]) -> Iterator[str]:
    """The plan's lines about several agents: who they are, and who calls whom."""
    if len(agents) > 1:
        for agent in agents:
            yield f"{agent.id} ({agent.name}), calling from {agent.caller_number or 'its own number'}"
    yield from callers_shown(spec)


def callers_shown(spec: Spec) -> Iterator[str]:
    """Who calls whom, as ``[agents]`` of the campaign file says."""
    for value, pool in spec.agents.values.items():
        yield f'where "{spec.agents.column}" says "{value}": {_by_turns(pool)}'
    if spec.agents.pool:
        yield f"{'all others' if spec.agents.values else 'everybody'}: {_by_turns(spec.agents.pool)}"
    elif spec.agents.values:
        yield "nobody else is called"
    if spec.agents.per_day:
        yield f"at most {spec.agents.per_day} calls from each number in 24 hours"


def _by_turns(pool: Sequence[str]) -> str:
    return ", ".join(pool) + (" by turns" if len(pool) > 1 else "")
