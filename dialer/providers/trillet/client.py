"""Trillet, as seed 004 and its pages describe it; every wire shape is written out as it stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime

from pydantic import SecretStr

from campaigns import spec
from campaigns.hint import Hint
from dialer.errors import NotGenuine, PlatformError, UnknownAgent
from dialer.finding import Finding
from dialer.providers.numbers import to_e164
from dialer.providers.placing import send_once
from dialer.providers.platform import Agent, Answer, CallRecord, Deadline
from dialer.providers.reading import Reading
from dialer.providers.registry import BeforeRequest, no_wait
from dialer.providers.transport import ANSWER_S, CONNECT_S, Reply, Transport
from dialer.providers.trillet.account import TrilletAccount
from dialer.providers.trillet.agents import read_agent
from dialer.providers.trillet.answers import read_answer
from dialer.providers.trillet.api.account import Api
from dialer.providers.trillet.api.calls import Export
from dialer.providers.trillet.endpoints import ENDPOINTS
from dialer.providers.trillet.hints import read_hints
from dialer.providers.trillet.history import REF_FIELD, exported_rows, find_rows, read_call
from dialer.providers.trillet.readiness import look
from dialer.providers.trillet.saying import refuses
from dialer.providers.trillet.signature import HEADER, Signing
from dialer.providers.wire import Wire, fill
from dialer.providers.words import words

PAGE = 100
"""How many calls are asked for at once."""


class Trillet:
    """One workspace on Trillet; implements ``dialer.providers.platform.Platform``.

    It may be made outside an event loop, and must be closed in the one it was used in. The key is in no message, repr
    or log; nor is any phone number.
    """

    abilities = TrilletAccount.abilities

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        workspace: str,
        platform: spec.Platform | None = None,
        *,
        callback_url: SecretStr | None = None,
        signed_with: Signing | None = None,
        before_request: BeforeRequest = no_wait,
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        """``workspace`` goes with every request as ``x-workspace-id``; ``callback_url`` gets word of each call, which
        is believed only if it is ``signed_with`` that, where it is known.

        Raises SettingsRefused for an unusable key or address.
        """
        platform = platform or spec.Platform()
        whose = {"x-workspace-id": workspace} if workspace else {}
        self._transport = Transport(base_url, key, connect_s, answer_s, lambda secret: {"x-api-key": secret, **whose})
        self._wire = Wire("Trillet", self._transport, ENDPOINTS, refuses, before_request)
        self.api = Api(self._wire)
        self._callback_url, self._signed_with = callback_url, signed_with
        self._errors = platform.errors
        self._reading = Reading.of(platform)
        self._told: dict[str, int] = {}
        self._histories: tuple[str, ...] = ("calls.history", "calls.older_history")

    async def warm(self) -> None:
        """Have a connection ready; sends nothing, never raises."""
        await self._transport.warm()

    async def place(self, agent: str, number: str, fields: Mapping[str, str], ref: str, deadline: Deadline) -> Answer:
        """Ask for one call, once: ``POST /v1/api/call`` (calls/initiate-call).

        ``number`` is E.164; the fields go along as ``dynamic_variables``, our reference in ``metadata``, which is kept
        from what the agent knows. What is empty is left out. Every failure becomes an Answer; only being cancelled is
        raised, and leaves open what became of the request.
        """
        callback_url = self._callback_url and self._callback_url.get_secret_value()
        body = {"to": number, "call_agent_id": agent, "callback_url": callback_url, "dynamic_variables": dict(fields),
                "metadata": {REF_FIELD: ref}}  # fmt: skip
        return await send_once(
            self._transport,
            ENDPOINTS["calls.place"].path,
            lambda: {name: value for name, value in body.items() if value},
            deadline,
            lambda reply: read_answer(reply, self._errors, datetime.now(UTC)),
        )

    async def hang_up(self, call_id: str) -> None:
        """Raises PlatformError: no page of Trillet's says how a call is ended."""
        raise PlatformError(f"Trillet has no way to end call {call_id}; it goes on until one of the two hangs up")

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """One page of ``GET /v2/api/call-history?agentId=…`` (calls/call-history/list), from 1; empty past the end.

        An empty history is answered with 500 there (facts on Trillet, §3.4), as a fault is. So a 500 is followed by the
        older ``/v1/api/call-history``, unless one of the two has answered before, and then by the export, which public
        clients live by: if it has more calls than the pages before, they are the page, whatever its order; else there
        are no more. Raises KeyRefused, NoPermission or PlatformError.
        """
        told = self._told.get(agent, 0) if page > 1 else 0
        params = {"agentId": agent, "page": str(page), "limit": str(PAGE)}
        for name in self._histories:
            reply = await self._wire.read(ENDPOINTS[name].path, params)
            if reply.status != 500:
                rows = find_rows(self._wire.document(reply))
                self._histories = (name,)  # the other would only cost a request
                break
        else:
            wanted = Export(agent_id=agent, include_post_analysis=True, limit=told + PAGE)
            exported = exported_rows(await self.api.calls.export(wanted))
            rows = exported if len(exported) > told else []
        self._told[agent] = told + len(rows)
        return [read_call(row, self._reading) for row in rows if isinstance(row, dict)]

    async def agent(self, agent: str) -> Agent:
        """One agent's settings: ``GET /v1/api/agents/{agentId}`` (agents/call/get), and its number, where that is told.

        Raises UnknownAgent, KeyRefused, NoPermission or PlatformError.
        """
        reply = await self._wire.read(fill(ENDPOINTS["agents.get"].path, {"agent": agent}))
        if reply.status == 404:
            raise UnknownAgent(_about_agent(agent, reply))
        raw = self._wire.document(reply)
        if not isinstance(raw, dict) or not raw:
            raise UnknownAgent(_about_agent(agent, reply))
        try:
            numbers = await self.api.numbers.every()
        except PlatformError:  # they only say where it calls from
            numbers = ()
        return read_agent(agent, raw, numbers)

    async def numbers(self) -> Sequence[str]:
        """The numbers to call from: ``GET /v1/api/twilio/user-phone-numbers``, without those given back.

        Raises PlatformError.
        """
        held = [to_e164(number.phone_number) for number in await self.api.numbers.every() if number.usable]
        return tuple(dict.fromkeys(number for number in held if number))

    def hints(self, headers: Mapping[str, str], body: bytes) -> Sequence[Hint]:
        """What a webhook tells; raises NotGenuine where its signature is not that of the account, and Unreadable."""
        if self._signed_with and not self._signed_with.is_on(body, headers.get(HEADER.lower())):
            raise NotGenuine
        return read_hints(body)

    def examine(self, agent: Agent, retries: spec.Retries) -> AsyncIterator[Finding]:
        """Whether the agent can call (``readiness``)."""
        return look(self.api, agent)

    def lacks(self, agent: Agent) -> str | None:
        """Nothing: our reference goes in ``metadata``, which every call has."""
        return None

    async def add_field(self, agent: str, name: str, label: str) -> None:
        """Raises PlatformError: agents take whatever variables come, and have no list of them."""
        raise PlatformError(f"agent {agent} takes every variable; there is no field {name} to give it")

    async def close(self) -> None:
        """Let go of every connection."""
        await self._transport.close()


def _about_agent(agent: str, reply: Reply) -> str:
    said = words(reply.body) if reply.status == 404 else ""
    return f'Trillet has no agent "{agent}"' + (f" ({said})" if said else "") + "; see `agent` in the campaign file"
