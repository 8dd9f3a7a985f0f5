"""HTTP for platforms, with evidence of whether a request may have left this machine.

No exception says so by its class. aiohttp's trace does: it awaits ``on_request_headers_sent`` on an open connection,
when it has nothing left to wait for. Until then nothing was sent; from then on something may have been. But it keeps
the headers back until the body's first piece, which before Python 3.12 has its turn only when the loop comes round
again, and may be stopped there: ``on_request_chunk_sent`` is the last moment at which a request that has come too late
can be (DESIGN §4.4, §4.5). httpx over the same connections, as DESIGN §6 has it, tells no more and took as long again
as aiohttp itself (measured).
"""

from __future__ import annotations

import asyncio
import os
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace

import aiohttp
import certifi
from pydantic import SecretStr
from yarl import URL

from dialer.errors import PlatformError, SettingsRefused
from dialer.providers.halves import in_halves
from dialer.providers.platform import Deadline
from dialer.settings import check_base_url

CONNECT_S = 3.0
ANSWER_S = 15.0
KEEP_ALIVE_S = 2.0
"""Shorter than any server's own patience, so that a server's idle close is not met by a request on its way."""

NETWORK_FAULTS = (aiohttp.ClientError, OSError, ValueError, RuntimeError, zlib.error)
"""What a request can fail with; aiohttp lets exceptions of the layers below through."""

TOO_LATE = "too late to send; nothing was sent"


class TooLate(Exception):
    """The deadline passed before the first byte. aiohttp may wrap it: ``Sending.late`` says it surely."""


class SentOnce(Exception):
    """The request had left before and is not sent again."""


@dataclass(slots=True)
class Sending:
    """One request, which leaves once at most: when it must have left, and whether any byte may have (``left``).

    ``late``: it was stopped, since the deadline had passed.
    """

    deadline: Deadline | None = None
    left: bool = False
    late: bool = False

    def check(self) -> None:
        """Stop it where it has come too late; raises TooLate."""
        if self.deadline is not None and self.deadline.passed():
            self.left, self.late = False, True
            raise TooLate(TOO_LATE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: status, headers (any case), and the body, decoded and with the key blotted out."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def _before_headers(session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:
    sending: Sending | None = context.trace_request_ctx
    if sending is None:
        return
    if sending.left:  # aiohttp sends a PUT or DELETE again where a connection it had kept turns out to be closed
        raise SentOnce("the connection was closed after the request had left")
    sending.check()
    sending.left = True


async def _before_body(session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:
    sending: Sending | None = context.trace_request_ctx
    if sending is not None:
        sending.check()
        sending.deadline = None  # it was met: the rest of the body may follow when it likes


@lru_cache(256)
def url_of(text: str) -> URL:
    """The address, read once: to a platform there are few."""
    return URL(text)


def trusted() -> ssl.SSLContext:
    """The authorities whose certificates count: certifi's, or those that ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` has."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    return ssl.create_default_context(cafile=file or (None if folder else certifi.where()), capath=folder)


def inflater(encoding: str) -> zlib._Decompress | None:
    """What opens a body that is compressed in one of the two ways that were asked for.

    aiohttp's own raises at any other before the status is known, and the status is what counts.
    """
    return zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding.lower() in ("gzip", "deflate") else None


def bearer(key: str) -> Mapping[str, str]:
    """The header that most platforms take a key in."""
    return {"Authorization": f"Bearer {key}"}


class Transport:
    """The connections of one account: redirects are never followed, certificates always verified (``trusted``).

    Nothing is opened before the first request, so it may be made outside an event loop.
    """

    def __init__(
        self, base_url: str, key: SecretStr, connect_s: float = CONNECT_S, answer_s: float = ANSWER_S,
        signs: Callable[[str], Mapping[str, str]] = bearer,
    ) -> None:  # fmt: skip
        """``signs`` makes of the key the headers that say whose a request is.

        Raises SettingsRefused for an unusable address or key.
        """
        secret = key.get_secret_value()
        if not (secret.isascii() and secret.isprintable()) or not secret or " " in secret:
            raise SettingsRefused("the platform's key is empty or has characters no key has; copy it again")
        self._secret, self._url = key, check_base_url(base_url, "the platform")
        self._total_s = connect_s + answer_s
        self._session: aiohttp.ClientSession | None = None
        self._let_go = float("-inf")
        self._headers = {**signs(secret), "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        self._patience = aiohttp.ClientTimeout(connect=connect_s, sock_connect=connect_s, sock_read=answer_s)

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        max_bytes: int,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        content_type: str = "application/json",
        sending: Sending | None = None,
    ) -> Reply:
        """Send one request, once, and read its whole answer.

        Raises whatever went wrong: NETWORK_FAULTS, TooLate, PlatformError for an answer above ``max_bytes``, or
        something nobody foresaw. ``sending`` then says whether a byte may have left, and whether it was too late.
        """
        headers = self._headers
        if content is not None:
            headers = headers | {"Content-Type": content_type, "Content-Length": str(len(content))}
        body = bytearray()
        async with (
            asyncio.timeout(self._total_s),  # the limits below are per read: a server that drips must not hold us
            self._open().request(
                method, url_of(self._url + path), params=params, data=in_halves(content), headers=headers,
                allow_redirects=False, timeout=self._patience, trace_request_ctx=sending,
            ) as response,
        ):  # fmt: skip
            inflate = inflater(response.headers.get("Content-Encoding", ""))
            async for chunk in response.content.iter_any():
                body += inflate.decompress(chunk, max_bytes + 1) if inflate else chunk
                if len(body) > max_bytes:
                    raise PlatformError(f"the platform's answer is larger than {max_bytes:,} bytes")
        self._let_go = time.monotonic()
        return Reply(response.status, response.headers, bytes(body).replace(self._key(), b"<key>"))

    async def warm(self) -> None:
        """Open a connection and lay it by, unless one was used so lately that it is still open; never raises.

        Nothing is sent. A connection laid by is not taken out and laid by again: that would make it look younger than
        it is to the server.
        """
        if time.monotonic() - self._let_go < KEEP_ALIVE_S:
            return
        try:
            connector = self._open().connector
            assert connector is not None
            request = aiohttp.ClientRequest("GET", URL(self._url), loop=asyncio.get_running_loop())
            (await connector.connect(request, [], self._patience)).release()
            self._let_go = time.monotonic()
        except NETWORK_FAULTS:
            return

    def describe(self, error: Exception) -> str:
        """The error in one line, without the key."""
        line = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
        return line.replace(self._key().decode(), "<key>")

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    def _key(self) -> bytes:
        return self._secret.get_secret_value().encode()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_before_headers)
            trace.on_request_chunk_sent.append(_before_body)
            self._session = aiohttp.ClientSession(
                # No limit here: how many requests there are at once is decided by pace, and one that waited in line
                # for a connection would only come too late.
                connector=aiohttp.TCPConnector(ssl=trusted(), limit=0, keepalive_timeout=KEEP_ALIVE_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trace_configs=[trace],
            )
        return self._session
