"""Agents, and what belongs to them: numbers, calls, files, custom fields, actions (seed 000 and 001, Agent §1-§17).

Create takes the bare agent, update wraps it as ``{"Payload": …}``, with a capital. To create an action it is wrapped
as ``{"payload": …}``; to update one it is sent bare, for the documents print a wrapping wherever there is one and print
none there.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from dialer.providers.callfluent.agents import find_agent
from dialer.providers.callfluent.api.actions import Action, ActionFound
from dialer.providers.callfluent.api.agent import Agent, AgentDetails, AgentPayload, CustomField, KnowledgeFile, Number
from dialer.providers.callfluent.envelope import data
from dialer.providers.callfluent.history import find_rows
from dialer.providers.parts import read, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class Agents:
    """The seventeen requests about agents. Each raises KeyRefused, NoPermission or PlatformError.

    Where the documents name an answer ``agent_list``, the agents in it are answered, if any.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def numbers(
        self, workspace: int, agent_type: Literal["outbound", "inbound"] = "outbound"
    ) -> tuple[Number, ...]:
        """The Twilio numbers of a workspace; the documents of old had them one level deeper."""
        found = data(await self._wire.ask("agents.numbers", id=workspace, agentType=agent_type))
        return read(Number, found.get("number_list") if isinstance(found, dict) else found)

    async def create(self, agent: AgentPayload) -> Agent:
        """Make an agent."""
        return read_one(Agent, data(await self._wire.ask("agents.create", agent.body())))

    async def every(self, workspace: int) -> tuple[Agent, ...]:
        """The agents of a workspace."""
        return read(Agent, data(await self._wire.ask("agents.every", workspaceId=workspace)))

    async def get(self, agent: int) -> AgentDetails:
        """An agent with its files and figures."""
        found = data(await self._wire.ask("agents.get", agentId=agent))
        details = read_one(AgentDetails, {**found, "agent": {}, "files": ()} if isinstance(found, dict) else None)
        files = read(KnowledgeFile, found.get("files") if isinstance(found, dict) else None)
        return details.model_copy(update={"agent": read_one(Agent, find_agent(found)), "files": files})

    async def delete(self, agent: int) -> tuple[Agent, ...]:
        """Delete an agent; answers those that are left."""
        return read(Agent, data(await self._wire.ask("agents.delete", agentId=agent)))

    async def calls(self, agent: int, page: int = 1) -> tuple[dict[str, Any], ...]:
        """A page of an agent's calls, from 1, as they come: their fields are not documented."""
        rows = find_rows(await self._wire.find("agents.calls", {"page": str(page)}, agentId=agent))
        return tuple(row for row in rows if isinstance(row, dict))

    async def update(self, agent: int, settings: AgentPayload) -> Agent:
        """Change an agent: send all of its settings, for nothing says what becomes of those left out."""
        return read_one(Agent, data(await self._wire.ask("agents.update", {"Payload": settings.body()}, id=agent)))

    async def upload(self, agent: int, name: str, content: bytes) -> tuple[Agent, ...]:
        """Add a file to what an agent knows (multipart, as ``files``)."""
        boundary = secrets.token_hex(16)
        shown = re.sub(r'["\\\r\n]', lambda found: quote(found[0]), name)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{shown}"\r\n'
        head += "Content-Type: application/octet-stream\r\n\r\n"
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return read(Agent, data(await self._wire.upload("agents.upload", body, kind, id=agent)))

    async def delete_file(self, file: int) -> tuple[Agent, ...]:
        """Delete a file of an agent's knowledge."""
        return read(Agent, data(await self._wire.ask("agents.delete_file", id=file)))

    async def delete_call(self, call: int) -> tuple[Agent, ...]:
        """Delete a call from an agent's history."""
        return read(Agent, data(await self._wire.ask("agents.delete_call", call_id=call)))

    async def hang_up(self, call: int) -> tuple[Agent, ...]:
        """End a call in progress."""
        return read(Agent, data(await self._wire.ask("agents.hang_up", {"callid": call})))

    async def set_field(
        self, agent: int, name: str, label: str, field_id: str | None = None
    ) -> tuple[CustomField, ...]:
        """Give an agent a custom field, or change the one of that id; answers what the platform does."""
        field = {"name": name, "label": label} if field_id is None else {"id": field_id, "name": name, "label": label}
        return read(CustomField, data(await self._wire.ask("agents.set_field", {"data": field}, id=agent)))

    async def delete_field(self, agent: int, field_id: str) -> tuple[CustomField, ...]:
        """Take a custom field from an agent."""
        answer = await self._wire.ask("agents.delete_field", agent_id=agent, field_id=field_id)
        return read(CustomField, data(answer))

    async def create_action(self, action: Action) -> ActionFound:
        """Give an agent an action; ``action`` names the agent."""
        return read_one(ActionFound, data(await self._wire.ask("agents.create_action", {"payload": action.body()})))

    async def update_action(self, action_id: int, action: Action) -> ActionFound:
        """Change an action; the agent it belongs to is not named again."""
        body = action.model_copy(update={"agent_id": None}).body()
        return read_one(ActionFound, data(await self._wire.ask("agents.update_action", body, actionId=action_id)))

    async def delete_action(self, action_id: int) -> ActionFound:
        """Delete an action."""
        return read_one(ActionFound, data(await self._wire.ask("agents.delete_action", actionId=action_id)))

    async def set_origins(self, agent: int, origins: tuple[str, ...], *, enabled: bool = True) -> dict[str, Any]:
        """Say from which sites' pages an agent may be called; answers what the platform does."""
        payload = {"has_webhook_cors_origin": enabled, "webhook_cors_origin": list(origins)}
        found = data(await self._wire.ask("agents.set_origins", {"data": payload}, agent_id=agent))
        return found if isinstance(found, dict) else {}
