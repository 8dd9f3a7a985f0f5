"""OpenCX's sessions as records of calls (OpenAPI 2024-09-14, ``GET /chat/sessions``).

A session of the channel ``phone_voice`` is a call that somebody or something answered; of one that nobody answered
there is none (facts on OpenCX, §2.1). Nothing says whether a machine answered, or who called whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from campaigns.spec import Platform
from campaigns.vocabulary import Result
from dialer.providers.instants import read_instant
from dialer.providers.numbers import to_e164
from dialer.providers.outcomes import squash
from dialer.providers.platform import CallRecord, Liveness

CHANNEL = "phone_voice"
REF_FIELD = "dialer_ref"
"""The name in a contact's ``custom_data`` of our reference of the last attempt to call them."""
STATUSES = {
    "open": (Liveness.LIVE, None),
    "closed_resolved": (Liveness.FINAL, Result.HUMAN),
    "closed_unresolved": (Liveness.FINAL, Result.HUMAN),
}


def read_session(raw: Mapping[str, Any], reading: Platform) -> CallRecord:
    """One session; ``reading`` is the campaign file's ``[platform]``, of which words and the reference's name count."""
    contact, status = _table(raw.get("contact")), _text(raw.get("status"))
    custom = _table(contact.get("custom_data"))
    liveness, result = _judge(status, reading)
    created, updated = (read_instant(raw.get(name), UTC) for name in ("created_at", "updated_at"))
    ended = updated if liveness is Liveness.FINAL else None
    return CallRecord(
        call_id=_text(raw.get("id")) or None,
        number=to_e164(contact.get("phone_number")),
        created_at=created,
        liveness=liveness,
        result=result,
        raw_status=status,
        raw_answered_by="",
        outbound=_table(raw.get("channel")).get("type") == CHANNEL,
        ref=None,
        contact_ref=_text(custom.get(reading.fields.ref or REF_FIELD)) or None,
        answered_at=created,
        ended_at=ended,
        duration_s=(ended - created).total_seconds() if ended and created else None,
        disposition=status if liveness is Liveness.FINAL else None,
        raw=raw,
    )


def _judge(status: str, reading: Platform) -> tuple[Liveness, Result | None]:
    said = {squash(word): meaning for word, meaning in reading.words.items()}.get(squash(status))
    if said is None:
        return STATUSES.get(status, (Liveness.UNREADABLE, None))
    return (Liveness.LIVE, None) if said == "live" else (Liveness.FINAL, said)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
