"""Servers over real sockets that break off wherever they like, and a client of theirs.

They are a few lines of asyncio and know what they received, so a verdict on a request can be held against the truth.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pydantic import SecretStr

from campaigns.spec import Platform
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.platform import Answer, Deadline

KEY = "cf-key-3f9a61c2d7"

NUMBER = "+12025550123"

OK = b'{"status": true, "data": []}'

SELF_SIGNED = Path(__file__).with_name("self_signed.pem")

Behaviour = Callable[["Connection"], Awaitable[None]]

Prelude = Callable[[bytes], bytes | None]
"""Answers a request that comes before a call's own, with 201 and this body; None: it is the call's own."""


def no_prelude(_: bytes) -> None:
    """Each request is a call's own."""


class Connection:
    """One connection as the server sees it: every byte it received."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, prelude: Prelude) -> None:
        self.reader, self.writer, self.received, self.prelude = reader, writer, b"", prelude

    async def request(self) -> bytes:
        """Read one whole request for a call; raises IncompleteReadError when the client hangs up."""
        while True:
            request = await self._request()
            if (answer := self.prelude(request)) is None:
                return request
            await self.answer(201, answer)

    async def begin(self) -> None:
        """Let what comes before a call's own request pass."""
        if self.prelude is not no_prelude:
            answer = self.prelude(await self._request())
            await self.answer(201, answer or b"")

    async def _request(self) -> bytes:
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            self.received += error.partial
            raise
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        body = await self.reader.readexactly(int(length[1])) if length else b""
        self.received += head + body
        return head + body

    async def answer(self, status: int, body: bytes, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode() + body)
        await self.writer.drain()

    def reset(self) -> None:
        """Close with RST, as a crashed peer or a middlebox does."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


class Server:
    """A server whose connections behave as told."""

    def __init__(self, behaviour: Behaviour, prelude: Prelude = no_prelude) -> None:
        self.behaviour, self.connections, self.url = behaviour, list[Connection](), ""
        self.prelude = prelude
        self._tasks = set[asyncio.Task[None]]()

    @property
    def received(self) -> bytes:
        return b"".join(connection.received for connection in self.connections)

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def times_received(self, ref: str) -> int:
        return self.received.count(f'"dialer_ref": "{ref}"'.encode())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        connection = Connection(reader, writer, self.prelude)
        self.connections.append(connection)
        try:
            with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ssl.SSLError):
                await self.behaviour(connection)
        finally:
            writer.close()
            self._tasks.discard(task)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SELF_SIGNED)
    return context


@asynccontextmanager
async def serving(
    behaviour: Behaviour, tls: ssl.SSLContext | None = None, prelude: Prelude = no_prelude
) -> AsyncIterator[Server]:
    server = Server(behaviour, prelude)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"https://localhost:{port}/api" if tls else f"http://127.0.0.1:{port}/api"
    try:
        yield server
    finally:
        listening.close()
        await server.stop()


@asynccontextmanager
async def calling(url: str, platform: Platform | None = None, answer_s: float = 5.0) -> AsyncIterator[CallFluent]:
    client = CallFluent(url, SecretStr(KEY), platform, connect_s=2.0, answer_s=answer_s)
    try:
        yield client
    finally:
        await client.close()


def within(seconds: float) -> Deadline:
    return Deadline(time.monotonic() + seconds, time.time() + seconds)


async def place(client: CallFluent, ref: str = "r1", deadline: Deadline | None = None) -> Answer:
    return await client.place("12", NUMBER, {"name": "Zoë"}, ref, deadline or within(2))


def replies(status: int, body: bytes, *headers: str) -> Behaviour:
    async def behave(connection: Connection) -> None:
        while True:
            await connection.request()
            await connection.answer(status, body, *headers)

    return behave


def after_one_good_answer(behaviour: Behaviour, good: bytes = OK) -> Behaviour:
    async def behave(connection: Connection) -> None:
        await connection.request()
        await connection.answer(201, good)
        await behaviour(connection)

    return behave


async def close_after_request(connection: Connection) -> None:
    await connection.request()


async def reset_after_request(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def reset_amid_request(connection: Connection) -> None:
    await connection.begin()
    connection.received += await connection.reader.readexactly(40)
    connection.reset()


async def half_a_head(connection: Connection) -> None:
    await connection.request()
    connection.writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")


async def half_a_body(connection: Connection) -> None:
    await connection.request()
    connection.writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"status": true')
    await connection.writer.drain()


async def half_a_chunk(connection: Connection) -> None:
    await connection.request()
    connection.writer.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"status": true')
    await connection.writer.drain()


async def garbage(connection: Connection) -> None:
    await connection.request()
    connection.writer.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    await connection.writer.drain()


async def broken_gzip(connection: Connection) -> None:
    await connection.request()
    await connection.answer(200, b"not gzip at all", "Content-Encoding: gzip")


async def hang(connection: Connection) -> None:
    await connection.request()
    await connection.reader.read()


async def drip(connection: Connection) -> None:
    await connection.request()
    connection.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.writer.write(b" ")
        await connection.writer.drain()
        await asyncio.sleep(0.05)


async def flood(connection: Connection) -> None:
    await connection.request()
    connection.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99000000\r\n\r\n")
    while True:
        connection.writer.write(b"x" * 65536)
        await connection.writer.drain()


async def close_at_once(connection: Connection) -> None:
    connection.reset()


async def speak_plainly(connection: Connection) -> None:
    connection.writer.write(b"220 mail.example ready\r\n")
    connection.received += await connection.reader.read()
