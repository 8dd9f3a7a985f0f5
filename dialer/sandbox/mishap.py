"""How an answer goes wrong on the wire: what a caller of the practice platform sees of a fault."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

from aiohttp import web

from dialer.sandbox.faults import Fault
from dialer.sandbox.received import Attachment

RETRY_AFTER_S = 1
_LOOK_S = 0.1
_HTML = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
_ERROR = {"status": False, "error": "Internal server error"}
STATUS = {
    "error": 500, "reset": None, "hang": None, "half_body": 200, "garbage": 200, "bad_gateway": 502, "refusal": 200,
    "too_many": 429, "too_many_wait": 429,
}  # fmt: skip
"""The status of each kind of answer; None where there is none."""


def good(content: Any, status: int) -> web.Response:
    """The answer as it should be; None has no body."""
    if isinstance(content, Attachment):
        return web.Response(body=content.content, content_type=content.kind)
    return web.Response(status=status) if content is None else web.json_response(content, status=status)


async def answer(request: web.Request, fault: Fault, content: Any, status: int) -> web.StreamResponse:
    """Answer as ``fault`` says; ``content`` and ``status`` are the good answer."""
    await asyncio.sleep(fault.late_s)
    if fault.kind is None:
        return good(content, status)
    if fault.kind == "reset":
        _reset(request)
    elif fault.kind == "hang":
        while request.transport is not None and not request.transport.is_closing():
            await asyncio.sleep(_LOOK_S)
    elif fault.kind == "half_body":
        return await _half(request, json.dumps(content).encode())
    return _whole(fault.kind)


def _whole(kind: str) -> web.Response:
    """The answers that are whole but wrong; for a connection that is gone, whatever: nobody reads it."""
    status = STATUS[kind]
    if kind == "garbage":
        return web.Response(text="\x00ok?", content_type="application/json")
    if kind == "bad_gateway":
        return web.Response(status=502, text=_HTML, content_type="text/html")
    headers = {"Retry-After": str(RETRY_AFTER_S)} if kind == "too_many_wait" else None
    return web.json_response(_ERROR, status=status or 500, headers=headers)


async def _half(request: web.Request, body: bytes) -> web.StreamResponse:
    half = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half


def _reset(request: web.Request) -> None:
    """Close the connection so that the other end gets a reset, and not an end."""
    if request.transport is not None:
        line = request.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
