"""What platforms send us: a small HTTP server in the process that owns the ledger.

An address is ``/hooks/ACCOUNT/SECRET``. Who does not know the secret is not listened to at all, and is told the same as
somebody who asks for what is not there; who does is given ten seconds and a megabyte. What is believed of it is decided
elsewhere: the platform's client reads hints, the ledger keeps them (``campaigns.ledger.hearing``), history is asked.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web
from pydantic import SecretStr

from campaigns.errors import LedgerError
from campaigns.ledger.hearing import Heard, hear
from campaigns.ledger.ledger import Ledger
from dialer.errors import NotGenuine, ServerAway, Unreadable
from dialer.providers.switchboard import Switchboard
from dialer.providers.webhooks import Hearing

log = logging.getLogger(__name__)

LARGEST = 1_000_000
"""Bytes of a body."""
BODY_S = 10.0
"""How long a body may take to come."""
AT_ONCE = 8
"""How many bodies are held at the same time; whoever comes then is asked to come again."""
MOST = 100
"""How many hints of one body are kept."""


def secret_of(account: str, key: SecretStr) -> str:
    """The secret in an account's address: the same on every machine that has the key, and another one with another key.

    It says nothing of the key (HMAC-SHA-256).
    """
    said = hmac.digest(key.get_secret_value().encode(), f"webhooks of {account}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def path_of(account: str, key: SecretStr) -> str:
    """Where on the receiver the account's platform is listened to."""
    return f"/hooks/{quote(account, safe='')}/{secret_of(account, key)}"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen."""

    host: str
    port: int


class Receiver:
    """Takes what platforms send for the accounts that have a key."""

    def __init__(
        self, ledger: Ledger, switchboard: Switchboard, keys: Mapping[str, SecretStr],
        hurry: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        """``hurry`` is told the account and agent of a call that may be over: history is to be asked."""
        self._ledger, self._switchboard, self._hurry = ledger, switchboard, hurry
        self._secrets = {name: secret_of(name, key).encode() for name, key in keys.items()}
        self._nobodys = secret_of("", SecretStr(secrets.token_urlsafe())).encode()
        self._busy = asyncio.Semaphore(AT_ONCE)

    def application(self) -> web.Application:
        """The one route there is."""
        application = web.Application(client_max_size=LARGEST)
        application.router.add_post("/hooks/{account}/{secret}", self._receive)
        return application

    async def _receive(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        given = request.match_info["secret"].encode(errors="replace")
        if not hmac.compare_digest(given, self._secrets.get(account, self._nobodys)):
            raise web.HTTPNotFound
        platform = self._switchboard.platform(account)
        if not isinstance(platform, Hearing):
            raise web.HTTPNotFound
        if self._busy.locked():
            return web.Response(status=503, headers={"Retry-After": "5"})
        async with self._busy:
            return await self._take(account, platform, request)

    async def _take(self, account: str, platform: Hearing, request: web.Request) -> web.Response:
        """204 for whatever could be read: a platform is not told what came of it."""
        try:
            async with asyncio.timeout(BODY_S):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            hints = platform.hints(headers, body)[:MOST]
        except NotGenuine:
            log.warning("account %s: a webhook was not signed as its platform signs", account)
            return web.Response(status=403)
        except Unreadable:
            log.warning("account %s: a webhook of %s bytes could not be read", account, len(body))
            return web.Response(status=400)
        digest = hashlib.sha256(body).hexdigest()[:32]
        items = [Heard(account, f"{digest}{n}", hint) for n, hint in enumerate(hints)]
        try:
            caught = await self._ledger.write_all(hear, items) if items else ()
        except LedgerError as error:
            log.warning("account %s: a webhook could not be kept: %s", account, error)
            return web.Response(status=503, headers={"Retry-After": "30"})
        for news in caught:
            if news is not None and news.open:
                self._hurry(news.account, news.agent)
        log.info("account %s: %s hints, %s of them news", account, len(caught), len([*filter(None, caught)]))
        return web.Response(status=204)


@asynccontextmanager
async def listening(receiver: Receiver, at: Listen) -> AsyncIterator[str]:
    """Serve the receiver while the block runs; gives the address. Raises ServerAway where it cannot be listened on."""
    runner = web.AppRunner(receiver.application(), access_log=None, lingering_time=1.0, shutdown_timeout=5.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, at.host, at.port).start()
        except OSError as error:
            raise ServerAway(f"--listen {at.host}:{at.port} cannot be used: {error.strerror}") from error
        host, port = runner.addresses[0][:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        await runner.cleanup()
