"""CallFluent, as its documents describe it (seed 000); every wire shape is written out as it stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from pydantic import SecretStr

from campaigns import spec
from campaigns.hint import Hint
from dialer.errors import PlatformError, UnknownAgent
from dialer.finding import Finding
from dialer.providers.callfluent.account import CallFluentAccount
from dialer.providers.callfluent.agents import every_field, find_agent, leaves_message, read_agent, read_numbers
from dialer.providers.callfluent.answers import read_answer
from dialer.providers.callfluent.api.account import Api
from dialer.providers.callfluent.endpoints import ENDPOINTS
from dialer.providers.callfluent.envelope import data, is_refusal
from dialer.providers.callfluent.hints import read_hints
from dialer.providers.callfluent.history import REF_FIELD, Reading, find_rows, read_call
from dialer.providers.callfluent.readiness import look
from dialer.providers.placing import send_once
from dialer.providers.platform import Agent, Answer, CallRecord, Deadline
from dialer.providers.transport import ANSWER_S, CONNECT_S, Reply, Transport
from dialer.providers.wire import Wire
from dialer.providers.words import parse, words


class CallFluent:
    """One account on CallFluent; implements ``dialer.providers.platform.Platform``.

    It may be made outside an event loop, and must be closed in the one it was used in. The key is in no message, repr
    or log; nor is any phone number.
    """

    abilities = CallFluentAccount.abilities

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        platform: spec.Platform | None = None,
        *,
        workspace: str = "1",
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        """``base_url`` is the account's; ``platform`` the campaign file's ``[platform]``; the numbers are
        those of ``workspace``.

        Raises SettingsRefused for an unusable key or address.
        """
        platform = platform or spec.Platform()
        self._workspace = workspace
        self._transport = Transport(base_url, key, connect_s, answer_s)
        self._wire = Wire("CallFluent", self._transport, ENDPOINTS, is_refusal)
        self.api = Api(self._wire)
        self._errors = platform.errors
        self._reading = Reading.of(platform)
        self._leaves_message: dict[str, bool] = {}

    async def warm(self) -> None:
        """Have a connection ready; sends nothing, never raises."""
        await self._transport.warm()

    async def place(self, agent: str, number: str, fields: Mapping[str, str], ref: str, deadline: Deadline) -> Answer:
        """Ask for one call, once: ``POST /call/make-call/{agent_id}``, ``{data: webhookPayload}`` (Call Services §1).

        ``number`` is E.164; our reference goes along as the custom field ``dialer_ref``. Every failure becomes an
        Answer; only being cancelled is raised, and leaves open what became of the request.
        """
        return await send_once(
            self._transport,
            f"/call/make-call/{quote(agent, safe='')}",
            lambda: {"data": {"phone_number": number} | dict(fields) | {"phone_number": number, REF_FIELD: ref}},
            deadline,
            lambda reply: read_answer(reply, self._errors, datetime.now(UTC)),
        )

    async def hang_up(self, call_id: str) -> None:
        """End a call: ``POST /agent/hangup-call`` with ``{callid}``, a number (Agent §11). Raises PlatformError."""
        await self._wire.ask("agents.hang_up", {"callid": int(call_id) if call_id.isdecimal() else call_id})

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """One page of ``GET /agent/{agentId}/calls?page=N`` (Agent §6), from 1; empty past the end.

        Raises UnknownAgent, KeyRefused, NoPermission or PlatformError.
        """
        speaks = await self._speaks_to_machines(agent)
        reply = await self._wire.read(f"/agent/{quote(agent, safe='')}/calls", {"page": str(page)})
        if reply.status == 404:
            raise UnknownAgent(_about_agent(agent, reply))
        rows = find_rows(self._wire.document(reply))
        return [read_call(row, self._reading, leaves_message=speaks) for row in rows if isinstance(row, dict)]

    async def agent(self, agent: str) -> Agent:
        """One agent's settings: ``GET /agent/get-one/{agentId}`` (Agent §4).

        No document says how a missing agent is answered, so a refusal in the general form counts as one. Raises
        UnknownAgent, KeyRefused, NoPermission or PlatformError.
        """
        reply = await self._wire.read(f"/agent/get-one/{quote(agent, safe='')}")
        if reply.status == 404 or (reply.status in (200, 500) and is_refusal(parse(reply.body))):
            raise UnknownAgent(_about_agent(agent, reply))
        raw = find_agent(data(self._wire.document(reply)))
        if raw is None:
            raise UnknownAgent(_about_agent(agent, reply))
        found = read_agent(agent, raw)
        self._leaves_message[agent] = leaves_message(found)
        return found

    async def numbers(self) -> Sequence[str]:
        """The numbers to call from: ``GET /agent/number-list/{id}/outbound`` (Agent §1). Raises PlatformError."""
        return read_numbers(data(await self._wire.ask("agents.numbers", id=self._workspace, agentType="outbound")))

    async def add_field(self, agent: str, name: str, label: str) -> None:
        """Give an agent a custom field: ``PUT /agent/custom-field/{id}`` with ``{data: {name, label}}`` (Agent §12).

        Not tried again by itself: a second one might make a second field. Raises PlatformError.
        """
        await self._wire.ask("agents.set_field", {"data": {"name": name, "label": label}}, id=agent)

    def hints(self, headers: Mapping[str, str], body: bytes) -> Sequence[Hint]:
        """What a webhook tells; raises Unreadable."""
        return read_hints(body)

    def examine(self, agent: Agent, retries: spec.Retries) -> AsyncIterator[Finding]:
        """Whether the agent can call as a campaign means it to (``readiness``)."""
        return look(self.api, agent, retries)

    def lacks(self, agent: Agent) -> str | None:
        """The custom field for our reference, where the agent surely has none."""
        names = every_field(agent.raw)
        return None if names is None or REF_FIELD in names else REF_FIELD

    async def close(self) -> None:
        """Let go of every connection."""
        await self._transport.close()

    async def _speaks_to_machines(self, agent: str) -> bool:
        """Whether the agent leaves messages; asked once, and taken for no while the platform does not tell."""
        if agent not in self._leaves_message:
            try:
                await self.agent(agent)
            except PlatformError:
                return False
        return self._leaves_message[agent]


def _about_agent(agent: str, reply: Reply) -> str:
    said = words(reply.body) if is_refusal(parse(reply.body)) else ""
    return f'CallFluent has no agent "{agent}"' + (f" ({said})" if said else "") + "; see `agent` in the campaign file"
