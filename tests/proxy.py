"""A TCP proxy that does harm, in toxiproxy's words: between a worker and Redis, PostgreSQL or the platform.

It lives in a thread of its own, so that tests which wait for processes can steer it. A harm takes hold of connections
that are open as well as of new ones, and goes when it is taken back; what ``timeout`` held up arrives then, as it does
after a network split.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from enum import StrEnum


class Harm(StrEnum):
    """What is done to the connections."""

    LATENCY = "latency"  # every piece arrives late
    DOWN = "down"  # nobody listens, open connections are gone
    SLOW_CLOSE = "slow_close"  # a close arrives late
    TIMEOUT = "timeout"  # nothing passes, nothing is closed
    RESET_PEER = "reset_peer"  # connections are reset at their next byte
    SLICER = "slicer"  # everything arrives in small pieces
    LIMIT_DATA = "limit_data"  # connections end after some bytes


LATENCY_S, CLOSE_S, SLICE_S = 0.3, 1.0, 0.002
SLICE_BYTES, LIMIT_BYTES = 40, 700


class Proxy:
    """Passes on whatever comes to ``port``; ``harm`` is what it does to it just now."""

    def __init__(self, to_port: int) -> None:
        self.port, self._to_port = 0, to_port
        self._harm: Harm | None = None
        self._loop = asyncio.new_event_loop()
        self._healthy, self._lines = asyncio.Event(), set[asyncio.StreamWriter]()
        self._server: asyncio.Server | None = None

    def harm(self, harm: Harm | None) -> None:
        """Do this to every connection from now on; None: no more."""
        asyncio.run_coroutine_threadsafe(self._set(harm), self._loop).result(10)

    async def _set(self, harm: Harm | None) -> None:
        self._harm = harm
        (self._healthy.clear if harm is Harm.TIMEOUT else self._healthy.set)()
        if harm is Harm.DOWN and self._server:
            self._server.close()
            self._server = None
            for line in [*self._lines]:
                reset(line)
        elif harm is not Harm.DOWN and self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._healthy.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            reset(writer)
            return
        both = {writer, far_writer}
        self._lines |= both
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        except (OSError, EOFError):
            for line in both:
                reset(line)
        finally:
            self._lines -= both
            for line in both:
                line.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = 0
        while piece := await reader.read(65536):
            await self._healthy.wait()
            passed += len(piece)
            if self._harm is Harm.RESET_PEER or (self._harm is Harm.LIMIT_DATA and passed > LIMIT_BYTES):
                raise EOFError
            if self._harm is Harm.LATENCY:
                await asyncio.sleep(LATENCY_S)
            size = SLICE_BYTES if self._harm is Harm.SLICER else len(piece)
            for start in range(0, len(piece), size):
                writer.write(piece[start : start + size])
                await writer.drain()
                if size < len(piece):
                    await asyncio.sleep(SLICE_S)
        await self._healthy.wait()
        await asyncio.sleep(CLOSE_S if self._harm is Harm.SLOW_CLOSE else 0)
        if writer.can_write_eof():
            writer.write_eof()

    def _live(self) -> None:
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST."""
    with contextlib.suppress(OSError):
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


@contextlib.contextmanager
def proxy(to_port: int) -> Iterator[Proxy]:
    """A proxy to a port of this machine, while the block runs."""
    made = Proxy(to_port)
    thread = threading.Thread(target=made._live, daemon=True)
    thread.start()
    made.harm(None)
    try:
        yield made
    finally:
        made.harm(Harm.DOWN)
        made._loop.call_soon_threadsafe(made._loop.stop)
        thread.join(5)
