"""Make-call requests over TLS: nothing leaves before the server has shown who it is."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from campaigns.ledger.telling import Notice
from dialer.channels import Email, NotTold, Webhook
from dialer.errors import PlatformError, ServerAway
from dialer.lookup import LookupAway, TwilioLookup
from dialer.providers.platform import Placement
from dialer.queue import open_redis
from dialer.settings import Twilio
from tests.integration.rude_servers import (
    OK,
    SELF_SIGNED,
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
    tls_context,
    within,
)

ROOT = Path(__file__).parents[2]
NOTICE = Notice(1, datetime(2026, 11, 21, tzinfo=UTC), "uk", "paused", "account", {})


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(SELF_SIGNED))


async def test_a_certificate_nobody_vouches_for_stops_the_request() -> None:
    async with serving(replies(200, OK), tls_context()) as server, calling(server.url) as client:
        answer = await place(client)
    assert answer.placement is Placement.NOT_PLACED
    assert "certificate" in answer.text.lower()
    assert server.received == b""


async def read(address: str) -> None:
    async with calling(f"https://{address}/api") as client:
        await client.numbers()


async def look_up(address: str) -> None:
    twilio = TwilioLookup(Twilio(base_url=f"https://{address}", sid="AC1", token=SecretStr("t")))
    try:
        await twilio.ask("+12125550001")
    finally:
        await twilio.close()


async def notify(address: str) -> None:
    await Webhook(SecretStr(f"https://{address}/hook")).send(NOTICE)


async def mail(address: str) -> None:
    await Email(SecretStr(f"smtps://me:password@{address}"), "a@b.example", "c@d.example").send(NOTICE)


async def ring(address: str) -> None:
    await (await open_redis(f"rediss://:password@{address}", None)).aclose()


@pytest.mark.parametrize(
    ("ask", "refusal"),
    [(read, PlatformError), (look_up, LookupAway), (notify, NotTold), (mail, NotTold), (ring, ServerAway)],
    ids=lambda ask: ask.__name__,
)
async def test_every_client_refuses_it_before_anything_is_sent(
    ask: Callable[[str], Awaitable[None]], refusal: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONHTTPSVERIFY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "0" if name == "PYTHONHTTPSVERIFY" else "")
    async with serving(replies(200, OK), tls_context()) as server:
        with pytest.raises(refusal):
            await ask(server.url.removeprefix("https://").removesuffix("/api"))
    assert server.received == b""


def test_no_line_of_the_program_trusts_anybody() -> None:
    turned_off = re.compile(r"CERT_NONE|check_hostname *=|verify *= *False|ssl *= *False|_unverified_|cert_reqs")
    rooms = [path for room in ("campaigns", "dialer") for path in (ROOT / room).rglob("*.py")]
    found = [
        f"{path.name}: {line}" for path in rooms for line in path.read_text().splitlines() if turned_off.search(line)
    ]
    assert found == ["queue.py:     settings.ssl_check_hostname = settings.ssl"]


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
