"""The practice platform's calls, kept in a journal: what was accepted is known again after ``kill -9``."""

from __future__ import annotations

import fcntl
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from dialer.errors import ServerAway
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.calls import Call, Course, draw
from dialer.sandbox.journal import Journal, encode, iso
from dialer.sandbox.shelf import Shelf


class Book:
    """Every call, by agent, oldest first.

    A line of the journal holds a call, its course (drawn once and kept, so that another seed or other agent settings
    cannot change a call after the fact) and the request that asked for it. What a hang-up made of its course, and that
    it was deleted, is kept on ``shelf``.
    """

    def __init__(self, journal: Journal, seed: int, shelf: Shelf, assumed: Assumptions) -> None:
        """Take ``journal``, and the calls in it, for this process alone.

        Raises ServerAway while another practice platform has it.
        """
        try:
            fcntl.flock(journal.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServerAway(f"another sandbox serves {journal.path.parent}; stop that one or give --state") from error
        self._journal, self._seed, self._shelf, self._assumed = journal, seed, shelf, assumed
        self._by_agent: defaultdict[int | str, list[Call]] = defaultdict(list)
        self._by_id: dict[int, Call] = {}
        self._times: Counter[str] = Counter()
        self._last_id = 0
        for call, _ in self.kept():
            self._enter(call)

    def kept(self) -> Iterator[tuple[Call, dict[str, Any]]]:
        """Every call of the journal with the request that asked for it, oldest first."""
        for line in self._journal.lines():
            try:
                kept = json.loads(line)
            except ValueError:  # half a line: that call was never answered for
                continue
            created_at = datetime.fromisoformat(kept["created"])
            fields = _fields(kept["request"]) if self._assumed.echo else None
            course = Course(**(self._shelf.get("hung up", kept["id"]) or kept["course"]))
            call = Call(kept["id"], kept["agent"], kept["number"], created_at, course, fields)
            yield call, kept["request"]

    def place(
        self, agent: int | str, number: str, voice_mail: int | None, created_at: datetime, request: Mapping[str, Any]
    ) -> Call:
        """Accept a call; it is in the journal when this returns. Raises OSError when it cannot be written."""
        course = draw(self._seed, number, self._times[number], voice_mail)
        fields = _fields(request) if self._assumed.echo else None
        call = Call(self._last_id + 1, agent, number, created_at, course, fields)
        kept = {"id": call.id, "agent": agent, "number": number, "created": iso(created_at), "course": asdict(course)}
        self._journal.append(encode({**kept, "request": request}))
        self._enter(call)
        return call

    def calls(self, agent: int | str) -> list[Call]:
        """An agent's calls, oldest first."""
        return self._by_agent[agent]

    def every(self) -> list[Call]:
        """Every agent's calls, oldest first."""
        return [*self._by_id.values()]

    def page(self, agent: int | str, page: int) -> list[Call]:
        """One page of an agent's calls, from 1."""
        calls, size = self._by_agent[agent], self._assumed.page_size
        if not self._assumed.newest_first:
            return calls[(page - 1) * size : page * size]
        newest = len(calls) - (page - 1) * size
        return calls[max(0, newest - size) : newest][::-1] if newest > 0 else []

    def get(self, call_id: int) -> Call | None:
        """The call of that id, None where there is none, or no longer."""
        return self._by_id.get(call_id)

    def hang_up(self, call: Call, now: datetime) -> Call:
        """End a call that is going on; answers what became of it."""
        answered = call.answered_at is not None and call.answered_at <= now
        course = Course(
            "completed" if answered else "canceled",
            (now - call.created_at).total_seconds(),
            call.course.answered_s if answered else None,
            call.course.answered_by if answered else None,
        )
        ended = replace(call, course=course)
        self._shelf.put("hung up", call.id, asdict(course))
        calls = self._by_agent[call.agent]
        calls[calls.index(call)] = self._by_id[call.id] = ended
        return ended

    def delete(self, call: Call) -> None:
        """Take a call out of the history; what it was asked for with stays in the journal."""
        self._shelf.remove("calls", call.id)
        self._by_agent[call.agent].remove(call)
        del self._by_id[call.id]

    def _enter(self, call: Call) -> None:
        if not self._shelf.removed("calls", call.id):
            self._by_agent[call.agent].append(call)
            self._by_id[call.id] = call
        self._times[call.number] += 1
        self._last_id = call.id


def _fields(request: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in request["body"]["data"].items() if name != "phone_number"}
