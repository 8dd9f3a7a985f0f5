"""Trillet's agents, as the dialer sees them: ``GET /v1/api/agents/{agentId}`` answers one, bare (agents/call/get).

Nothing in it says which variables its script has, which phone types it calls or what it says first: those stand in its
call flow, whose id no page of an agent shows. It calls from the number whose configuration names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialer.providers.numbers import to_e164
from dialer.providers.platform import Agent
from dialer.providers.trillet.api.numbers import Number


def read_agent(asked: str, raw: Mapping[str, Any], numbers: Sequence[Number]) -> Agent:
    """The agent's settings; ``asked`` is the id it was asked for, ``numbers`` are the workspace's."""
    id_ = str(raw.get("_id") or asked)
    held = (number for number in numbers if number.usable and number.agent_id == id_)
    return Agent(
        id=id_,
        name=str(raw.get("name") or ""),
        caller_number=next((to_e164(number.phone_number) for number in held), None),
        outbound=True,
        blocked_types=frozenset(),
        field_names=None,
        raw=raw,
    )
