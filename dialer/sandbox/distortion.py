"""What a bad history does to call records; ``[history.records]`` of the faults file (docs/sandbox.md).

What happens to a call is drawn from the seed and the call's id, what happens to a page from how many were read before.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dialer.sandbox.calls import Call
from dialer.sandbox.faults import Records
from dialer.sandbox.wire import record

CAMEL = {
    "id": "callId", "agent_id": "agentId", "phone_number": "toPhoneNumber", "status": "callStatus",
    "answered_by": "answeredBy", "created_at": "createdAt", "answered_at": "answeredAt", "ended_at": "endedAt",
    "duration": "callDuration",
}  # fmt: skip
FOREIGN = {
    "id": "kennung", "agent_id": "bot", "phone_number": "rufnummer", "status": "zustand", "answered_by": "wer",
    "created_at": "beginn", "answered_at": "annahme", "ended_at": "schluss", "duration": "dauer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How a platform's records look: what writes one, where its number and its times stand, and other names for these.

    ``camel`` are names that are known, ``foreign`` such that nobody knows.
    """

    record: Callable[[Call, datetime], dict[str, Any]]
    number: str
    times: tuple[str, ...]
    camel: Mapping[str, str]
    foreign: Mapping[str, str]


CALLFLUENT = Look(record, "phone_number", ("created_at", "answered_at", "ended_at"), CAMEL, FOREIGN)


class Distortion:
    """Pages of an agent's calls, as a bad history shows them."""

    def __init__(self, records: Records, seed: int, look: Look = CALLFLUENT) -> None:
        self._how, self._seed, self._look = records, seed, look
        self._reads = 0
        self._lags: dict[int, timedelta | None] = {}

    def page(self, calls: Sequence[Call], page: int, now: datetime) -> list[dict[str, Any]]:
        """A page, from 1, newest first unless it was reordered; ``calls`` are oldest first."""
        self._reads += 1
        dice = self._dice(f"page:{self._reads}")
        shown = [call for call in reversed(calls) if self.shows(call, now)]
        size = dice.randint(*sorted(self._how.page_size))
        found = shown[(page - 1) * size : page * size]
        if page > 1 and dice.random() < self._how.repeated:
            found = [*shown[max(0, (page - 2) * size) :][: size // 2], *found]
        if dice.random() < self._how.reordered:
            dice.shuffle(found)
        return [self._written(call, now) for call in found]

    def shows(self, call: Call, now: datetime) -> bool:
        """Whether the history has this call yet, and ever will."""
        if call.id not in self._lags:  # drawn once: while the platform draws for thousands of calls, nobody is served
            dice = self._dice(f"call:{call.id}")
            lost, lag_s = dice.random() < self._how.lost, dice.random() * self._how.lag_s
            self._lags[call.id] = None if lost else timedelta(seconds=lag_s)
        lag = self._lags[call.id]
        return lag is not None and call.created_at + lag <= now

    def _written(self, call: Call, now: datetime) -> dict[str, Any]:
        dice = self._dice(f"record:{call.id}")
        row = self._look.record(call, now)
        row[self._look.number] = None if dice.random() < self._how.without_number else self._number(call.number)
        without_time = dice.random() < self._how.without_time
        for name in self._look.times:
            row[name] = None if without_time or row[name] is None else self._time(row[name])
        names = {"camel": self._look.camel, "foreign": self._look.foreign}.get(self._how.names, {})
        return {names.get(name, name): value for name, value in row.items()}

    def _number(self, number: str) -> str:
        match self._how.numbers:
            case "spaced":
                return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"
            case "digits":
                return number[1:]
            case "national":
                return number[-10:]
        return number

    def _time(self, usual: str | float) -> Any:
        instant = datetime.fromisoformat(usual) if isinstance(usual, str) else datetime.fromtimestamp(usual, UTC)
        match self._how.times:
            case "epoch":
                return instant.timestamp()
            case "milliseconds":
                return round(instant.timestamp() * 1000)
            case "naive":
                return instant.replace(tzinfo=None).isoformat(sep=" ")
            case "unreadable":
                return f"{instant:%d of %B, %H o'clock}"
        return usual

    def _dice(self, key: str) -> random.Random:
        return random.Random(f"{self._seed}:{key}")  # noqa: S311  (practice, not a secret)
