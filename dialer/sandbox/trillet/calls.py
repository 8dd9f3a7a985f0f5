"""Calls, their history and what came of them (calls/initiate-call, call-history, active-calls, recordings)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dialer.sandbox.calls import Call
from dialer.sandbox.distortion import Distortion, Look
from dialer.sandbox.faults import Records
from dialer.sandbox.received import Attachment, Received, Route
from dialer.sandbox.trillet import wire
from dialer.sandbox.trillet.office import Office
from dialer.sandbox.trillet.tables import CALL, EXPORT, WEB_CALL, checked
from dialer.sandbox.trillet.wire import COLUMNS, Rejected, number_to_call

SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00"
"""An MP3 that says nothing: the head of its tags."""
OTHER = {"callId": "call_id", "toPhoneNumber": "to", "timestamp": "startTime", "duration": "Duration (s)"}
FOREIGN = {"callId": "kennung", "toPhoneNumber": "rufnummer", "timestamp": "beginn", "status": "zustand",
           "duration": "dauer", "_id": "satz"}  # fmt: skip
NOTHING = "Cannot read properties of undefined (reading 'length')"
"""What public clients were told where there is no call yet (seed_systems.md §3.4)."""


class Calls:
    """The endpoints about calls. Nothing waits, so that a call is placed and logged in one go, or not at all."""

    def __init__(self, office: Office) -> None:
        self._office, self._assumed = office, office.ground.assumed
        records = office.ground.records
        look = Look(lambda call, _: self._listed(call), "toPhoneNumber", ("timestamp",), OTHER, FOREIGN)
        self._distortion = None if records == Records() else Distortion(records, office.ground.seed, look)

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/v1/api/call", self.place),
            ("POST", "/v1/api/web-call", self.web),
            ("GET", "/v2/api/call-history", self.history),
            ("GET", "/v1/api/call-history", self.older_history),
            ("GET", "/v2/api/call-history/{call}", self.get),
            ("POST", "/v2/api/call-history/export-csv", self.export),
            ("GET", "/v2/api/recordings/{call}", self.recording),
            ("GET", "/v2/api/active-calls", self.active),
            ("GET", "/v2/api/active-calls/{room}", self.active_in),
        ]

    def place(self, received: Received) -> dict[str, Any]:
        """calls/initiate-call."""
        body = checked(received.body, CALL, "to", "call_agent_id")
        number, office = number_to_call(body["to"]), self._office
        agent = office.agent(body["call_agent_id"])
        office.caller(agent)
        office.has_flow(agent)
        if 0 < self._assumed.calls_at_once <= len(self._going()):
            raise Rejected("Too many calls at once", 429)
        received.line["placed"] = True  # in the journal, too, so that the log says it after a kill
        call = office.place(agent, number, received.line, office.now)
        return {"status": "success", "call_id": wire.short_id(call), "message": "Call initiated successfully"}

    def web(self, received: Received) -> dict[str, Any]:
        """A call in a browser: nobody's telephone rings, so none is kept."""
        body = checked(received.body, WEB_CALL, "agentId")
        agent = self._office.agent(body["agentId"])
        room = f"web-{wire.agent_part(agent['_id'])}-practice"
        shown = {"id": agent["_id"], "name": agent["name"], "model": agent["llmModel"], "voice": agent["ttsModel"]}
        token = "practice-token"  # noqa: S105  (opens nothing)
        return {"status": "success", "callId": "practice", "roomName": room, "token": token, "agent": shown}

    def history(self, received: Received) -> Any:
        """calls/call-history/list, of the second version."""
        if not self._assumed.v2_history:
            raise Rejected("Internal server error", 500)
        return self._page(received)

    def older_history(self, received: Received) -> Any:
        """The same, of the first version."""
        return self._page(received)

    def get(self, received: Received) -> dict[str, Any]:
        """calls/call-history/get."""
        call = self._office.call(received.path["call"])
        return wire.whole(call, self._office.now, call.said, self._office.card(str(call.agent)))

    def export(self, received: Received) -> Attachment:
        """The calls of an agent as CSV, newest first (seed_systems.md §3.4)."""
        body = checked(received.body, EXPORT, "agentId")
        calls = self._office.calls(self._office.agent(body["agentId"])["_id"])[::-1]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        card = self._office.card(body["agentId"])
        writer.writerows(
            wire.exported(call, self._office.now, call.said, card) for call in calls[: int(body.get("limit", 10_000))]
        )
        return Attachment(text.getvalue().encode(), "text/csv")

    def recording(self, received: Received) -> Attachment:
        """recordings/get: of an answered call that is over."""
        call = self._office.call(received.path["call"])
        if call.answered_at is None or self._office.now < call.ended_at:
            raise Rejected("Recording not found", 404)
        return Attachment(SOUND, "audio/mp3")

    def active(self, _: Received) -> dict[str, Any]:
        """active-calls/list."""
        rows = [self._active(call) for call in self._going()]
        return {"data": rows, "count": len(rows), "timestamp": self._office.now.isoformat()}

    def active_in(self, received: Received) -> dict[str, Any]:
        """active-calls/get."""
        for call in self._going():
            if wire.call_id(call) == received.path["room"]:
                return {**self._active(call), "transcript": []}
        raise Rejected("Active call not found", 404)

    def _page(self, received: Received) -> Any:
        query, ground = received.query, self._office.ground
        agent = None if "agentId" not in query else str(self._office.agent(query["agentId"])["_id"])
        page, limit = whole_number(query, "page", 1), min(whole_number(query, "limit", 10), ground.assumed.page_size)
        calls = self._office.calls(agent)
        if self._distortion is not None:
            found = self._distortion.page(calls, page, self._office.now)
        else:
            wanted = [call for call in calls if fits(call, query, self._office.now)]
            wanted = wanted[::-1] if ground.assumed.newest_first else wanted
            found = [self._listed(call) for call in wanted[(page - 1) * limit : page * limit]]
        if not found and ground.assumed.empty_history_status != 200:
            raise Rejected(NOTHING, ground.assumed.empty_history_status)
        return found if ground.assumed.history_in == "list" else {ground.assumed.history_in: found}

    def _listed(self, call: Call) -> dict[str, Any]:
        row = wire.listed(call, self._office.now, call.said, self._office.card(str(call.agent)))
        if self._assumed.list_metadata:
            row["metadata"] = call.said.get("metadata") or {}
        if self._assumed.reasons and row["status"] == "failed":
            row["error"] = wire.REASONS[call.course.result]
        return row

    def _active(self, call: Call) -> dict[str, Any]:
        return wire.active(call, self._office.now, call.said, self._office.card(str(call.agent)))

    def _going(self) -> list[Call]:
        return [call for call in self._office.calls() if self._office.now < call.ended_at]


def fits(call: Call, query: Mapping[str, str], now: datetime) -> bool:
    """Whether a call is looked for (the query parameters of calls/call-history/list); raises Rejected."""
    ids, span = read_json(query, "callIds", list), read_json(query, "dateRange", dict)
    return (
        (ids is None or wire.call_id(call) in ids)
        and (span is None or str(span.get("from", "")) <= call.created_at.isoformat() <= str(span.get("to", "~")))
        and query.get("batchId") in (None, call.said.get("batchId"))
        and query.get("search", "") in call.number
        and query.get("status") in (None, wire.status(call, now))
        and query.get("direction") in (None, "outbound")
        and query.get("callType") in (None, "sip")
    )


def read_json(query: Mapping[str, str], name: str, kind: type) -> Any:
    """A parameter that is JSON in the query, None where it is not given; raises Rejected."""
    try:
        found = json.loads(query[name]) if name in query else None
    except ValueError:
        found = ()
    if found is not None and not isinstance(found, kind):
        raise Rejected(f"{name} must be a JSON string")
    return found


def whole_number(query: Mapping[str, str], name: str, default: int) -> int:
    """A number of a query, from 1; raises Rejected."""
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise Rejected(f"{name} must be a positive number")
    return int(text)
