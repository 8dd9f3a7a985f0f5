"""Real sockets: what a server received of a make-call request, held against our verdict on it (DESIGN §4.5).

``NOT_PLACED`` may be said only if the server received nothing, or itself said no. The server here is a few lines of
asyncio, so that it can break off wherever it likes.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from campaigns.spec import Platform
from dialer.errors import SettingsRefused
from dialer.providers.callfluent import client as client_module
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.platform import Answer, Deadline, Placement

KEY = "cf-key-3f9a61c2d7"
NUMBER = "+12025550123"
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")
OK = b'{"status": true, "data": []}'

Behaviour = Callable[["Connection"], Awaitable[None]]


class Connection:
    """One connection as the server sees it: every byte it received."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer, self.received = reader, writer, b""

    async def request(self) -> bytes:
        """Read one whole request; raises IncompleteReadError when the client hangs up."""
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

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour, self.connections, self.url = behaviour, list[Connection](), ""
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
        connection = Connection(reader, writer)
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


@asynccontextmanager
async def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server(behaviour)
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


def after_one_good_answer(behaviour: Behaviour) -> Behaviour:
    async def behave(connection: Connection) -> None:
        await connection.request()
        await connection.answer(200, OK)
        await behaviour(connection)

    return behave


async def close_after_request(connection: Connection) -> None:
    await connection.request()


async def reset_after_request(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def reset_amid_request(connection: Connection) -> None:
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


BREAKS = [
    close_after_request,
    reset_after_request,
    reset_amid_request,
    half_a_head,
    half_a_body,
    half_a_chunk,
    garbage,
    broken_gzip,
    hang,
    drip,
    flood,
]


@pytest.mark.parametrize("kept_alive", [False, True], ids=["fresh", "kept-alive"])
@pytest.mark.parametrize("behaviour", BREAKS, ids=lambda behaviour: behaviour.__name__)
async def test_a_request_that_the_server_may_have_taken_is_unknown(behaviour: Behaviour, kept_alive: bool) -> None:
    async with (
        serving(after_one_good_answer(behaviour) if kept_alive else behaviour) as server,
        calling(server.url, answer_s=0.5 if behaviour in (hang, drip) else 5.0) as client,
    ):
        if kept_alive:
            assert (await place(client, "r0")).placement is Placement.PLACED
        answer = await place(client, "r1")
    assert answer.placement is Placement.UNKNOWN, answer
    assert answer.text
    assert ("larger than" in answer.text) == (behaviour is flood)
    assert len(server.connections) == 1, "it was sent again, or the connection was not kept alive"
    assert server.received
    if behaviour is not reset_amid_request:
        assert server.times_received("r1") == 1


async def close_at_once(connection: Connection) -> None:
    connection.reset()


async def test_a_server_that_hangs_up_before_reading_leaves_it_unknown_or_unsent() -> None:
    async with serving(close_at_once) as server, calling(server.url) as client:
        answer = await place(client)
    assert answer.placement in (Placement.UNKNOWN, Placement.NOT_PLACED)
    assert server.received == b""


LIMIT_REACHED = b'{"status": false, "error": "x", "message": "You have reached limit."}'
ANSWERS = [
    (200, OK, Placement.PLACED),
    (201, b'{"data": 1}', Placement.PLACED),
    (200, b'{"status": false, "error": "Something went wrong"}', Placement.UNKNOWN),
    (200, b"<html>maintenance</html>", Placement.UNKNOWN),
    (200, b"", Placement.UNKNOWN),
    (204, b"", Placement.UNKNOWN),
    (302, b"", Placement.UNKNOWN),
    (500, b'{"status": false, "error": "error_message"}', Placement.UNKNOWN),
    (502, b"<html><head><title>502</title></head><body>Bad Gateway</body></html>", Placement.UNKNOWN),
    (503, b"", Placement.UNKNOWN),
    (400, b'{"status": false, "msg": "bad number"}', Placement.REJECTED),
    (422, b'{"error": "phone_number is not valid"}', Placement.REJECTED),
    (401, b'{"status": false, "error": "Unauthorized"}', Placement.ACCOUNT),
    (403, b'{"status": false, "msg": "Your account doesn\'t have the permission"}', Placement.ACCOUNT),
    (404, b'{"status": false, "error": "Agent not found"}', Placement.ACCOUNT),
    (400, LIMIT_REACHED, Placement.ACCOUNT),
    (500, LIMIT_REACHED, Placement.ACCOUNT),
    (429, b"slow down", Placement.NOT_PLACED),
]


@pytest.mark.parametrize(("status", "body", "placement"), ANSWERS)
async def test_a_whole_answer_is_read_and_the_request_was_received_once(
    status: int, body: bytes, placement: Placement
) -> None:
    headers = ("Location: http://127.0.0.1:1/elsewhere",) if status == 302 else ()
    async with serving(replies(status, body, *headers)) as server, calling(server.url) as client:
        answer = await place(client)
    assert (answer.placement, answer.status) == (placement, status)
    assert server.times_received("r1") == 1
    assert len(server.connections) == 1


async def test_too_many_requests_says_how_long_to_wait() -> None:
    async with serving(replies(429, b"", "Retry-After: 7")) as server, calling(server.url) as client:
        assert (await place(client)).retry_after_s == 7.0
    dated = ("Date: Sat, 21 Nov 2026 10:00:00 GMT", "Retry-After: Sat, 21 Nov 2026 10:01:30 GMT")
    async with serving(replies(429, b"", *dated)) as server, calling(server.url) as client:
        assert (await place(client)).retry_after_s == 90.0


async def test_the_request_is_literally_the_documented_one() -> None:
    """Seed 000, Call Services §1: POST /call/make-call/{agent_id}, Bearer, {data: {phone_number, custom fields}}."""
    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        await client.place("12", NUMBER, {"name": 'O"Neil', "email": "a@b.c"}, "ref-9", within(2))
    head, _, body = server.received.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/call/make-call/12 HTTP/1.1\r\n")
    assert f"authorization: bearer {KEY}".encode() in head.lower()
    assert b"content-type: application/json" in head.lower()
    assert body == (
        b'{"data": {"phone_number": "+12025550123", "name": "O\\"Neil", "email": "a@b.c", "dialer_ref": "ref-9"}}'
    )


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    async with calling(f"http://127.0.0.1:{port}") as client:
        answer = await place(client)
    assert (answer.placement, answer.status) == (Placement.NOT_PLACED, None)
    assert answer.text


async def test_nobody_accepts() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(full.getsockname())
        client = CallFluent(f"http://127.0.0.1:{full.getsockname()[1]}", SecretStr(KEY), connect_s=0.3, answer_s=2)
        answer = await place(client)
        await client.close()
        for sock in waiting:
            sock.close()
    assert answer.placement is Placement.NOT_PLACED


async def test_a_host_that_does_not_exist() -> None:
    async with calling("https://callfluent.invalid/api") as client:
        assert (await place(client)).placement is Placement.NOT_PLACED


def tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SELF_SIGNED)
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(SELF_SIGNED))


async def test_a_certificate_nobody_vouches_for_stops_the_request() -> None:
    async with serving(replies(200, OK), tls_context()) as server, calling(server.url) as client:
        answer = await place(client)
    assert answer.placement is Placement.NOT_PLACED
    assert "certificate" in answer.text.lower()
    assert server.received == b""


async def speak_plainly(connection: Connection) -> None:
    connection.writer.write(b"220 mail.example ready\r\n")
    connection.received += await connection.reader.read()


async def test_a_server_that_does_not_speak_tls() -> None:
    async with (
        serving(speak_plainly) as server,
        calling(server.url.replace("http://", "https://")) as client,
    ):
        answer = await place(client)
    assert answer.placement is Placement.NOT_PLACED
    assert b"HTTP" not in server.received


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("behaviour", [close_after_request, reset_after_request], ids=["close", "reset"])
@pytest.mark.parametrize("kept_alive", [False, True], ids=["fresh", "kept-alive"])
async def test_over_tls_too_a_request_taken_is_unknown(behaviour: Behaviour, kept_alive: bool) -> None:
    async with (
        serving(after_one_good_answer(behaviour) if kept_alive else behaviour, tls_context()) as server,
        calling(server.url) as client,
    ):
        if kept_alive:
            assert (await place(client, "r0")).placement is Placement.PLACED
        assert (await place(client, "r1")).placement is Placement.UNKNOWN
    assert (server.times_received("r1"), len(server.connections)) == (1, 1)


PAST = [
    pytest.param(lambda: within(-0.001), id="both clocks"),
    pytest.param(lambda: Deadline(time.monotonic() - 0.001, time.time() + 60), id="monotonic"),
    pytest.param(lambda: Deadline(time.monotonic() + 60, time.time() - 0.001), id="wall"),
]


@pytest.mark.parametrize("past", PAST)
async def test_past_its_deadline_nothing_is_sent_on_a_fresh_connection(past: Callable[[], Deadline]) -> None:
    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        answer = await place(client, "late", past())
        assert (answer.placement, server.received) == (Placement.NOT_PLACED, b"")
        assert (await place(client, "next")).placement is Placement.PLACED
    assert server.times_received("late") == 0


@pytest.mark.parametrize("past", PAST)
async def test_past_its_deadline_nothing_is_sent_on_a_kept_connection(past: Callable[[], Deadline]) -> None:
    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        await place(client, "first")
        before = server.received
        answer = await place(client, "late", past())
        assert (answer.placement, server.received) == (Placement.NOT_PLACED, before)
        assert (await place(client, "next")).placement is Placement.PLACED
    assert server.times_received("late") == 0


@pytest.mark.usefixtures("trusted")
async def test_a_deadline_that_passes_while_connecting_stops_the_request() -> None:
    deadline = within(0.15)
    server = Server(replies(200, OK))
    with socket.create_server(("127.0.0.1", 0)) as waiting:  # takes connections; nobody shakes hands with them yet
        url = f"https://localhost:{waiting.getsockname()[1]}/api"
        async with calling(url) as client:
            request = asyncio.create_task(place(client, "late", deadline))
            while not deadline.passed():
                await asyncio.sleep(0.01)
            async with await asyncio.start_server(server.serve, sock=waiting, ssl=tls_context()):
                answer = await request
        await server.stop()
    assert answer.placement is Placement.NOT_PLACED
    assert "too late" in answer.text
    assert (len(server.connections), server.received) == (1, b"")


async def test_a_connection_the_server_closed_while_it_was_idle_is_not_used() -> None:
    closed = asyncio.Event()

    async def close_when_idle(connection: Connection) -> None:
        await connection.request()
        await connection.answer(200, OK)
        connection.writer.close()
        closed.set()

    async with serving(close_when_idle) as server, calling(server.url) as client:
        await place(client, "r0")
        await closed.wait()
        await asyncio.sleep(0.05)  # the close is on its way to us; there is no other sign of it
        assert (await place(client, "r1")).placement is Placement.PLACED
    assert (server.times_received("r1"), len(server.connections)) == (1, 2)


async def test_warm_opens_one_connection_and_sends_nothing() -> None:
    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        await client.warm()
        await client.warm()
        await asyncio.sleep(0)
        assert server.received == b""
        assert (await place(client)).placement is Placement.PLACED
        await client.warm()
    assert len(server.connections) == 1


async def test_warm_alone_leaves_nothing_open() -> None:
    async with serving(replies(200, OK)) as server:
        async with calling(server.url) as client:
            await client.warm()
        while not server.connections or server.busy:  # ends when the server sees the connection closed
            await asyncio.sleep(0.01)
        assert server.received == b""


async def test_warm_never_raises() -> None:
    async with calling("https://callfluent.invalid/api") as client:
        await client.warm()
        assert (await place(client)).placement is Placement.NOT_PLACED


async def test_a_burst_is_received_once_each() -> None:
    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        refs = [f"burst-{n}" for n in range(20)]
        answers = await asyncio.gather(*(place(client, ref) for ref in refs))
    assert {answer.placement for answer in answers} == {Placement.PLACED}
    assert [server.times_received(ref) for ref in refs] == [1] * 20


async def test_flags_of_concurrent_requests_are_not_mixed_up() -> None:
    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        late, early = await asyncio.gather(place(client, "late", within(-1)), place(client, "early"))
    assert (late.placement, early.placement) == (Placement.NOT_PLACED, Placement.PLACED)
    assert (server.times_received("late"), server.times_received("early")) == (0, 1)


async def test_being_cancelled_is_raised() -> None:
    async with serving(hang) as server, calling(server.url) as client:
        task = asyncio.create_task(place(client))
        while not server.times_received("r1"):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_an_error_nobody_foresaw_is_judged_by_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> Answer:
        raise ZeroDivisionError("a fault of our own")

    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        answer = await client.place("12", NUMBER, {"name": b"not text"}, "r1", within(2))  # type: ignore[dict-item]
        assert (answer.placement, server.received) == (Placement.NOT_PLACED, b"")
        monkeypatch.setattr(client_module, "read_answer", stumble)
        assert (await place(client, "r2")).placement is Placement.UNKNOWN
    assert server.times_received("r2") == 1


async def test_what_the_user_declared_of_an_error_decides() -> None:
    platform = Platform(errors={"INVALID number": "rejected", "nothing was dialed": "not_placed"})
    for text, placement in (("Invalid number given", Placement.REJECTED), ("Nothing was dialed", Placement.NOT_PLACED)):
        body = b'{"status": false, "error": "%s"}' % text.encode()
        async with serving(replies(500, body)) as server, calling(server.url, platform) as client:
            assert (await place(client)).placement is placement


async def test_neither_key_nor_number_gets_out(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = b'{"status": false, "error": "key %s may not call +1 (202) 555-0123"}' % KEY.encode()
    async with serving(replies(401, said)) as server, calling(server.url) as client:
        answer = await place(client)
        assert KEY not in repr(client) + repr(vars(client))
    assert answer.text == "key <key> may not call <number>"
    assert KEY not in caplog.text
    assert "2025550123" not in caplog.text


@pytest.mark.parametrize("key", ["", "two words", "cf-key\n", "cf-kéy"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        CallFluent("https://api.callfluent.ai/api", SecretStr(key))
    assert not key or key.strip() not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://api.callfluent.ai/api", True),
        ("http://127.0.0.1:8010/api", True),
        ("http://[::1]:8010", True),
        ("http://localhost:8010", True),
        ("http://api.callfluent.ai/api", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://192.168.0.2", False),
        ("ftp://127.0.0.1", False),
        ("https://user:pass@api.callfluent.ai", False),
        ("https://", False),
        ("https://host:port", False),
        ("api.callfluent.ai", False),
        ("", False),
    ],
)
def test_an_address_is_https_or_this_machine(url: str, fits: bool) -> None:
    if fits:
        CallFluent(url, SecretStr(KEY))
    else:
        with pytest.raises(SettingsRefused):
            CallFluent(url, SecretStr(KEY))
