"""Requests to a platform, and what their answers say: one that reads may be tried again, one that changes never is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from dialer.errors import KeyRefused, NoPermission, PlatformAway, PlatformError
from dialer.providers.endpoint import Endpoint
from dialer.providers.registry import BeforeRequest, no_wait
from dialer.providers.transport import NETWORK_FAULTS, Reply, Sending, SentOnce, Transport
from dialer.providers.words import parse, words

JSON = "application/json"
MAX_BYTES = 10_000_000
LARGEST_FILE = 200_000_000
"""A call of an hour, recorded, is a third of it."""
READ_TRIES = 3
PASSING = (502, 503, 504)
"""What a gateway says while the platform restarts; a read is tried again."""


class Wire:
    """The documented requests over one account's connections; no secret that is sent stands in any message."""

    def __init__(
        self,
        platform: str,
        transport: Transport,
        endpoints: Mapping[str, Endpoint],
        is_refusal: Callable[[Any], bool],
        before_request: BeforeRequest = no_wait,
    ) -> None:
        """``platform`` is its name in errors; ``is_refusal`` tells a document that says no at a good status."""
        self._platform, self._transport, self._endpoints = platform, transport, endpoints
        self._is_refusal, self._before_request = is_refusal, before_request

    async def ask(self, name: str, body: Mapping[str, Any] | None = None, **ids: str | int) -> Any:
        """Send the request of an endpoint, and answer the JSON document it got, None where none is documented.

        ``ids`` fill the path; secrets in ``body`` are ``SecretStr``. Raises KeyRefused, NoPermission or PlatformError.
        """
        reply = await self._asked(name, body, ids, MAX_BYTES)
        if self._endpoints[name].empty and 200 <= reply.status < 300:
            return None
        return self.document(reply, tuple(_secrets(body)))

    async def fetch(self, name: str, body: Mapping[str, Any] | None = None, **ids: str | int) -> bytes:
        """As ``ask``, of an endpoint that answers with a file."""
        reply = await self._asked(name, body, ids, LARGEST_FILE)
        self._check(reply, parse(reply.body), ())
        return reply.body

    async def find(self, name: str, params: Mapping[str, str], **ids: str | int) -> Any:
        """As ``ask``, of an endpoint that reads, with a query."""
        return self.document(await self.read(fill(self._endpoints[name].path, ids), params))

    async def upload(self, name: str, content: bytes, content_type: str, **ids: str | int) -> Any:
        """As ``ask``, with a body that is no JSON."""
        endpoint = self._endpoints[name]
        return self.document(await self._send(endpoint.verb, fill(endpoint.path, ids), content, content_type))

    async def _asked(
        self, name: str, body: Mapping[str, Any] | None, ids: Mapping[str, str | int], max_bytes: int
    ) -> Reply:
        endpoint = self._endpoints[name]
        content = None if body is None else json.dumps(body, default=_reveal).encode()
        path = fill(endpoint.path, ids)
        if endpoint.reads:
            return await self.read(path, max_bytes=max_bytes)
        return await self._send(endpoint.verb, path, content, JSON, max_bytes)

    async def read(self, path: str, params: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES) -> Reply:
        """A GET, tried again while the platform is away; raises PlatformError."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(PlatformAway),
            stop=stop_after_attempt(READ_TRIES),
            wait=wait_exponential(multiplier=0.25, max=1),
            reraise=True,
        ):
            with attempt:
                reply = await self._exchange("GET", path, params=params, max_bytes=max_bytes)
                if reply.status in PASSING:
                    raise PlatformAway(f"{self._platform} is out of order ({reply.status}); try again later")
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
        except (SentOnce, PlatformAway) as error:
            if sending.left:
                raise PlatformError(f"no answer, so it is unclear whether {self._platform} did it: {error}") from None
            raise

    async def _exchange(
        self, verb: str, path: str, *, params: Mapping[str, str] | None = None, content: bytes | None = None,
        content_type: str = JSON, max_bytes: int = MAX_BYTES, sending: Sending | None = None,
    ) -> Reply:  # fmt: skip
        await self._before_request()
        try:
            return await self._transport.exchange(
                verb, path, params=params, content=content, content_type=content_type, max_bytes=max_bytes,
                sending=sending,
            )  # fmt: skip
        except NETWORK_FAULTS as error:
            raise PlatformAway(f"{self._platform} cannot be reached: {self._transport.describe(error)}") from None

    def document(self, reply: Reply, secrets: Sequence[str] = ()) -> Any:
        """The JSON of an answer; raises KeyRefused, NoPermission or PlatformError where it is a refusal or no JSON.

        ``secrets`` are what the request had of them: an answer may repeat them, the errors do not.
        """
        found = parse(reply.body)
        self._check(reply, found, secrets)
        if found is None:
            said = words(reply.body, secrets) or "nothing"
            raise PlatformError(f"{self._platform} answered {reply.status}, but not with JSON", said)
        return found

    def _check(self, reply: Reply, found: Any, secrets: Sequence[str]) -> None:
        said = words(reply.body, secrets)
        if reply.status == 401:
            raise KeyRefused(f"{self._platform} refuses the key; check the account's key", said)
        if reply.status == 403:
            raise NoPermission(f"{self._platform} does not let this key do that", said)
        if not 200 <= reply.status < 300 or self._is_refusal(found):
            raise PlatformError(f"{self._platform} answered {reply.status}", said or "nothing")


def fill(path: str, ids: Mapping[str, str | int]) -> str:
    """A documented path with its parameters filled in."""
    return path.format(**{name: quote(str(value), safe="") for name, value in ids.items()})


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
