"""What CallFluent's wire looks like: the requests it takes, the answers it gives, its call records.

Documented in seed 000 (Agent Services §1, §4, §6, §12; Call Services §1; Constants §3), and kept literally:

- make-call takes ``{"data": {"phone_number": "+1 234 5678910", custom field: string, ...}}`` and answers 200
  ``{"status": true, "data": agent list}``: no call id. Its one documented error is 500
  ``{"status": false, "error": text}``.
- The history answers ``{"status": true, "data": calls}``, get-one ``{agent, files, totalCalls, averageDuration}`` in
  ``data``, the number list ``{"status": true, "data": number_list, "agentNumMap": {...}}``, custom-field the field.

What can be switched of what no document says stands in ``assumptions``. Built in beside that (seed_systems.md §1.4):

- a wrong key gets 401 ``{"status": false, "msg": "Unauthorized"}``, an unknown path 404 in the same shape;
- an international number is + and 8 to 15 digits, spaces allowed; a call to a type the agent blocks, an unknown agent
  and a custom field that is no string get the documented 500; a custom field the agent does not know is taken;
- call records are a bare list, empty past the end, named as ``record`` names them, with Twilio's words for status and
  answered_by, ids as numbers, instants in ISO 8601 UTC, the duration as a string of whole seconds, empty while there is
  none (seed_systems.md §4.1);
- ``answered_by`` is null throughout where the agent detects no machines (``enable_voice_mail: false``).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from dialer.sandbox.calls import Call
from dialer.sandbox.journal import iso
from dialer.sandbox.refusal import Refusal

_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")


class Rejected(Refusal):
    """A request that the platform turns down; ``answer`` is the body of what it says."""

    def __init__(self, text: str, status: int = 500, key: str = "error", **beside: str) -> None:
        """``text`` stands in the body under ``key``, with what stands ``beside`` it."""
        super().__init__(text, status, {"status": False, key: text, **beside})


def success(data: Any, **beside: Any) -> dict[str, Any]:
    """The envelope of a good answer, with what stands beside ``data``."""
    return {"status": True, "data": data, **beside}


def payload(body: Any) -> dict[str, Any]:
    """What a request carries in its ``{"data": {...}}``; raises Rejected."""
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        raise Rejected('The body must be {"data": {...}}')
    data: dict[str, Any] = body["data"]
    return data


def number_to_call(body: Any) -> str:
    """The number of a make-call body in E.164; raises Rejected for whatever is wrong with the body."""
    data = payload(body)
    for name, value in data.items():
        if not isinstance(value, str):
            raise Rejected(f"{name} must be a string")
    if "phone_number" not in data:
        raise Rejected("phone_number is required")
    number: str = data["phone_number"].replace(" ", "")
    if not _INTERNATIONAL.fullmatch(number):
        raise Rejected("phone_number must be an international phone number")
    return number


def page_number(text: str | None) -> int:
    """The page a history request asks for, from 1; raises Rejected."""
    if text is None:
        return 1
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise Rejected("page must be a number")
    return int(text)


def record(call: Call, now: datetime) -> dict[str, Any]:
    """A call as the history shows it at ``now``."""
    answered_at, ended_at = call.answered_at, call.ended_at
    answered, ended = answered_at is not None and answered_at <= now, ended_at <= now
    talk_s = (ended_at - answered_at).total_seconds() if answered_at is not None and ended else None
    shown: dict[str, Any] = {
        "id": call.id,
        "agent_id": call.agent,
        "phone_number": call.number,
        "direction": "outbound-api",
        "status": call.status(now),
        "answered_by": call.course.answered_by if answered else None,
        "created_at": iso(call.created_at),
        "answered_at": iso(answered_at) if answered else None,
        "ended_at": iso(ended_at) if ended else None,
        "duration": "" if talk_s is None else str(round(talk_s)),
    }
    return shown if call.fields is None else {**shown, "custom_fields": call.fields}


def average_duration(calls: list[Call], now: datetime) -> float:
    """The mean length in seconds of the answered calls that are over, 0 without one."""
    lengths = [
        (call.ended_at - call.answered_at).total_seconds()
        for call in calls
        if call.answered_at is not None and call.ended_at <= now
    ]
    return round(sum(lengths) / len(lengths), 1) if lengths else 0.0
