"""The practice platform's log: what it really received, and how each call really ended.

A line per request, and a line per call once it is over; each request and each call once, over all restarts.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from dialer.sandbox.calls import Call
from dialer.sandbox.journal import Journal, encode, iso


class Log:
    """Writes ``journal`` and remembers which calls are not yet over."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._going: list[tuple[datetime, int, Call]] = []

    def catch_up(self, kept: Iterable[tuple[Call, Mapping[str, Any]]]) -> None:
        """Find out what the log lacks of the calls in the book; their missing requests are written at once.

        A kill can fall between the book's line and the log's. Lines are compared whole: a log that was begun by
        another rehearsal has calls of the same ids, at other instants.
        """
        written = set(self._journal.lines())
        for call, request in kept:
            if (line := encode(request)) not in written:
                self._journal.append(line)
            if end_line(call) not in written:
                self.expect_end(call)

    def request(self, line: Mapping[str, Any]) -> None:
        """Write one request; raises OSError."""
        self._journal.append(encode(line))

    def expect_end(self, call: Call) -> None:
        """Have ``call`` logged once it is over."""
        heapq.heappush(self._going, (call.ended_at, call.id, call))

    def cut_short(self, call: Call) -> None:
        """Have ``call`` logged as it ended now, not as it was going to."""
        self._going = [going for going in self._going if going[1] != call.id]
        heapq.heapify(self._going)
        self.expect_end(call)

    def write_ends(self, now: datetime) -> None:
        """Write every call that is over at ``now``; raises OSError, and then the rest is left for the next time."""
        while self._going and self._going[0][0] <= now:
            self._journal.append(end_line(self._going[0][2]))
            heapq.heappop(self._going)


def end_line(call: Call) -> bytes:
    """The line that says how a call went: instants in UTC, words Twilio's."""
    return encode(
        {
            "call": call.id,
            "number": call.number,
            "agent": call.agent,
            "started": iso(call.created_at),
            "answered": iso(call.answered_at),
            "ended": iso(call.ended_at),
            "result": call.course.result,
            "answered_by": call.course.answered_by,
        }
    )
