"""Time that passes only when everybody waits for it."""

from __future__ import annotations

import asyncio
import selectors
from datetime import datetime, timedelta
from typing import Any


class Deadlock(AssertionError):
    """Everybody waits, and for nothing that time could bring."""


class VirtualClock:
    """A campaign clock over a machine's clock of its own: ``speed`` times as fast, and it can be moved."""

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self.speed, self.machine_s = speed, 0.0
        self._start, self._moved = start, timedelta(0)

    def now(self) -> datetime:
        return self._start + self._moved + timedelta(seconds=self.machine_s * self.speed)

    def monotonic(self) -> float:
        return self.machine_s

    def move(self, by: timedelta) -> None:
        """The campaign's clock alone, also back: somebody set it."""
        self._moved += by

    def jump(self, to: datetime) -> None:
        self.move(max(timedelta(0), to - self.now()))

    def wait(self, duration: timedelta) -> None:
        """Time passes, on both clocks."""
        self.machine_s += self.real_s(duration)

    def real_s(self, duration: timedelta) -> float:
        return duration.total_seconds() / self.speed

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, self.real_s(duration)))


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a virtual clock: a sleep takes no time, and the same program takes the same course again."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(_Moving(clock))
        self._clock = clock

    def time(self) -> float:
        return self._clock.machine_s

    def clear(self) -> None:
        """What a dead process left under way is cancelled."""
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        self.call_soon(self.stop)  # it may have asked the loop to stop, which has not heard it yet
        self.run_forever()
        self.run_until_complete(_ended(tasks))


async def _ended(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


class _Moving(selectors.SelectSelector):
    """Where a loop would wait for its sockets, time moves on."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Deadlock("everybody waits for something that will never come")
        if timeout > 0:
            # a little more, lest rounding leaves the timer a hair ahead for ever
            self._clock.machine_s += timeout + 1e-9
        return []
