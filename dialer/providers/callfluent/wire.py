"""Requests to a platform, and what their answers say: one that reads may be tried again, one that changes never is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from dialer.errors import KeyRefused, NoPermission, PlatformError
from dialer.providers.callfluent.endpoints import ENDPOINTS, Endpoint
from dialer.providers.callfluent.envelope import is_refusal, parse, words
from dialer.providers.transport import NETWORK_FAULTS, Reply, Sending, SentOnce, Transport

JSON = "application/json"
MAX_BYTES = 10_000_000
LARGEST_FILE = 200_000_000
"""A call of an hour, recorded, is a third of it."""
READ_TRIES = 3
PASSING = (502, 503, 504)
"""What a gateway says while the platform restarts; a read is tried again."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a platform is spoken to: its name, its endpoints, whether a document says no, and its words in one line."""

    name: str
    endpoints: Mapping[str, Endpoint]
    refuses: Callable[[Any], bool]
    said: Callable[[bytes, Sequence[str]], str]


CALLFLUENT = Manners("CallFluent", ENDPOINTS, is_refusal, words)


class _Away(PlatformError):
    """The platform cannot be reached just now."""


class Wire:
    """The documented requests over one account's connections; no secret that is sent stands in any message."""

    def __init__(self, transport: Transport, manners: Manners = CALLFLUENT) -> None:
        self._transport, self._manners = transport, manners

    async def ask(self, name: str, body: Mapping[str, Any] | None = None, **ids: str | int) -> Any:
        """Send the request of an endpoint, and answer the JSON document it got.

        ``ids`` fill the path; secrets in ``body`` are ``SecretStr``. Raises KeyRefused, NoPermission or PlatformError.
        """
        return document(await self._asked(name, body, ids), tuple(_secrets(body)), self._manners)

    async def fetch(self, name: str, body: Mapping[str, Any] | None = None, **ids: str | int) -> bytes:
        """As ``ask``, of an endpoint that answers a file."""
        reply = await self._asked(name, body, ids, LARGEST_FILE)
        check(reply, parse(reply.body), (), self._manners)
        return reply.body

    async def find(self, name: str, params: Mapping[str, str], **ids: str | int) -> Any:
        """As ``ask``, of an endpoint that reads, with a query."""
        return document(await self.read(fill(self._manners.endpoints[name].path, ids), params), manners=self._manners)

    async def upload(self, name: str, content: bytes, content_type: str, **ids: str | int) -> Any:
        """As ``ask``, with a body that is no JSON."""
        endpoint = self._manners.endpoints[name]
        reply = await self._send(endpoint.verb, fill(endpoint.path, ids), content, content_type)
        return document(reply, manners=self._manners)

    async def _asked(
        self, name: str, body: Mapping[str, Any] | None, ids: Mapping[str, str | int], max_bytes: int = MAX_BYTES
    ) -> Reply:
        endpoint = self._manners.endpoints[name]
        content = None if body is None else json.dumps(body, default=_reveal).encode()
        path = fill(endpoint.path, ids)
        if endpoint.reads:
            return await self.read(path, max_bytes=max_bytes)
        return await self._send(endpoint.verb, path, content, JSON, max_bytes)

    async def read(self, path: str, params: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES) -> Reply:
        """A GET, tried again while the platform is away; raises PlatformError."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(_Away),
            stop=stop_after_attempt(READ_TRIES),
            wait=wait_exponential(multiplier=0.25, max=1),
            reraise=True,
        ):
            with attempt:
                reply = await self._exchange("GET", path, params=params, max_bytes=max_bytes)
                if reply.status in PASSING:
                    raise _Away(f"{self._manners.name} is out of order ({reply.status}); try again later")
                return reply
        raise AssertionError("tenacity ends with a result or an error")

    async def _send(
        self, verb: str, path: str, content: bytes | None, content_type: str, max_bytes: int = MAX_BYTES
    ) -> Reply:
        """A request that changes something: it leaves once at most."""
        sending = Sending()
        try:
            return await self._exchange(
                verb, path, content=content, content_type=content_type, max_bytes=max_bytes, sending=sending
            )
        except (SentOnce, _Away) as error:
            if sending.left:
                raise PlatformError(
                    f"no answer, so it is unclear whether {self._manners.name} did it: {error}"
                ) from None
            raise

    async def _exchange(
        self, verb: str, path: str, *, params: Mapping[str, str] | None = None, content: bytes | None = None,
        content_type: str = JSON, max_bytes: int = MAX_BYTES, sending: Sending | None = None,
    ) -> Reply:  # fmt: skip
        try:
            return await self._transport.exchange(
                verb, path, params=params, content=content, content_type=content_type, max_bytes=max_bytes,
                sending=sending,
            )  # fmt: skip
        except NETWORK_FAULTS as error:
            raise _Away(f"{self._manners.name} cannot be reached: {self._transport.describe(error)}") from None


def fill(path: str, ids: Mapping[str, str | int]) -> str:
    """A documented path with its parameters filled in."""
    return path.format(**{name: quote(str(value), safe="") for name, value in ids.items()})


def document(reply: Reply, secrets: Sequence[str] = (), manners: Manners = CALLFLUENT) -> Any:
    """The JSON of an answer; raises KeyRefused, NoPermission or PlatformError where it is a refusal or no JSON.

    ``secrets`` are what the request had of them: an answer may repeat them, the errors do not.
    """
    found = parse(reply.body)
    check(reply, found, secrets, manners)
    if found is None:
        said = manners.said(reply.body, secrets) or "nothing"
        raise PlatformError(f"{manners.name} answered {reply.status}, but not with JSON: {said}")
    return found


def check(reply: Reply, found: Any, secrets: Sequence[str], manners: Manners) -> None:
    """Raises KeyRefused, NoPermission or PlatformError where an answer, or the document found in it, is a refusal."""
    said = manners.said(reply.body, secrets)
    if reply.status == 401:
        raise KeyRefused(f"{manners.name} refuses the key: {said or 'no reason given'}; check the account's key")
    if reply.status == 403:
        raise NoPermission(f"{manners.name} does not let this key do that: {said or 'no reason given'}")
    if not 200 <= reply.status < 300 or manners.refuses(found):
        raise PlatformError(f"{manners.name} answered {reply.status}: {said or 'nothing'}")


def data(answer: Any) -> Any:
    """What an answer carries, with or without its wrapping."""
    return answer.get("data", answer) if isinstance(answer, dict) else answer


def _reveal(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")


def _secrets(body: object) -> Iterator[str]:
    if isinstance(body, SecretStr):
        if secret := body.get_secret_value():
            yield secret
    elif isinstance(body, Mapping):
        for value in body.values():
            yield from _secrets(value)
