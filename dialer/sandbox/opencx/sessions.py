"""Sessions: what became of the calls that somebody answered (OpenAPI 2024-09-14, ``/chat/sessions``)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.calls import Call
from dialer.sandbox.distortion import Distortion
from dialer.sandbox.faults import Records
from dialer.sandbox.ground import Ground
from dialer.sandbox.journal import iso
from dialer.sandbox.opencx.contacts import Contacts
from dialer.sandbox.opencx.wire import named, page, refusal
from dialer.sandbox.received import Received, Route

RESOLVED_S = 10.0
STATUSES = ("open", "closed_resolved", "closed_unresolved")


class Sessions:
    """The endpoints about sessions."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._contacts = ground, Contacts(ground)
        self._distortion = None if ground.records == Records() else Distortion(ground.records, ground.seed)

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("GET", "/chat/sessions", self.every),
            ("GET", "/chat/sessions/{session_id}", self.get),
            ("GET", "/chat/sessions/{session_id}/history", self.history),
        ]

    def every(self, received: Received) -> dict[str, Any]:
        """A page of them, of a channel and a status where one is asked for."""
        asked = received.query
        rows = [self._shown(call) for call in self._answered()]
        if asked.get("channel_type") not in (None, "phone_voice"):
            rows = []
        if asked.get("status") is not None:
            rows = [row for row in rows if row["status"] == asked["status"]]
        if self._ground.assumed.newest_first:
            rows.reverse()
        return page(rows, self._ground.assumed.page_size, asked.get("cursor"))

    def get(self, received: Received) -> dict[str, Any]:
        """One session."""
        return self._shown(self._call(received))

    def history(self, received: Received) -> dict[str, Any]:
        """What was said in it, as far as it has got."""
        call = self._call(received)
        said = [{"type": "ai"}, {"type": "contact"}] if self._ended(call) else [{"type": "ai"}]
        texts = ("Hello, this is a practice call.", "Thank you, goodbye.")
        events = [
            {"id": str(n), "created_at": iso(at), "event": {
                "type": "message", "sender": sender, "content": {"type": "text", "text": text},
            }}
            for n, (at, sender, text) in enumerate(zip((call.answered_at, call.ended_at), said, texts, strict=False))
        ]  # fmt: skip
        shown = page(events, self._ground.assumed.page_size, received.query.get("cursor"))
        return shown | {"items": [{"created_at": one["created_at"], "event": one["event"]} for one in shown["items"]]}

    def _answered(self) -> list[Call]:
        now = self._ground.clock.now()
        calls = [call for call in self._ground.book.every() if call.answered_at and call.answered_at <= now]
        distorted = self._distortion
        calls = [call for call in calls if distorted.shows(call, now)] if distorted else calls
        return sorted(calls, key=lambda call: (call.answered_at, call.id))

    def _call(self, received: Received) -> Call:
        for call in self._answered():
            if named("session", call.id) == received.path["session_id"]:
                return call
        raise refusal("Session not found", self._ground.assumed.unknown_status)

    def _ended(self, call: Call) -> bool:
        return call.ended_at <= self._ground.clock.now()

    def _shown(self, call: Call) -> dict[str, Any]:
        assert call.answered_at is not None  # the others have no session
        open_, resolved, unresolved = STATUSES
        talked_s = (call.ended_at - call.answered_at).total_seconds()
        ended = self._ended(call)
        return {
            "id": named("session", call.id),
            "status": (resolved if talked_s >= RESOLVED_S else unresolved) if ended else open_,
            "channel": {"type": "phone_voice"},
            "contact": self._contacts.shown(call.number),
            "language": "en",
            "created_at": iso(call.answered_at),
            "updated_at": iso(call.ended_at if ended else call.answered_at),
        }
