"""Make-call requests over TLS: nothing leaves before the server has shown who it is."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import pytest

from dialer.providers.platform import Placement
from tests.integration.rude_servers import (
    OK,
    Behaviour,
    Server,
    after_one_good_answer,
    calling,
    close_after_request,
    place,
    replies,
    reset_after_request,
    serving,
    speak_plainly,
    within,
)

SELF_SIGNED = Path(__file__).with_name("self_signed.pem")


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
