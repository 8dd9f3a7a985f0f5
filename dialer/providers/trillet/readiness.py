"""Whether an agent can call: it must have an active number and an active flow (facts on Trillet, §3.2).

Either may be told otherwise than it is printed, so what is not found is a warning: Trillet itself refuses such calls.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from dialer.errors import PlatformError
from dialer.finding import Finding
from dialer.providers.platform import Agent
from dialer.providers.trillet.api.account import Api


async def look(api: Api, agent: Agent) -> AsyncIterator[Finding]:
    """One finding after another."""
    if agent.caller_number:
        yield Finding("number", f"agent {agent.id} calls from {agent.caller_number}")
    else:
        give = f"`dialer trillet numbers configure NUMBER agentId={agent.id}`, one of `dialer trillet numbers list`"
        yield Finding("number", f"agent {agent.id} has no number that is told", give)
    try:
        flows = [flow for flow in await api.flows.every() if flow.agent_id == agent.id]
    except PlatformError as error:
        yield Finding("flow", f"not told: {error}", "look at Trillet's own page")
        return
    if any(flow.is_active and flow.direction != "inbound" for flow in flows):
        yield Finding("flow", f"agent {agent.id} has an active one")
    else:
        make = f"`dialer trillet flows create name=… direction=outbound agent={agent.id} prompt=…`"
        yield Finding("flow", f"agent {agent.id} has no active flow that is told", make)
