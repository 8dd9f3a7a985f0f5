"""Connections kept, warmed and shared: what is sent over them, and what is not once a deadline has passed."""

from __future__ import annotations

import asyncio

from dialer.providers.platform import Placement
from tests.integration.rude_servers import OK, calling, place, replies, serving, within


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


async def test_flags_of_concurrent_requests_are_not_mixed_up() -> None:
    async with serving(replies(200, OK)) as server, calling(server.url) as client:
        late, early = await asyncio.gather(place(client, "late", within(-1)), place(client, "early"))
    assert (late.placement, early.placement) == (Placement.NOT_PLACED, Placement.PLACED)
    assert (server.times_received("late"), server.times_received("early")) == (0, 1)
