"""Twilio Lookup v2 as its documents describe it, on this machine: what it is asked, and what a test wants answered.

``GET /v2/PhoneNumbers/{E.164}?Fields=line_type_intelligence``, HTTP Basic; HTTP 200 with ``error_code`` inside the
package is the normal failure; errors of the API are ``{code, message, more_info, status}`` (calling rules, §4).
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from dialer.settings import Twilio

SID, TOKEN = "AC0123", "f1e2d3c4b5a69788"
BASIC = "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode()
Reply = Callable[[str], web.StreamResponse]


def package(type_: str | None, carrier: str | None = "Acme Mobile", error_code: int | None = None) -> web.Response:
    """The documented answer about a number."""
    line = {
        "type": type_, "carrier_name": carrier, "mobile_country_code": "310", "mobile_network_code": "456",
        "error_code": error_code,
    }  # fmt: skip
    return web.json_response({
        "calling_country_code": "1", "country_code": "US", "phone_number": "+1", "national_format": "", "valid": True,
        "validation_errors": [], "line_type_intelligence": line, "url": "",
    })  # fmt: skip


def api_error(status: int, code: int, **headers: str) -> web.Response:
    """The documented error of the API."""
    document = {"code": code, "message": "…", "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    return web.json_response(document | {"status": status}, status=status, headers=headers)


class FakeTwilio:
    """Remembers the numbers it was asked about; ``reply`` answers, ``hold`` keeps every answer back until it is set."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.queries: list[str] = []
        self.reply: Reply = lambda number: package("mobile")
        self.hold: asyncio.Event | None = None
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != BASIC:
            return api_error(401, 20003)
        self.asked.append(request.match_info["number"])
        self.queries.append(request.query_string)
        if self.hold is not None:
            await self.hold.wait()
        return self.reply(request.match_info["number"])

    def account(self, **values: Any) -> Twilio:
        return Twilio(**{"base_url": self.url, "sid": SID, "token": SecretStr(TOKEN)} | values)


@asynccontextmanager
async def fake_twilio(tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeTwilio]:
    """The service, while the block runs."""
    fake = FakeTwilio()
    application = web.Application()
    application.router.add_get("/v2/PhoneNumbers/{number}", fake.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    fake.url = f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        if fake.hold:
            fake.hold.set()
        await runner.cleanup()
