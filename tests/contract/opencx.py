"""OpenCX on the wire (OpenAPI 2024-09-14): a contact first, whose id a call asks for; sessions are its history."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from tests.contract.subject import NUMBER, Subject

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
ISO = "2026-11-23T17:00:00.000Z"
PRACTICE = "218d061f-6b87-5e1c-9a8b-da55cd953c24"


def contact_of(ref: str) -> str:
    """The id of the contact that was made for a reference."""
    return f"contact-for-{ref}"


def contacts(request: bytes) -> bytes | None:
    """``POST /contacts`` answers ``{id}``."""
    if not request.startswith(b"POST /api/contacts "):
        return None
    ref = re.search(rb'"dialer_ref": "([^"]+)"', request)
    assert ref
    return json.dumps({"id": contact_of(ref[1].decode())}).encode()


def history(status: Any = "closed_resolved", phone: Any = NUMBER, created_at: Any = ISO) -> Any:
    """A page of sessions with one call."""
    session = {
        "id": "3f0a6c6e-7f57-4ad0-9b7c-0d6d1c1f6a10", "status": status, "channel": {"type": "phone_voice"},
        "contact": {"id": "c", "email": None, "phone_number": phone, "name": None, "custom_data": {}},
        "created_at": created_at, "updated_at": created_at,
    }  # fmt: skip
    return {"items": [session], "next": None}


SUBJECT = Subject(
    name="opencx",
    agent=PRACTICE,
    missing="nobody",
    good=b"",
    mark=lambda ref: f'{{"contact": {{"id": "{contact_of(ref)}"}}}}'.encode(),
    says_no=lambda text: json.dumps({"statusCode": 500, "message": text, "error": "Error"}).encode(),
    strange=[history(status=word) for word in ("parked", "", None, 3, "OPEN?", "completed")],
    shapes=[
        (history(), AT),
        (history(phone="12025550123", created_at="2026-11-23T12:00:00-05:00"), AT),
        (history(phone="+1 202-555-0123", created_at="2026-11-23 17:00:00"), AT),
    ],
    prelude=contacts,
)
