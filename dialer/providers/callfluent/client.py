"""CallFluent, as its documents describe it (seed 000); every wire shape is written out as it stands there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from campaigns import spec
from dialer.errors import KeyRefused, NoPermission, PlatformError, UnknownAgent
from dialer.providers.callfluent.agents import find_agent, leaves_message, read_agent
from dialer.providers.callfluent.answers import read_answer
from dialer.providers.callfluent.envelope import is_refusal, parse, words
from dialer.providers.callfluent.history import REF_FIELD, Reading, find_rows, read_call
from dialer.providers.callfluent.numbers import read_numbers
from dialer.providers.platform import Abilities, Agent, Answer, CallRecord, Deadline, Placement
from dialer.providers.transport import ANSWER_S, CONNECT_S, NETWORK_FAULTS, Reply, Sending, TooLate, Transport

BASE_URL = "https://api.callfluent.ai/api"
MAX_ANSWER_BYTES = 1_000_000
MAX_HISTORY_BYTES = 10_000_000
READ_TRIES = 3
PASSING = (502, 503, 504)
"""What a gateway says while the platform restarts; a read is tried again."""


class _Away(PlatformError):
    """CallFluent cannot be reached just now."""


class CallFluent:
    """One account on CallFluent; implements ``dialer.providers.platform.Platform``.

    It may be made outside an event loop, and must be closed in the one it was used in. The key is in no message, repr
    or log; nor is any phone number.
    """

    abilities = Abilities(gives_call_id=False, has_idempotency_key=False)

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        platform: spec.Platform | None = None,
        *,
        connect_s: float = CONNECT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        """``base_url`` is BASE_URL or the practice platform's; ``platform`` the campaign file's ``[platform]``.

        Raises SettingsRefused for an unusable key or address.
        """
        platform = platform or spec.Platform()
        self._transport = Transport(base_url, key, connect_s, answer_s)
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
        sending = Sending(deadline)
        try:
            payload = {"phone_number": number} | dict(fields) | {"phone_number": number, REF_FIELD: ref}
            reply = await self._transport.exchange(
                "POST",
                f"/call/make-call/{quote(agent, safe='')}",
                content=json.dumps({"data": payload}).encode(),
                max_bytes=MAX_ANSWER_BYTES,
                sending=sending,
            )
            return read_answer(reply, self._errors, datetime.now(UTC))
        except TooLate as error:  # our own lateness says nothing of the platform
            return Answer(Placement.NOT_PLACED, str(error), retry_after_s=0.0)
        except Exception as error:  # noqa: BLE001  whatever it was, only this counts: may a byte have left?
            placement = Placement.UNKNOWN if sending.left else Placement.NOT_PLACED
            ours = 0.0 if isinstance(error, TooLate) else None  # we were late: the account need not rest for it
            return Answer(placement, text=self._transport.describe(error), retry_after_s=ours)

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """One page of ``GET /agent/{agentId}/calls?page=N`` (Agent §6), from 1; empty past the end.

        Raises UnknownAgent, KeyRefused, NoPermission or PlatformError.
        """
        speaks = await self._speaks_to_machines(agent)
        reply = await self._read(f"/agent/{quote(agent, safe='')}/calls", {"page": str(page)})
        if reply.status == 404:
            raise UnknownAgent(_about_agent(agent, reply))
        rows = find_rows(_document(reply))
        return [read_call(row, self._reading, leaves_message=speaks) for row in rows if isinstance(row, dict)]

    async def agent(self, agent: str) -> Agent:
        """One agent's settings: ``GET /agent/get-one/{agentId}`` (Agent §4).

        No document says how a missing agent is answered, so a refusal in the general form counts as one. Raises
        UnknownAgent, KeyRefused, NoPermission or PlatformError.
        """
        reply = await self._read(f"/agent/get-one/{quote(agent, safe='')}")
        if reply.status == 404 or (reply.status in (200, 500) and is_refusal(parse(reply.body))):
            raise UnknownAgent(_about_agent(agent, reply))
        raw = find_agent(_data(reply))
        if raw is None:
            raise UnknownAgent(_about_agent(agent, reply))
        found = read_agent(agent, raw)
        self._leaves_message[agent] = leaves_message(found)
        return found

    async def numbers(self, workspace: str) -> Sequence[str]:
        """The numbers to call from: ``GET /agent/number-list/{id}/outbound`` (Agent §1). Raises PlatformError."""
        return read_numbers(_data(await self._read(f"/agent/number-list/{quote(workspace, safe='')}/outbound")))

    async def add_field(self, agent: str, name: str, label: str) -> None:
        """Give an agent a custom field: ``PUT /agent/custom-field/{id}`` with ``{data: {name, label}}`` (Agent §12).

        Not tried again by itself: a second one might make a second field. Raises PlatformError.
        """
        content = json.dumps({"data": {"name": name, "label": label}}).encode()
        _document(await self._ask("PUT", f"/agent/custom-field/{quote(agent, safe='')}", content=content))

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

    async def _read(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """A GET, which may be tried again."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(_Away),
            stop=stop_after_attempt(READ_TRIES),
            wait=wait_exponential(multiplier=0.25, max=1),
            reraise=True,
        ):
            with attempt:
                reply = await self._ask("GET", path, params=params)
                if reply.status in PASSING:
                    raise _Away(f"CallFluent is out of order ({reply.status}); try again later")
                return reply
        raise AssertionError("tenacity ends with a result or an error")

    async def _ask(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Reply:
        try:
            return await self._transport.exchange(
                method, path, params=params, content=content, max_bytes=MAX_HISTORY_BYTES
            )
        except NETWORK_FAULTS as error:
            raise _Away(f"CallFluent cannot be reached: {self._transport.describe(error)}") from None


def _about_agent(agent: str, reply: Reply) -> str:
    said = words(reply.body) if is_refusal(parse(reply.body)) else ""
    return f'CallFluent has no agent "{agent}"' + (f" ({said})" if said else "") + "; see `agent` in the campaign file"


def _document(reply: Reply) -> Any:
    """The JSON of an answer; raises KeyRefused, NoPermission or PlatformError where it is a refusal or no JSON."""
    said = words(reply.body)
    if reply.status == 401:
        raise KeyRefused(f"CallFluent refuses the key: {said or 'no reason given'}; check the account's key")
    if reply.status == 403:
        raise NoPermission(f"CallFluent does not let this key do that: {said or 'no reason given'}")
    document = parse(reply.body)
    if not 200 <= reply.status < 300 or is_refusal(document):
        raise PlatformError(f"CallFluent answered {reply.status}: {said or 'nothing'}")
    if document is None:
        raise PlatformError(f"CallFluent answered {reply.status}, but not with JSON: {said or 'nothing'}")
    return document


def _data(reply: Reply) -> Any:
    document = _document(reply)
    return document.get("data", document) if isinstance(document, dict) else document
