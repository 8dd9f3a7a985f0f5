"""The requests of an account whose platform counts all of them, over all workers: calls, polls and whatever else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from dialer.pacing.pacer import MAX_AHEAD_S, Limit, Pacer


def requests_limit(account: str, per_minute: float, speed: float) -> Limit:
    """The limit that every request of the account books on; ``speed`` is the clock's."""
    return Limit(f"requests:{account}", per_minute / 60 * speed)


def turns(pacer: Pacer, speed: float) -> Callable[[str, float], Callable[[], Awaitable[None]]]:
    """For an account and its requests a minute: what to await before each request that is not a call's own.

    A call books its request together with its slot. Raises RedisError: no Redis, no requests.
    """

    def of(account: str, per_minute: float) -> Callable[[], Awaitable[None]]:
        limit = requests_limit(account, per_minute, speed)

        async def turn() -> None:
            while not (slots := await pacer.book([limit], 1, 0.0, MAX_AHEAD_S)).count:
                await asyncio.sleep(slots.wait_s)
            await asyncio.sleep(max(0.0, slots.at(0) - time.monotonic()))

        return turn

    return of
