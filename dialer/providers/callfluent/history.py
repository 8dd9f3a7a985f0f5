"""CallFluent's call history: ``GET /agent/{agentId}/calls`` answers ``{status, data: calls}`` (seed 000, Agent §6).

What a call's record looks like is documented nowhere. So names are tried in turn, ``[platform.fields]`` of the campaign
file comes first, what cannot be read is None, and the record is kept whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.rules.collected import collected, named
from campaigns.spec import Fields, Platform
from dialer.errors import PlatformError
from dialer.providers.instants import read_duration_s, read_instant
from dialer.providers.numbers import to_e164
from dialer.providers.outcomes import Meaning, judge, squash
from dialer.providers.platform import CallRecord

REF_FIELD = "dialer_ref"
"""The custom field that carries our reference of the attempt."""

LISTS = ("data", "calls", "rows", "items")
IDS = ("id", "call_id", "callId", "callid", "_id", "call_sid", "sid")
NUMBERS = (
    "to", "to_number", "toNumber", "toPhoneNumber", "phone_number", "phoneNumber", "phone",
    "customer_number", "customer_phone", "customer", "contact", "number",
)  # fmt: skip
CREATED = (
    "created_at", "createdAt", "date_created", "created", "queued_at", "initiated_at", "start_time", "startTime",
    "started_at", "startedAt", "call_date_time", "call_date", "date", "timestamp", "time",
)  # fmt: skip
ANSWERED = ("answered_at", "answeredAt", "answer_time", "answerTime")
ENDED = ("ended_at", "endedAt", "end_time", "endTime", "completed_at", "completedAt")
STATUSES = ("status", "call_status", "callStatus", "state")
ANSWERERS = ("answered_by", "answeredBy", "AnsweredBy")
DURATIONS = ("duration", "call_duration", "callDuration", "duration_seconds", "durationSeconds")
DIRECTIONS = ("direction", "call_direction", "callDirection", "call_type", "callType", "type", "format")
DISPOSITIONS = ("disposition", "call_disposition", "outcome")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the user says the history is to be read: words by their squashed form, names, the zone of naive times."""

    words: Mapping[str, Meaning]
    fields: Fields
    zone: ZoneInfo

    @classmethod
    def of(cls, platform: Platform) -> Reading:
        """The reading that ``[platform]`` declares."""
        words = {squash(word): meaning for word, meaning in platform.words.items()}
        return cls(words, platform.fields, ZoneInfo(platform.fields.zone))


def find_rows(document: Any) -> list[Any]:
    """The list of calls in an answer; raises PlatformError where there is none.

    Null is an empty list. An unknown shape must not pass for an empty page: that would say there was no call.
    """
    found = document
    for _ in range(len(LISTS)):
        if not isinstance(found, dict):
            break
        found = next((found[name] for name in LISTS if name in found), "")
    if found is None:
        return []
    if not isinstance(found, list):
        raise PlatformError("CallFluent's call history has a shape nobody has seen yet")
    return found


def read_call(raw: Mapping[str, Any], reading: Reading, *, leaves_message: bool) -> CallRecord:
    """One record; ``leaves_message`` says whether the agent speaks to machines."""
    fields, zone = reading.fields, reading.zone
    status = _text(_first(raw, fields.status, STATUSES))
    answered_by = _text(_first(raw, fields.answered_by, ANSWERERS))
    liveness, result = judge(status, answered_by, reading.words, leaves_message=leaves_message)
    created = [read_instant(value, zone) for value in _values(raw, fields.time, CREATED)]
    answered_at, ended_at = (
        next((instant for value in _values(raw, None, names) if (instant := read_instant(value, zone))), None)
        for names in (ANSWERED, ENDED)
    )
    instants = [instant for instant in (*created, answered_at, ended_at) if instant]
    return CallRecord(
        call_id=_text(_first(raw, fields.id, IDS)) or None,
        number=next((number for value in _values(raw, fields.number, NUMBERS) if (number := _number(value))), None),
        created_at=min(instants, default=None),
        liveness=liveness,
        result=result,
        raw_status=status,
        raw_answered_by=answered_by,
        outbound=not any(squash(_text(value)).startswith("inbound") for value in _values(raw, None, DIRECTIONS)),
        ref=collected(named(raw), (fields.ref, REF_FIELD) if fields.ref else (REF_FIELD,)),
        answered_at=answered_at,
        ended_at=ended_at,
        duration_s=read_duration_s(_first(raw, fields.duration, DURATIONS)),
        disposition=_text(_first(raw, None, DISPOSITIONS)) or None,
        raw=raw,
    )


def _values(raw: Mapping[str, Any], declared: str | None, known: tuple[str, ...]) -> Iterator[Any]:
    """What the record has under the declared name or, where none is declared, under the known ones, in their order."""
    for name in (declared,) if declared else known:
        if raw.get(name) not in (None, ""):
            yield raw[name]


def _first(raw: Mapping[str, Any], declared: str | None, known: tuple[str, ...]) -> Any:
    return next(_values(raw, declared, known), None)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _number(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((number for name in NUMBERS if (number := to_e164(value.get(name)))), None)
    return to_e164(value)
