"""Every "now" is asked of a clock (DESIGN §8).

``SystemClock`` is the wall clock. ``ScaledClock`` runs a rehearsal: it starts at a chosen instant, runs up to 300 times
as fast, and jumps; its anchor is a file that every process of the rehearsal reads. Campaign durations (windows, waits,
call lengths, pace) are clock seconds, machine durations (timeouts, ticks) real ones; ``real_s`` converts, here only.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

MAX_SPEED = 300
"""Times the wall clock's speed that a rehearsal may run at."""


class Clock(Protocol):
    """What the dialer needs of a clock."""

    speed: float

    def now(self) -> datetime:
        """The current instant of the campaign, in UTC."""
        ...

    def real_s(self, duration: timedelta) -> float:
        """How many real seconds the clock needs for ``duration``."""
        ...

    async def sleep(self, duration: timedelta) -> None:
        """Wait for ``duration`` of clock time."""
        ...


class SystemClock:
    """The wall clock."""

    speed = 1.0

    def now(self) -> datetime:
        """The current instant, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)

    def real_s(self, duration: timedelta) -> float:
        """The duration's seconds."""
        return duration.total_seconds()

    async def sleep(self, duration: timedelta) -> None:
        """Wait for ``duration``."""
        await asyncio.sleep(max(0.0, duration.total_seconds()))


class ScaledClock:
    """A clock that runs ``speed`` times as fast from an anchor in ``path``; see the module's docstring.

    The anchor pairs a real instant with a clock instant. It is replaced as a whole, so a reader never sees half of
    one. A frozen clock (speed 0 in the file) stands still until it is thawed: a rehearsal stopped overnight goes on
    where it was.
    """

    def __init__(self, path: Path) -> None:
        """Read the anchor at ``path``, which ``start`` wrote; raises FileNotFoundError without one."""
        self._path = path
        self._mark: tuple[int, int] = (0, 0)
        self._real, self._clock, self._running = 0.0, 0.0, True
        self.speed = 1.0
        self._read()

    @classmethod
    def start(cls, path: Path, at: datetime, speed: float) -> ScaledClock:
        """Write a new anchor: the clock reads ``at`` now and runs ``speed`` times as fast."""
        _write_anchor(path, time.time(), at.timestamp(), speed, running=True)
        return cls(path)

    def now(self) -> datetime:
        """The current clock instant, in UTC."""
        self._read()
        elapsed = (time.time() - self._real) * self.speed if self._running else 0.0
        return datetime.fromtimestamp(self._clock + elapsed, UTC)

    def real_s(self, duration: timedelta) -> float:
        """The duration's seconds divided by the speed."""
        return duration.total_seconds() / self.speed

    async def sleep(self, duration: timedelta) -> None:
        """Wait until ``duration`` of clock time has passed, a jump included."""
        until = self.now() + duration
        while (left := until - self.now()) > timedelta(0):
            await asyncio.sleep(min(0.05, self.real_s(left)))

    def jump(self, to: datetime) -> None:
        """Move the clock forward to ``to``; an instant already past changes nothing."""
        if to > self.now():
            _write_anchor(self._path, time.time(), to.timestamp(), self.speed, running=True)

    def freeze(self) -> None:
        """Let the clock stand still, for every process, until ``thaw``."""
        _write_anchor(self._path, time.time(), self.now().timestamp(), self.speed, running=False)

    def thaw(self) -> None:
        """Let a frozen clock run on from where it stood."""
        if not self._running:
            _write_anchor(self._path, time.time(), self._clock, self.speed, running=True)

    def _read(self) -> None:
        stat = self._path.stat()
        mark = (stat.st_ino, stat.st_mtime_ns)
        if mark != self._mark:
            anchor = json.loads(self._path.read_text(encoding="utf-8"))
            self._real, self._clock = anchor["real"], anchor["clock"]
            self.speed, self._running, self._mark = anchor["speed"], anchor["running"], mark


def _write_anchor(path: Path, real: float, clock: float, speed: float, *, running: bool) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({"real": real, "clock": clock, "speed": speed, "running": running}), encoding="utf-8")
    draft.replace(path)
