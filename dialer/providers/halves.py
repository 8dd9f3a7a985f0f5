"""A request's body as one piece, or, where a process is to die in the middle of sending it, as two."""

from __future__ import annotations

from collections.abc import AsyncIterator

from campaigns.points import Point, is_armed, reach


def in_halves(body: bytes | None) -> bytes | AsyncIterator[bytes] | None:
    """The body itself, unless this process was started to die between its halves (``Point.HALF_SENT``)."""
    return _halves(body) if body is not None and is_armed(Point.HALF_SENT) else body


async def _halves(body: bytes) -> AsyncIterator[bytes]:
    middle = len(body) // 2
    yield body[:middle]
    reach(Point.HALF_SENT)
    yield body[middle:]
