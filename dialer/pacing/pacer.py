"""Rates over all workers: slots are booked in Redis, in its own time, so no worker's clock matters (DESIGN §4.2).

One Lua call books a slot on every limit at once (account, campaign) or on none. It is GCRA with a burst of one: the
only state is the next free instant of each limit, so a lost Redis costs at most a moment's under-use, never over-use.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from redis.asyncio import Redis

SECOND = 1_000_000
OFFSETS = 16
"""How many answers the difference between Redis's clock and ours is learned from."""
SAFETY = 0.98
"""Share of a limit that is used: between slot and wire lies a jitter that must not push a second over."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One rate that holds over all workers: a name, and starts per real second."""

    name: str
    per_second: float


@dataclass(frozen=True, slots=True)
class Slots:
    """Booked slots: the first is ``wait_s`` real seconds after ``since``, the others follow ``step_s`` apart.

    ``since`` is the instant of the booking on this machine's monotonic clock. ``count`` 0: refused; ``wait_s`` is then
    when asking again may succeed.
    """

    wait_s: float
    step_s: float
    count: int
    since: float

    def at(self, i: int) -> float:
        """The i-th slot, on this machine's monotonic clock."""
        return self.since + self.wait_s + i * self.step_s


MAX_AHEAD_S = 2.0
"""The furthest slot anybody books, in real seconds; after Redis lost its memory nothing is booked for this long."""


class Pacer:
    """Books slots for one ledger's accounts and campaigns."""

    def __init__(self, redis: Redis, ledger_id: str) -> None:
        """``ledger_id`` keeps this ledger's limits apart from another's on the same Redis."""
        self._redis, self._prefix = redis, f"{{pace:{ledger_id}}}"
        self._offsets: deque[float] = deque(maxlen=OFFSETS)
        self._script = redis.register_script((files("dialer.pacing") / "pace.lua").read_text())

    async def begin(self) -> None:
        """Let the memory of Redis begin now: otherwise it does with the first booking, which has to wait for it."""
        seconds, microseconds = await self._redis.time()
        await self._redis.set(f"{self._prefix}:epoch", seconds * SECOND + microseconds, nx=True)

    async def book(self, limits: Sequence[Limit], count: int, min_wait_s: float, max_wait_s: float) -> Slots:
        """Book up to ``count`` slots on all ``limits`` (the account's first).

        None is nearer than ``min_wait_s``, the time its user needs to get ready, or further than ``max_wait_s`` away.
        """
        keys = [f"{self._prefix}:epoch", *(f"{self._prefix}:{limit.name}" for limit in limits)]
        waits = (min_wait_s, min(max_wait_s, MAX_AHEAD_S), MAX_AHEAD_S)
        intervals = (1 / (limit.per_second * SAFETY) for limit in limits)
        args = [count, *(round(wait_s * SECOND) for wait_s in (*waits, *intervals))]
        asked = time.monotonic()
        wait, step, booked, now = await self._script(keys=keys, args=args)
        return Slots(wait / SECOND, step / SECOND, booked, self._instant(now / SECOND, asked, time.monotonic()))

    def _instant(self, redis_s: float, asked: float, answered: float) -> float:
        """When the script ran, on this machine's clock: by the quickest answer of late, within this one's bounds.

        Counting from the answer's arrival would let a slow answer shift its slots, and so bring two calls together.
        """
        self._offsets.append(answered - redis_s)
        return min(max(redis_s + min(self._offsets), asked), answered)
