"""Trillet on the wire (calls/initiate-call, calls/call-history/list and get; the export: facts on Trillet, §3.4)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.contract.subject import NUMBER, Subject

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
EPOCH = 1795453200


def call(**record: Any) -> Any:
    """A call of the history's list."""
    return {"_id": "676b8e123456789012345678", "callId": "676b8e123456789012345679-00t0", "direction": "outbound",
            **record}  # fmt: skip


SUBJECT = Subject(
    name="trillet",
    agent="676b8e123456789012345679",
    missing="no such agent",
    good=b'{"status": "success", "call_id": "123456789", "message": "Call initiated successfully"}',
    mark=lambda ref: f'"dialer_ref": "{ref}"'.encode(),
    says_no=lambda text: json.dumps({"error": {"code": "bad_request", "message": text}}).encode(),
    strange=[[call(toPhoneNumber=NUMBER, timestamp=EPOCH, status=word)] for word in ("parked", "", "done?", None, 3)],
    shapes=[
        ([call(toPhoneNumber=NUMBER, timestamp=float(EPOCH), status="completed")], AT),
        ({"calls": [call(toPhoneNumber="+1 202 555 0123", timestamp=EPOCH * 1000, status="active")]}, AT),
        ({"data": {"items": [call(toPhoneNumber="12025550123", startTime=EPOCH, status="failed")]}}, AT),
        ({"results": [call(toPhoneNumber=NUMBER, createdAt="2026-11-23T17:00:00.000Z", status="ongoing")]}, AT),
        ([call(toPhoneNumber=NUMBER, timestamp="2026-11-23 17:00:00", status="in-progress", cost={})], AT),
    ],
    settings={"workspace": "6764d172953253138a3a70f4"},
)
