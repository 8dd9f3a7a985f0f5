"""Trillet, as seed 004 and its pages describe it; every wire shape is written out as it stands there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import SecretStr

from campaigns import spec
from dialer.errors import PlatformError, SettingsRefused, UnknownAgent
from dialer.providers.callfluent.history import Reading
from dialer.providers.callfluent.numbers import to_e164
from dialer.providers.callfluent.wire import Manners, Wire, document, fill
from dialer.providers.platform import Abilities, Agent, Answer, CallRecord, Deadline, Placement
from dialer.providers.transport import ANSWER_S, CONNECT_S, Reply, Sending, TooLate, Transport
from dialer.providers.trillet.agents import read_agent
from dialer.providers.trillet.answers import read_answer
from dialer.providers.trillet.api.account import Api
from dialer.providers.trillet.endpoints import ENDPOINTS
from dialer.providers.trillet.history import REF_FIELD, exported_rows, find_rows, read_call
from dialer.providers.trillet.saying import refuses, said

BASE_URL = "https://api.trillet.ai"
MAX_ANSWER_BYTES = 1_000_000
PAGE = 100
EXPORTED = 1000
"""How many calls are read of an export, where the history is not to be had otherwise."""

MANNERS = Manners("Trillet", ENDPOINTS, refuses, said)


class Trillet:
    """One workspace on Trillet; implements ``dialer.providers.platform.Platform``.

    It may be made outside an event loop, and must be closed in the one it was used in. The key is in no message, repr
    or log; nor is any phone number.
    """

    abilities = Abilities(gives_call_id=True, has_idempotency_key=False)

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        workspace: str,
        platform: spec.Platform | None = None,
        *,
        callback_url: str | None = None,
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        """``workspace`` goes with every request as ``x-workspace-id``; ``callback_url`` gets word of each call.

        Raises SettingsRefused for an unusable key, address or workspace.
        """
        if not (workspace.isascii() and workspace.isprintable()) or not workspace.strip():
            raise SettingsRefused("a Trillet account needs its workspace: the id that its dashboard shows")
        platform = platform or spec.Platform()
        signs = {"x-workspace-id": workspace}
        self._transport = Transport(base_url, key, connect_s, answer_s, lambda secret: {"x-api-key": secret, **signs})
        self._wire = Wire(self._transport, MANNERS)
        self.api = Api(self._wire)
        self._callback_url = callback_url
        self._errors = platform.errors
        self._reading = Reading.of(platform)

    async def warm(self) -> None:
        """Have a connection ready; sends nothing, never raises."""
        await self._transport.warm()

    async def place(self, agent: str, number: str, fields: Mapping[str, str], ref: str, deadline: Deadline) -> Answer:
        """Ask for one call, once: ``POST /v1/api/call`` (calls/initiate-call).

        ``number`` is E.164; the fields go along as ``dynamic_variables``, our reference in ``metadata``, which is kept
        from what the agent knows. What is empty is left out. Every failure becomes an Answer; only being cancelled is
        raised, and leaves open what became of the request.
        """
        sending = Sending(deadline)
        body = {"to": number, "call_agent_id": agent, "callback_url": self._callback_url,
                "dynamic_variables": dict(fields), "metadata": {REF_FIELD: ref}}  # fmt: skip
        try:
            reply = await self._transport.exchange(
                "POST",
                ENDPOINTS["calls.place"].path,
                content=json.dumps({name: value for name, value in body.items() if value}).encode(),
                max_bytes=MAX_ANSWER_BYTES,
                sending=sending,
            )
            return read_answer(reply, self._errors, datetime.now(UTC))
        except TooLate as error:  # our own lateness says nothing of the platform
            return Answer(Placement.NOT_PLACED, str(error), retry_after_s=0.0)
        except Exception as error:  # noqa: BLE001  whatever it was, only this counts: may a byte have left?
            placement = Placement.UNKNOWN if sending.left else Placement.NOT_PLACED
            return Answer(placement, text=self._transport.describe(error))

    async def hang_up(self, call_id: str) -> None:
        """Raises PlatformError: no page of Trillet's says how a call is ended."""
        raise PlatformError(f"Trillet has no way to end call {call_id}; it goes on until one of the two hangs up")

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """One page of ``GET /v2/api/call-history?agentId=…`` (calls/call-history/list), from 1; empty past the end.

        An empty history is answered with 500 there (facts on Trillet, §3.4), as a fault is. So a 500 is followed by the
        older ``/v1/api/call-history`` and, after another, by the export, whose rows, if any, are the calls: public
        clients live by it. Raises KeyRefused, NoPermission or PlatformError.
        """
        params = {"agentId": agent, "page": str(page), "limit": str(PAGE)}
        for name in ("calls.history", "calls.older_history"):
            reply = await self._wire.read(ENDPOINTS[name].path, params)
            if reply.status != 500:
                rows = find_rows(document(reply, manners=MANNERS))
                break
        else:
            export = {"agentId": agent, "includeTranscripts": False, "includePostAnalysis": True, "limit": EXPORTED}
            rows = exported_rows(await self._wire.fetch("calls.export", export))
        return [read_call(row, self._reading) for row in rows if isinstance(row, dict)]

    async def agent(self, agent: str) -> Agent:
        """One agent's settings: ``GET /v1/api/agents/{agentId}`` (agents/call/get), with the number it calls from.

        Raises UnknownAgent, KeyRefused, NoPermission or PlatformError.
        """
        reply = await self._wire.read(fill(ENDPOINTS["agents.get"].path, {"agent": agent}))
        if reply.status == 404:
            raise UnknownAgent(_about_agent(agent, reply))
        raw = document(reply, manners=MANNERS)
        if not isinstance(raw, dict) or not raw:
            raise UnknownAgent(_about_agent(agent, reply))
        return read_agent(agent, raw, await self.api.numbers.every())

    async def numbers(self) -> Sequence[str]:
        """The numbers to call from: ``GET /v1/api/twilio/user-phone-numbers``, without those given back.

        Raises PlatformError.
        """
        held = [to_e164(number.phone_number) for number in await self.api.numbers.every() if number.usable]
        return tuple(dict.fromkeys(number for number in held if number))

    async def close(self) -> None:
        """Let go of every connection."""
        await self._transport.close()


def _about_agent(agent: str, reply: Reply) -> str:
    words = said(reply.body) if reply.status == 404 else ""
    return f'Trillet has no agent "{agent}"' + (f" ({words})" if words else "") + "; see `agent` in the campaign file"
