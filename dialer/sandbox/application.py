"""The HTTP side of the practice platform: keys, bodies, the log line of every request."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from aiohttp import web

from dialer.clock import Clock
from dialer.sandbox.endpoints import Endpoint, Endpoints, Received
from dialer.sandbox.journal import iso
from dialer.sandbox.log import Log
from dialer.sandbox.multipart import read_multipart
from dialer.sandbox.wire import Rejected

GUEST = "-guest"
"""What follows the key in that of someone who was invited, and may change nothing."""

_LARGEST_BODY = 64 * 1024 * 1024


def application(endpoints: Endpoints, log: Log | None, clock: Clock, key: str) -> web.Application:
    """The endpoints as an aiohttp application that takes ``key`` and writes every whole request to ``log``."""
    served = web.Application(client_max_size=_LARGEST_BODY)
    for method, path, endpoint in endpoints.routes():
        served.router.add_route(method, path, _answering(endpoint, log, clock, key))
    served.router.add_route("*", "/{anything:.*}", _answering(_not_found, log, clock, key))
    return served


def _answering(
    endpoint: Endpoint, log: Log | None, clock: Clock, key: str
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """An endpoint as aiohttp wants it; what it does from the last byte of the body to the answer is one step."""

    async def answer(request: web.Request) -> web.Response:
        at, real = clock.now(), datetime.now(UTC)
        try:
            body = _body(request.headers.get("Content-Type", ""), await request.read())
        except (ConnectionError, web.RequestPayloadError):  # half a request is none, and nobody is left to answer
            return web.Response(status=400)
        bearer = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        guest = hmac.compare_digest(bearer, f"Bearer {key}{GUEST}".encode())
        key_ok = guest or hmac.compare_digest(bearer, f"Bearer {key}".encode())
        line: dict[str, Any] = {
            "at": iso(at),
            "real": iso(real),
            "method": request.method,
            "path": request.path_qs,
            "body": body,
            "status": 200,
            "key_ok": key_ok,
        }
        try:
            content = _content(endpoint, Received(request.match_info, request.query, line, guest))
            if log is not None:
                log.request(line)
        except OSError as error:  # a full disk
            line["status"], content = 500, {"status": False, "error": error.strerror or "server error"}
        return web.json_response(content, status=line["status"])

    return answer


def _content(endpoint: Endpoint, received: Received) -> Any:
    try:
        if not received.line["key_ok"]:
            raise Rejected("Unauthorized", 401, "msg")
        return endpoint(received)
    except Rejected as rejected:
        received.line["status"] = rejected.status
        return rejected.answer


def _not_found(_: Received) -> NoReturn:
    raise Rejected("Not Found", 404, "msg")


def _body(content_type: str, body: bytes) -> Any:
    if content_type.lower().startswith("multipart/"):
        return read_multipart(content_type, body)
    return _parsed(body)


def _parsed(body: bytes) -> Any:
    """The body's JSON, else its text, None when it is empty."""
    if not body:
        return None
    try:
        return json.loads(body, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _no_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")
