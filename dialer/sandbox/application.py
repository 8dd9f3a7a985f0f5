"""The HTTP side of the practice platform: keys, bodies, the log line of every request."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from aiohttp import web

from dialer.clock import Clock
from dialer.sandbox import mishap
from dialer.sandbox.faults import Dice, Fault
from dialer.sandbox.ground import Practised
from dialer.sandbox.journal import iso
from dialer.sandbox.log import Log
from dialer.sandbox.multipart import read_multipart
from dialer.sandbox.received import Endpoint, Received
from dialer.sandbox.refusal import Refusal

GUEST = "-guest"
"""What follows the key in that of someone who was invited, and may change nothing."""

_LARGEST_BODY = 64 * 1024 * 1024


def application(served: Practised, log: Log | None, clock: Clock, key: str, dice: Dice) -> web.Application:
    """The endpoints as an aiohttp application that takes ``key`` and writes every whole request to ``log``.

    ``dice`` draw what goes wrong with a request.
    """

    def not_found(_: Received) -> NoReturn:
        raise served.refusal("Not Found", 404)

    made = web.Application(client_max_size=_LARGEST_BODY)
    for method, path, endpoint in [*served.routes(), ("*", "/{anything:.*}", not_found)]:
        made.router.add_route(method, path, _answering(endpoint, served, log, clock, key, dice))
    return made


def _answering(
    endpoint: Endpoint, served: Practised, log: Log | None, clock: Clock, key: str, dice: Dice
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:  # fmt: skip
    """An endpoint as aiohttp wants it; what it does from the last byte of the body to the answer is one step."""

    async def answer(request: web.Request) -> web.StreamResponse:
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
        fault = _drawn(dice, served, line) if key_ok else None
        if fault is not None and fault.kind is not None:
            line |= {"status": mishap.STATUS[fault.kind], "fault": fault.kind}
        try:
            received = Received(request.match_info, request.query, line, guest)
            content = _content(endpoint, served, received) if fault is None or fault.done else {}
            if log is not None:
                log.request(line)
        except OSError as error:  # a full disk
            refusal = served.refusal(error.strerror or "server error", 500)
            line["status"], content = refusal.status, refusal.answer
        if fault is not None:
            return await mishap.answer(request, fault, content, line["status"])
        return web.json_response(content, status=line["status"])

    return answer


def _drawn(dice: Dice, served: Practised, line: Mapping[str, Any]) -> Fault | None:
    if (number := served.called(line)) is not None:
        return dice.of_call(number)
    return dice.of_history() if served.is_history(line) else None


def _content(endpoint: Endpoint, served: Practised, received: Received) -> Any:
    try:
        if not received.line["key_ok"]:
            raise served.refusal("Unauthorized", 401)
        return endpoint(received)
    except Refusal as refusal:
        if "fault" not in received.line:
            received.line["status"] = refusal.status
        return refusal.answer


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
