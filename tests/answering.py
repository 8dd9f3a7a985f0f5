"""A server that answers as it is told and remembers what it was asked, for what goes over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Request:
    """One request as it was received; names of headers in small letters."""

    verb: str
    path: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class Service:
    """Answers everything with one document (bytes: as they are), or with what is given for a path, or hangs up."""

    answer: Any = None
    status: int = 200
    hangs_up_on: str = ""
    paths: Mapping[str, tuple[int, Any]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    async def respond(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Request(request.method, request.path_qs, await request.read(), headers))
        if request.method == self.hangs_up_on:
            assert request.transport is not None
            request.transport.abort()
        status, answer = self.paths.get(request.path, (self.status, self.answer))
        if isinstance(answer, bytes):
            return web.Response(status=status, body=answer)
        return web.json_response(answer, status=status)


@asynccontextmanager
async def listening(service: Service) -> AsyncIterator[str]:
    """The address at which it answers."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", service.respond)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))
