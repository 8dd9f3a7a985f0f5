"""What CallFluent answers to make-call, held against what a server received; the rest is in ``tests/contract``."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from dialer.providers.callfluent import client as client_module
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.platform import Answer, Placement
from tests.integration.rude_servers import (
    KEY,
    NUMBER,
    OK,
    calling,
    place,
    replies,
    serving,
    within,
)

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


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_compressed_answer_is_opened(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    body = pack(b'{"status": false, "msg": "bad number"}')
    async with serving(replies(400, body, f"Content-Encoding: {encoding}")) as server, calling(server.url) as client:
        answer = await place(client)
    assert (answer.placement, answer.text) == (Placement.REJECTED, "bad number")


async def test_an_answer_that_swells_is_not_held_in_memory() -> None:
    body = gzip.compress(b" " * 200_000_000)
    async with serving(replies(200, body, "Content-Encoding: gzip")) as server, calling(server.url) as client:
        tracemalloc.start()
        answer = await place(client)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert answer.placement is Placement.UNKNOWN
    assert "larger than" in answer.text
    assert peak < 20_000_000


async def test_the_status_counts_where_nobody_can_read_the_words() -> None:
    async with serving(replies(401, b"\x0b\x02\x80", "Content-Encoding: br")) as server, calling(server.url) as client:
        assert (await place(client)).placement is Placement.ACCOUNT


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


async def test_an_error_nobody_foresaw_is_judged_by_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> Answer:
        raise ZeroDivisionError("a fault of our own")

    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        answer = await client.place("12", NUMBER, {"name": b"not text"}, "r1", within(2))  # type: ignore[dict-item]
        assert (answer.placement, server.received) == (Placement.NOT_PLACED, b"")
        monkeypatch.setattr(client_module, "read_answer", stumble)
        assert (await place(client, "r2")).placement is Placement.UNKNOWN
    assert server.times_received("r2") == 1
