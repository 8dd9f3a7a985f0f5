"""Real sockets: what a server received of a make-call request, held against our verdict on it (DESIGN §4.5).

``NOT_PLACED`` may be said only if the server received nothing, or itself said no.
"""

from __future__ import annotations

import asyncio
import socket

import pytest
from pydantic import SecretStr

from campaigns.spec import Platform
from dialer.providers.callfluent import client as client_module
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.platform import Answer, Placement
from tests.integration.rude_servers import (
    KEY,
    NUMBER,
    OK,
    Behaviour,
    after_one_good_answer,
    broken_gzip,
    calling,
    close_after_request,
    close_at_once,
    drip,
    flood,
    garbage,
    half_a_body,
    half_a_chunk,
    half_a_head,
    hang,
    place,
    replies,
    reset_after_request,
    reset_amid_request,
    serving,
    within,
)

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
