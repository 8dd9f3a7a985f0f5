"""CallFluent on the wire (seed 000, Call §1 and Agent §6); what its call records look like is documented nowhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.contract.subject import NUMBER, Subject

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
ISO, EPOCH = "2026-11-23T17:00:00+00:00", 1795453200


def history(**record: Any) -> Any:
    """A page with one call."""
    return {"status": True, "data": [{"id": 7, "direction": "outbound-api", **record}]}


SUBJECT = Subject(
    name="callfluent",
    agent="1",
    missing="nobody",
    good=b'{"status": true, "data": []}',
    mark=lambda ref: f'"dialer_ref": "{ref}"'.encode(),
    says_no=lambda text: json.dumps({"status": False, "error": text}).encode(),
    strange=[history(phone_number=NUMBER, created_at=ISO, status=word) for word in ("parked", "", None, 3)],
    shapes=[
        (history(phone_number=NUMBER, created_at=ISO, status="completed"), AT),
        (history(phone_number="+1 202 5550123", created_at="2026-11-23 17:00:00", status="completed"), AT),
        (history(to="12025550123", createdAt=EPOCH, status="completed"), AT),
        (history(toPhoneNumber=12025550123, created=EPOCH * 1000, callStatus="completed"), AT),
        (history(phone=NUMBER, date="Mon, 23 Nov 2026 12:00:00 -0500", status="completed"), AT),
    ],
)
