"""Connections kept, warmed and shared: what is sent over them, and what is not once a deadline has passed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from dialer.providers.platform import Deadline, Placement
from tests.integration.rude_servers import OK, Connection, calling, place, replies, serving, within

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
        assert answer.retry_after_s == 0.0, "it was our own lateness: the account need not rest"
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
