"""A pace of ten a second over six processes whose clocks differ by up to 0.4 s, judged on the wire.

Each process books slots as a worker does and sends a datagram at each; one receiver notes when they come. More than
ten in any second, and the benchmark fails. What counts is how much of the pace is used, and how many calls to Redis a
booking costs, by Redis's own count.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import socket
import statistics
import tempfile
import time
from bisect import bisect_left
from pathlib import Path
from types import SimpleNamespace

from redis.asyncio import Redis

from benchmarks.figure import RUNS, Figure
from dialer.embedded import private_redis
from dialer.pacing import pacer
from dialer.pacing.pacer import MAX_AHEAD_S, Limit, Pacer

PER_SECOND, SECONDS = 10, 20
SKEWS_S = (-0.4, -0.24, -0.08, 0.08, 0.24, 0.4)
AT_ONCE = 2
"""Together no more than the feeder reserves ahead: a second of calls, and a little."""
LEAD_S = 0.1


def dial(redis: str, receiver: int, skew_s: float) -> None:
    """One worker: several calls at a time book a slot, wait for it and leave."""
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + skew_s)
    pacer.time = clock  # type: ignore[attr-defined]

    async def main() -> None:
        pace = Pacer(Redis(unix_socket_path=redis), "benchmark")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:

            async def place() -> None:
                while True:
                    slots = await pace.book([Limit("account", PER_SECOND)], 1, LEAD_S, MAX_AHEAD_S)
                    await asyncio.sleep((slots.at(0) - clock.monotonic()) if slots.count else slots.wait_s)
                    if slots.count:
                        wire.sendto(b"!", ("127.0.0.1", receiver))

            async with asyncio.timeout(SECONDS):
                await asyncio.gather(*(place() for _ in range(AT_ONCE)))

    with contextlib.suppress(TimeoutError):
        asyncio.run(main())


async def measured(folder: Path) -> tuple[float, float]:
    """Sent per second, from the first to the last, and calls to Redis per booking."""
    came: list[float] = []
    loop = asyncio.get_running_loop()
    receiver, _ = await loop.create_datagram_endpoint(lambda: Receiver(came), local_addr=("127.0.0.1", 0))
    port = receiver.get_extra_info("sockname")[1]
    async with private_redis(folder) as redis:
        workers = [multiprocessing.Process(target=dial, args=(str(redis), port, skew_s)) for skew_s in SKEWS_S]
        client = Redis(unix_socket_path=str(redis))
        for worker in workers:
            worker.start()
        while not came:  # the first were refused: nothing is booked while Redis is new
            await asyncio.sleep(0.01)
        await client.config_resetstat()
        for worker in workers:
            await asyncio.to_thread(worker.join)
        asked = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"]
        await client.aclose()
    receiver.close()
    most = max(at - bisect_left(came, moment - 1.0) + 1 for at, moment in enumerate(came))
    if most > PER_SECOND:
        raise AssertionError(f"{most} calls in one second; the pace is {PER_SECOND}")
    return (len(came) - 1) / (came[-1] - came[0]), asked / (len(came) - 1)


class Receiver(asyncio.DatagramProtocol):
    """Notes when something comes."""

    def __init__(self, came: list[float]) -> None:
        self._came = came

    def datagram_received(self, data: bytes, addr: object) -> None:
        """One call has left."""
        self._came.append(time.monotonic())


def run() -> list[Figure]:
    """The share of the pace that is used, and what a booking costs."""
    runs = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as name:
            runs.append(asyncio.run(measured(Path(name))))
    used, asked = map(statistics.median, zip(*runs, strict=True))
    return [
        Figure("pacing", "calls", used, PER_SECOND, "the pace: 6 processes, clocks 0.8 s apart, never 11 in a second"),
        Figure("pacing", "per booking", asked, 1.0, "one call to Redis per booking: less is better"),
    ]
