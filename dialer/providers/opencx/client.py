"""OpenCX, as seed 003 and the OpenAPI file of its time describe it; every wire shape is written out as it stands there.

An answer to a call names no call. So the person is made a contact first, with our reference, the call is asked for by
the contact's id, and what became of it is the contact's session (facts on OpenCX, §2).
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import SecretStr

from campaigns import spec
from dialer.errors import PlatformError, UnknownAgent
from dialer.providers.answers import refused, unclear
from dialer.providers.numbers import to_e164
from dialer.providers.opencx.api.account import Api
from dialer.providers.opencx.api.phones import Phone
from dialer.providers.opencx.endpoints import ENDPOINTS
from dialer.providers.opencx.pages import rows_of
from dialer.providers.opencx.sessions import CHANNEL, REF_FIELD, read_session
from dialer.providers.placing import send_once
from dialer.providers.platform import Agent, Answer, CallRecord, Deadline, Placement
from dialer.providers.registry import BeforeRequest, no_wait
from dialer.providers.transport import Reply, Transport
from dialer.providers.wire import Wire
from dialer.providers.words import parse

if TYPE_CHECKING:
    from dialer.providers.opencx.account import OpenCXAccount

NO_HURRY = Deadline(math.inf, math.inf)
READY = 2000
"""So many contacts are remembered for calls to come; an attempt that was sent back never asks for its own."""


class OpenCX:
    """One account on OpenCX; implements ``dialer.providers.platform.Platform`` and ``Preparing``."""

    def __init__(
        self, account: OpenCXAccount, key: SecretStr, reading: spec.Platform, before_request: BeforeRequest = no_wait
    ) -> None:
        """``reading`` is the campaign file's ``[platform]``; raises SettingsRefused for an unusable key or address."""
        self.abilities = account.abilities
        self._account, self._reading, self._before_request = account, reading, before_request
        self._transport = Transport(account.base_url, key)
        self._wire = Wire("OpenCX", self._transport, ENDPOINTS, is_refusal, before_request)
        self.api = Api(self._wire)
        self._ready: dict[str, Answer] = {}
        self._cursors: dict[tuple[str, int], str | None] = {}

    async def warm(self) -> None:
        """Have a connection ready; sends nothing, never raises."""
        await self._transport.warm()

    async def prepare(self, number: str, fields: Mapping[str, str], ref: str) -> None:
        """Make or change the contact: ``POST /contacts``, our reference and all fields in ``custom_data``.

        It places nothing. A request whose fate is unclear has made a contact, or none: ``place`` then says that there
        is no call.
        """
        contact = {"phone": number, "custom_data": {**fields, REF_FIELD: ref}}
        if name := fields.get("name"):
            contact["name"] = name
        await self._before_request()
        answer = await send_once(
            self._transport, ENDPOINTS["contacts.save"].path, lambda: {"contact": contact}, NO_HURRY, self._read_contact
        )
        if answer.placement is Placement.UNKNOWN:
            answer = Answer(Placement.NOT_PLACED, f"no contact could be made: {answer.text}", status=answer.status)
        self._ready[ref] = answer
        while len(self._ready) > READY:
            del self._ready[next(iter(self._ready))]

    async def place(self, agent: str, number: str, fields: Mapping[str, str], ref: str, deadline: Deadline) -> Answer:
        """Ask for one call, once, of the contact that was prepared; every failure becomes an Answer.

        ``POST /phone/{phone_number_id}/call`` answers 201 without a body; the later ``POST /phone/outbound-call``, 200.
        """
        if ref not in self._ready:
            await self.prepare(number, fields, ref)
        contact = self._ready.pop(ref)
        if contact.placement is not Placement.PLACED:
            return contact
        options = self._account.options.body()
        body: dict[str, Any] = {"contact": {"id": contact.call_id}} | ({"options": options} if options else {})
        path = ENDPOINTS["calls.make"].path.format(phone_number_id=quote(agent, safe=""))
        if self._account.calls == "2024-11":
            # The page names its body, MakeOutboundCallDto, and shows none: the phone beside the contact is assumed.
            path, body = ENDPOINTS["calls.make_later"].path, {"phone_number_id": agent, **body}
        return await send_once(self._transport, path, lambda: body, deadline, self._read_call)

    async def hang_up(self, call_id: str) -> None:
        """Raises PlatformError: no document says how."""
        raise PlatformError("OpenCX has no way to end a call from here")

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        """One page of ``GET /chat/sessions?channel_type=phone_voice``, from 1; empty past the end.

        A session does not say of which phone it is, so every agent of the account has the same ones. A page follows the
        one that was read before it. Raises KeyRefused, NoPermission or PlatformError.
        """
        cursor = self._cursors.get((agent, page)) if page > 1 else None
        if page > 1 and cursor is None:
            return ()
        params = {"channel_type": CHANNEL} | ({"cursor": cursor} if cursor else {})
        rows, self._cursors[agent, page + 1] = rows_of(await self._wire.find("sessions.every", params))
        return [read_session(row, self._reading) for row in rows if isinstance(row, dict)]

    async def agent(self, agent: str) -> Agent:
        """One phone agent, found in ``GET /phone``; its settings are shown nowhere.

        Raises UnknownAgent, KeyRefused, NoPermission or PlatformError.
        """
        async for phone in self._phones():
            if phone.id == agent:
                return Agent(
                    agent, phone.name or "", to_e164(phone.phone_number), outbound=True, blocked_types=frozenset(),
                    field_names=None, raw=phone.model_dump(),
                )  # fmt: skip
        raise UnknownAgent(
            f'OpenCX has no phone "{agent}"; see `agent` in the campaign file, `dialer opencx phones list`'
        )

    async def numbers(self) -> Sequence[str]:
        """The numbers of all phone agents (``GET /phone``). Raises PlatformError."""
        return [number async for phone in self._phones() if (number := to_e164(phone.phone_number))]

    async def close(self) -> None:
        """Let go of every connection."""
        await self._transport.close()

    async def _phones(self) -> AsyncIterator[Phone]:
        page = await self.api.phones.every()
        while True:
            for phone in page.items:
                yield phone
            if page.next is None:
                return
            page = await self.api.phones.every(page.next)

    def _read_contact(self, reply: Reply) -> Answer:
        """The contact's id as the answer's ``call_id``."""
        document = parse(reply.body)
        if not 200 <= reply.status < 300 or is_refusal(document):
            return refused(reply, self._reading.errors, datetime.now(UTC))
        found = document.get("id") if isinstance(document, dict) else None
        return (
            Answer(Placement.PLACED, call_id=found, status=reply.status) if isinstance(found, str) else unclear(reply)
        )

    def _read_call(self, reply: Reply) -> Answer:
        document = parse(reply.body)
        if not 200 <= reply.status < 300 or is_refusal(document):
            return refused(reply, self._reading.errors, datetime.now(UTC))
        documented = reply.status == (201 if self._account.calls == "2024-09" else 200)
        if documented and (not reply.body.strip() or document is not None):
            return Answer(Placement.PLACED, status=reply.status)
        return unclear(reply)


def is_refusal(document: Any) -> bool:
    """Whether a document is an error: ``{statusCode, message, error}``."""
    return isinstance(document, dict) and isinstance(document.get("statusCode"), int) and document["statusCode"] >= 400
