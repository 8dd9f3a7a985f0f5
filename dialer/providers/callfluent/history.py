"""CallFluent's call history: ``GET /agent/{agentId}/calls`` answers ``{status, data: calls}`` (seed 000, Agent §6).

What a call's record looks like is documented nowhere. So names are tried in turn, ``[platform.fields]`` of the campaign
file comes first, what cannot be read is None, and the record is kept whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
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
SHAPES = 1000
"""How many shapes of records are remembered."""
DISPOSITIONS = ("disposition", "call_disposition", "outcome")


class Names(NamedTuple):
    """Which names records of one shape have for what; the first that is filled holds."""

    id: tuple[str, ...]
    number: tuple[str, ...]
    created: tuple[str, ...]
    answered: tuple[str, ...]
    ended: tuple[str, ...]
    status: tuple[str, ...]
    answered_by: tuple[str, ...]
    duration: tuple[str, ...]
    direction: tuple[str, ...]
    disposition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the user says the history is to be read: words by their squashed form, names, the zone of naive times."""

    words: Mapping[str, Meaning]
    fields: Fields
    zone: ZoneInfo
    shapes: dict[tuple[str, ...], Names] = field(default_factory=dict)

    @classmethod
    def of(cls, platform: Platform) -> Reading:
        """The reading that ``[platform]`` declares."""
        words = {squash(word): meaning for word, meaning in platform.words.items()}
        return cls(words, platform.fields, ZoneInfo(platform.fields.zone))

    def names(self, raw: Mapping[str, Any]) -> Names:
        """Which names this record has; a platform's records are of few shapes, and each is looked at once."""
        shape = tuple(raw)
        if shape not in self.shapes:
            if len(self.shapes) == SHAPES:
                self.shapes.clear()
            fields = self.fields
            known = (
                (fields.id, IDS), (fields.number, NUMBERS), (fields.time, CREATED), (None, ANSWERED), (None, ENDED),
                (fields.status, STATUSES), (fields.answered_by, ANSWERERS), (fields.duration, DURATIONS),
                (None, DIRECTIONS), (None, DISPOSITIONS),
            )  # fmt: skip
            there = (tuple(name for name in ((own,) if own else names) if name in raw) for own, names in known)
            self.shapes[shape] = Names(*there)
        return self.shapes[shape]


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
    names, zone, ref = reading.names(raw), reading.zone, reading.fields.ref
    status = _text(_first(raw, names.status))
    answered_by = _text(_first(raw, names.answered_by))
    liveness, result = judge(status, answered_by, reading.words, leaves_message=leaves_message)
    answered_at, ended_at = (
        next((instant for value in _values(raw, each) if (instant := read_instant(value, zone))), None)
        for each in (names.answered, names.ended)
    )
    created = [read_instant(value, zone) for value in _values(raw, names.created)]
    instants = [instant for instant in (*created, answered_at, ended_at) if instant]
    return CallRecord(
        call_id=_text(_first(raw, names.id)) or None,
        number=next((number for value in _values(raw, names.number) if (number := _number(value))), None),
        created_at=min(instants, default=None),
        liveness=liveness,
        result=result,
        raw_status=status,
        raw_answered_by=answered_by,
        outbound=not any(squash(_text(value)).startswith("inbound") for value in _values(raw, names.direction)),
        ref=collected(named(raw), (ref, REF_FIELD) if ref else (REF_FIELD,)),
        answered_at=answered_at,
        ended_at=ended_at,
        duration_s=read_duration_s(_first(raw, names.duration)),
        disposition=_text(_first(raw, names.disposition)) or None,
        raw=raw,
    )


def _values(raw: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    """What the record has under these names, in their order, without what is not filled."""
    return [value for name in names if (value := raw[name]) is not None and value != ""]


def _first(raw: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if (value := raw[name]) is not None and value != "":
            return value
    return None


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _number(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((number for name in NUMBERS if (number := to_e164(value.get(name)))), None)
    return to_e164(value)
