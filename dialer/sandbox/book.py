"""The practice platform's calls, kept in a journal: what was accepted is known again after ``kill -9``."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from dialer.errors import ServerAway
from dialer.sandbox.calls import Call, Course, draw
from dialer.sandbox.journal import Journal, encode, iso
from dialer.sandbox.wire import PAGE_SIZE

HUNG_UP = b'{"hung_up"'


class Book:
    """Every call, by agent, oldest first.

    A line of the journal holds a call, its course (drawn once and kept, so that another seed or other agent settings
    cannot change a call after the fact) and the request that asked for it; or that a call was hung up, and when.
    """

    def __init__(self, journal: Journal, seed: int, *, echo: bool) -> None:
        """Take ``journal``, and the calls in it, for this process alone.

        Raises ServerAway while another practice platform has it.
        """
        try:
            fcntl.flock(journal.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServerAway(f"another sandbox serves {journal.path.parent}; stop that one or give --state") from error
        self._journal, self._seed, self._echo = journal, seed, echo
        self._by_agent: defaultdict[int, list[Call]] = defaultdict(list)
        self._times: Counter[str] = Counter()
        self._last_id = 0
        for call, _ in self.kept():
            self._enter(call)

    def kept(self) -> Iterator[tuple[Call, dict[str, Any]]]:
        """Every call of the journal with the request that asked for it, oldest first."""
        hung_up = {line["hung_up"]: datetime.fromisoformat(line["at"]) for line in self._whole(hung_up=True)}
        for kept in self._whole(hung_up=False):
            created_at = datetime.fromisoformat(kept["created"])
            fields = _fields(kept["request"]) if self._echo else None
            call = Call(kept["id"], kept["agent"], kept["number"], created_at, Course(**kept["course"]), fields)
            yield call.cut(hung_up[call.id]) if call.id in hung_up else call, kept["request"]

    def _whole(self, *, hung_up: bool) -> Iterator[dict[str, Any]]:
        """The lines of one kind; half a line is none: that request was never answered for."""
        for line in self._journal.lines():
            if line.startswith(HUNG_UP) is hung_up:
                with contextlib.suppress(ValueError):
                    yield json.loads(line)

    def place(
        self, agent: int, number: str, voice_mail: int | None, created_at: datetime, request: Mapping[str, Any]
    ) -> Call:
        """Accept a call; it is in the journal when this returns. Raises OSError when it cannot be written."""
        course = draw(self._seed, number, self._times[number], voice_mail)
        fields = _fields(request) if self._echo else None
        call = Call(self._last_id + 1, agent, number, created_at, course, fields)
        kept = {"id": call.id, "agent": agent, "number": number, "created": iso(created_at), "course": asdict(course)}
        self._journal.append(encode({**kept, "request": request}))
        self._enter(call)
        return call

    def hang_up(self, call_id: int, now: datetime) -> Call | None:
        """End a call that is in progress; None where there is none of this id. Raises OSError."""
        for calls in self._by_agent.values():
            for at, call in enumerate(calls):
                if call.id == call_id and call.ended_at > now:
                    self._journal.append(encode({"hung_up": call_id, "at": iso(now)}))
                    calls[at] = call.cut(now)
                    return calls[at]
        return None

    def calls(self, agent: int) -> list[Call]:
        """An agent's calls, oldest first."""
        return self._by_agent[agent]

    def page(self, agent: int, page: int) -> list[Call]:
        """One page of an agent's calls, from 1, newest first."""
        calls = self._by_agent[agent]
        newest = len(calls) - (page - 1) * PAGE_SIZE
        return calls[max(0, newest - PAGE_SIZE) : newest][::-1] if newest > 0 else []

    def _enter(self, call: Call) -> None:
        self._by_agent[call.agent].append(call)
        self._times[call.number] += 1
        self._last_id = call.id


def _fields(request: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in request["body"]["data"].items() if name != "phone_number"}
