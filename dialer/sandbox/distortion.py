"""What a bad history does to call records; ``[history.records]`` of the faults file (docs/sandbox.md).

What happens to a call is drawn from the seed and the call's id, what happens to a page from how many were read before.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
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
NAMES: dict[str, dict[str, str]] = {"usual": {}, "camel": CAMEL, "foreign": FOREIGN}
TIMES = ("created_at", "answered_at", "ended_at")


class Distortion:
    """Pages of an agent's calls, as a bad history shows them."""

    def __init__(self, records: Records, seed: int) -> None:
        self._how, self._seed = records, seed
        self._reads = 0

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
        dice = self._dice(f"call:{call.id}")
        lost, lag_s = dice.random() < self._how.lost, dice.random() * self._how.lag_s
        return not lost and call.created_at + timedelta(seconds=lag_s) <= now

    def _written(self, call: Call, now: datetime) -> dict[str, Any]:
        dice = self._dice(f"record:{call.id}")
        row = record(call, now)
        row["phone_number"] = None if dice.random() < self._how.without_number else self._number(call.number)
        without_time = dice.random() < self._how.without_time
        for name in TIMES:
            row[name] = None if without_time or row[name] is None else self._time(row[name])
        names = NAMES[self._how.names]
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

    def _time(self, iso: str) -> Any:
        instant = datetime.fromisoformat(iso)
        match self._how.times:
            case "epoch":
                return instant.timestamp()
            case "milliseconds":
                return round(instant.timestamp() * 1000)
            case "naive":
                return instant.replace(tzinfo=None).isoformat(sep=" ")
            case "unreadable":
                return f"{instant:%d of %B, %H o'clock}"
        return iso

    def _dice(self, key: str) -> random.Random:
        return random.Random(f"{self._seed}:{key}")  # noqa: S311  (practice, not a secret)
