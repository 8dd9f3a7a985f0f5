"""What Trillet's wire looks like: the requests it takes, the refusals and the records it gives, literally.

- a request for a call: ``{to, call_agent_id, callback_url, dynamic_variables, metadata}``, answered with ``{status:
  "success", call_id, message: "Call initiated successfully"}`` (calls/initiate-call);
- a refusal: ``{"error": {"code", "message"}}`` (introduction, best practices);
- the history's list: ``_id, timestamp, callId, fromPhoneNumber, toPhoneNumber, direction, duration, agent, status,
  callFlowName, cost, recordingUrl, summary, analyzedData, variables, transcript``; a call that goes on has no
  ``duration`` (calls/call-history/list); one call: ``startTime``, ``endTime``, ``cost: {customer_charge}``,
  ``metadata`` (calls/call-history/get); the columns of the export (seed_systems.md §3.4).

Assumed beside what ``assumptions`` switches: ids are 24 hexadecimal digits, ``callId`` an agent's id, a hyphen and what
was answered as ``call_id``; whatever was not answered has ``failed``; the practice platform charges 0.09 a minute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from dialer.sandbox.calls import Call
from dialer.sandbox.refusal import Refusal

CODES = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "rate_limit_exceeded",
         500: "server_error"}  # fmt: skip
REASONS = {"busy": "Number busy", "no-answer": "No answer", "failed": "Call failed", "canceled": "Call cancelled"}
"""Why a call failed; the first is printed (calls/batch/list-calls)."""
COLUMNS = (
    "Call ID", "Record ID", "From Phone Number", "To Phone Number", "Direction", "Status", "Duration (s)",
    "Start Time (UTC)", "End Time (UTC)", "Agent Name", "Call Flow Name", "Cost", "Summary", "Recording Link",
)  # fmt: skip
CHARGE_PER_MINUTE = 0.09
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


class Rejected(Refusal):
    """A request that the platform turns down."""

    def __init__(self, message: str, status: int = 400, code: str = "", **beside: Any) -> None:
        error = {"code": code or CODES[status], "message": message, **beside}
        super().__init__(message, status, {"error": error})


def number_to_call(value: object) -> str:
    """A number in E.164; raises the refusal that best practices prints."""
    if not isinstance(value, str) or not _E164.fullmatch(value):
        raise Rejected("The provided phone number is invalid", code="invalid_number")
    return value


def object_id(number: int) -> str:
    """An id as a document of theirs has it."""
    return f"{number:024x}"


def agent_part(agent: str) -> str:
    """An agent's id as room names and call ids begin with it."""
    return agent if re.fullmatch(r"[0-9a-f]{24}", agent) else object_id(crc32(agent.encode()))


def short_id(call: Call) -> str:
    """What a request for a call is answered with."""
    return f"c{call.id:09d}"


def call_id(call: Call) -> str:
    """The same, as the history and rooms have it."""
    return f"{agent_part(str(call.agent))}-{short_id(call)}"


def status(call: Call, now: datetime) -> str:
    """The documented words: there are none for a line that is engaged, and none for one that nobody answers."""
    if now < call.ended_at:
        return "active"
    return "completed" if call.course.result == "completed" else "failed"


def talk_s(call: Call) -> float:
    """How long they talked, in seconds; 0 where nobody answered."""
    return 0.0 if call.answered_at is None else round((call.ended_at - call.answered_at).total_seconds(), 1)


def cost(call: Call) -> float:
    """What it costs."""
    return round(talk_s(call) / 60 * CHARGE_PER_MINUTE, 4)


def listed(call: Call, now: datetime, said: Mapping[str, Any], agent: Mapping[str, Any]) -> dict[str, Any]:
    """A call as the list shows it; ``said`` is what it was asked for with."""
    over = now >= call.ended_at
    machine = call.course.answered_by not in (None, "human")
    shown = {
        "_id": object_id(call.id),
        "timestamp": call.created_at.timestamp(),
        "callId": call_id(call),
        "fromPhoneNumber": agent["phoneNumber"],
        "toPhoneNumber": call.number,
        "direction": "outbound",
        "duration": talk_s(call),
        "agent": agent["name"],
        "status": status(call, now),
        "callFlowName": f"{agent['name']}'s flow",
        "cost": cost(call) if over else 0,
        "recordingUrl": f"/v2/api/recordings/{object_id(call.id)}" if over and call.answered_at else None,
        "summary": "",
        "analyzedData": {"answered_by_voicemail": machine} if over and call.answered_at else {},
        "variables": said.get("dynamic_variables") or {},
        "transcript": [],
    }
    return shown if over else {name: value for name, value in shown.items() if name != "duration"}


def whole(call: Call, now: datetime, said: Mapping[str, Any], agent: Mapping[str, Any]) -> dict[str, Any]:
    """One call as it is shown by itself."""
    over = now >= call.ended_at
    row = listed(call, now, said, agent)
    return {
        "_id": row["_id"],
        "workspaceId": agent["workspaceId"],
        "agentId": call.agent,
        "callFlowId": object_id(0),
        "roomName": call_id(call),
        "direction": "outbound",
        "fromPhoneNumber": row["fromPhoneNumber"],
        "toPhoneNumber": call.number,
        "status": row["status"],
        "startTime": call.created_at.timestamp(),
        "endTime": call.ended_at.timestamp() if over else None,
        "cost": {"customer_charge": row["cost"]},
        "metadata": said.get("metadata") or {},
        "functionCalls": [],
        "summary": "",
        "analyzedData": row["analyzedData"],
        "createdAt": call.created_at.isoformat(),
        "updatedAt": min(now, call.ended_at).isoformat(),
    }


def exported(call: Call, now: datetime, said: Mapping[str, Any], agent: Mapping[str, Any]) -> list[str]:
    """A call as a row of the export."""
    row, over = listed(call, now, said, agent), now >= call.ended_at
    times = (call.created_at, call.ended_at if over else None)
    began, ended = ("" if time is None else f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for time in times)
    values = (
        row["callId"], row["_id"], row["fromPhoneNumber"], call.number, "outbound", row["status"],
        row.get("duration", ""), began, ended, row["agent"], row["callFlowName"], row["cost"], "", "",
    )  # fmt: skip
    return [str(value) for value in values]


def active(call: Call, now: datetime, said: Mapping[str, Any], agent: Mapping[str, Any]) -> dict[str, Any]:
    """A call that goes on, as active-calls/list shows it."""
    joined = (call.answered_at or call.created_at).isoformat()
    variables = said.get("dynamic_variables") or {}
    return {
        "id": object_id(call.id),
        "roomName": call_id(call),
        "customerPhone": call.number,
        "customerName": str(variables.get("name", "")),
        "aiAgentName": agent["name"],
        "duration": round((now - call.created_at).total_seconds()),
        "status": "active",
        "sentiment": "neutral",
        "lastMessage": "",
        "transferRequested": False,
        "type": "phone",
        "participants": [{"identity": "agent-001", "isAgent": True, "joinedAt": joined}],
    }
