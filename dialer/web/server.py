"""A read-only web server on this machine: one page, and where each campaign stands as JSON."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from campaigns.errors import DialerError, NotFound
from dialer.cli.looking import look, look_at_all
from dialer.cli.options import plain
from dialer.errors import ServerAway
from dialer.site import Site
from dialer.web.page import POLICY, campaigns_page

HOST = "127.0.0.1"
HERE = frozenset({HOST, "localhost"})
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
DIGITS = re.compile(r"\+?\d[\d\s().-]{5,}\d")
"""What may be a phone number in the platform's own words."""
MASKED = ("held", "unknown", "said")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def serve(site: Site, port: int, started: Callable[[int], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``started`` is told the port. Raises ServerAway where the port is taken."""
    runner = web.AppRunner(application(site), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        started(runner.addresses[0][1])
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await stopped.wait()
    except OSError as error:
        raise ServerAway(f"port {port} of {HOST} cannot be used ({error.strerror}); --port names another") from error
    finally:
        await runner.cleanup()


def application(site: Site) -> web.Application:
    """The page at ``/``, and ``/api/campaigns``, ``/api/campaigns/{name}``."""

    async def index(_: web.Request) -> web.Response:
        lines = await asyncio.to_thread(look_at_all, site)
        return web.Response(text=campaigns_page(lines, rehearsal=site.rehearsal), content_type="text/html")

    async def every(_: web.Request) -> web.Response:
        lines = await asyncio.to_thread(look_at_all, site)
        return _json({"campaigns": [asdict(line) for line in lines]})

    async def one(request: web.Request) -> web.Response:
        return _json(masked(await asyncio.to_thread(look, site, request.match_info["name"])))

    app = web.Application(middlewares=[_guard])
    app.add_routes([web.get("/", index), web.get("/api/campaigns", every), web.get("/api/campaigns/{name}", one)])
    return app


def masked(seen: dict[str, Any]) -> dict[str, Any]:
    """The document with what may be phone numbers in the platform's words blotted out."""
    texts = {key: [item | {"text": DIGITS.sub("…", item["text"])} for item in seen[key]] for key in MASKED}
    return seen | texts | {"detail": DIGITS.sub("…", seen["detail"])}


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only what was addressed to this machine by name is answered: a page elsewhere cannot point its own name here."""
    if urlsplit(f"//{request.host}").hostname not in HERE:
        return web.Response(status=403, text="only for this machine\n", headers=HEADERS)
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = web.Response(status=error.status, text=f"{error.reason}\n")
    except DialerError as error:
        response = _json({"error": str(error)}, 404 if isinstance(error, NotFound) else 503)
    response.headers.update(HEADERS)
    return response


def _json(document: Any, status: int = 200) -> web.Response:
    text = json.dumps(document, ensure_ascii=False, default=plain)
    return web.Response(status=status, text=text, content_type="application/json")
