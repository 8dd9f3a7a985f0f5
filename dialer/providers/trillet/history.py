"""Trillet's call history, however it comes: a list of calls, the same wrapped, one call whole, or rows of an export.

The list is ``GET /v2/api/call-history``, one call ``GET /v2/api/call-history/{_id}`` (calls/call-history/list, get).
The list says ``timestamp``, an agent's name and a number as ``cost``, one call ``startTime``, ``endTime`` and
``cost.customer_charge``. Public clients met lists wrapped in ``calls``, ``data``, ``items`` or ``results``, and read
the columns of the export (facts on Trillet, §3.4). ``[platform.fields]`` of the campaign file goes first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from campaigns.vocabulary import Result
from dialer.errors import PlatformError
from dialer.providers.instants import read_duration_s, read_instant
from dialer.providers.numbers import to_e164
from dialer.providers.outcomes import Meaning, judge, squash
from dialer.providers.platform import CallRecord, Liveness
from dialer.providers.reading import Reading
from dialer.providers.words import parse

REF_FIELD = "dialer_ref"
"""The name of our reference in a call's ``metadata``."""

LISTS = ("calls", "data", "items", "results")
IDS = ("callId", "call_id", "Call ID", "roomName", "_id", "Record ID")
NUMBERS = ("toPhoneNumber", "To Phone Number", "to")
STARTED = ("timestamp", "startTime", "Start Time (UTC)", "createdAt")
ENDED = ("endTime", "End Time (UTC)")
STATUSES = ("status", "Status")
DURATIONS = ("duration", "Duration (s)")
DIRECTIONS = ("direction", "Direction")
WHYS = ("error", "failureReason", "endReason", "disconnectReason")
"""Where a failed call may say why: batches have ``error``, the others are guesses."""

LIVE: Mapping[str, Meaning] = {word: "live" for word in ("active", "ongoing", "waiting")}
"""Words for a call that goes on beside Twilio's; in-progress is one of those (facts on Trillet, §3.4)."""
REASONS = (("busy", Result.BUSY), ("noanswer", Result.NO_ANSWER), ("notanswered", Result.NO_ANSWER))
"""What stands in the reason of a failed call: ``Number busy`` is printed (calls/batch/list-calls)."""


def short(call_id: str) -> str:
    """A call's id as both answers have it.

    The answer to a request for a call has ``call_id``, the history ``callId``: an agent's id of 24 digits, a hyphen,
    and the call's own. Room names are made alike, and no page says which of the two a ``call_id`` is.
    """
    return re.sub(r"^[0-9a-f]{24}-", "", call_id.strip())


def find_rows(document: Any) -> list[Any]:
    """The list of calls in an answer; raises PlatformError where there is none.

    An unknown shape must not pass for an empty page: that would say that there was no call.
    """
    found = document
    for _ in range(2):
        if isinstance(found, dict):
            found = next((found[name] for name in LISTS if name in found), None)
    if not isinstance(found, list):
        raise PlatformError("Trillet's call history has a shape nobody has seen yet")
    return found


def exported_rows(content: bytes) -> list[dict[str, Any]]:
    """The calls of an export; raises PlatformError where it is none."""
    text = content.decode("utf-8-sig", "replace")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not {"Call ID", "Status"} <= {*(rows.fieldnames or ())}:
        raise PlatformError("Trillet's export has a shape nobody has seen yet")
    return list(rows)


def read_call(raw: Mapping[str, Any], reading: Reading) -> CallRecord:
    """One record, as far as it can be read; ``raw`` is kept whole."""
    fields, zone = reading.fields, reading.zone
    status, machine = _text(_first(raw, fields.status, STATUSES)), _machine(raw)
    answered_by = _text(_first(raw, fields.answered_by, ())) or ("" if machine is None else _ANSWERERS[machine])
    liveness, result = judge(status, answered_by, {**LIVE, **reading.words}, leaves_message=False)
    if result is Result.FAILED and squash(status) not in reading.words:
        result = _reason(raw)
    call_id = _text(_first(raw, fields.id, IDS))
    created_at = _instant(raw, fields.time, STARTED, zone)
    ended_at = _instant(raw, None, ENDED, zone) if liveness is Liveness.FINAL else None
    duration_s = read_duration_s(_first(raw, fields.duration, DURATIONS))
    if duration_s is None and created_at and ended_at:
        duration_s = (ended_at - created_at).total_seconds()
    return CallRecord(
        call_id=short(call_id) or None,
        number=to_e164(_first(raw, fields.number, NUMBERS)),
        created_at=created_at,
        liveness=liveness,
        result=result,
        raw_status=status,
        raw_answered_by=answered_by,
        outbound=not squash(_text(_first(raw, None, DIRECTIONS))).startswith("inbound"),
        ref=_ref(raw, fields.ref or REF_FIELD),
        ended_at=ended_at,
        duration_s=duration_s,
        raw=raw,
    )


_ANSWERERS = {True: "voicemail", False: "human"}


def _machine(raw: Mapping[str, Any]) -> bool | None:
    """``analyzedData.answered_by_voicemail``, which is JSON in an export; None where nothing is said."""
    analysed = raw.get("analyzedData") or parse(str(raw.get("Analyzed Data (JSON)") or "").encode())
    found = analysed.get("answered_by_voicemail") if isinstance(analysed, Mapping) else None
    return found if isinstance(found, bool) else None


def _reason(raw: Mapping[str, Any]) -> Result:
    said = squash(" ".join(_text(raw[name]) for name in WHYS if name in raw))
    return next((result for word, result in REASONS if word in said), Result.FAILED)


def _ref(raw: Mapping[str, Any], name: str) -> str | None:
    """Our reference in ``metadata``, or among the variables, where it is sent as one."""
    for place in (raw.get("metadata"), raw.get("variables"), raw):
        if isinstance(place, Mapping) and (found := _text(place.get(name))):
            return found
    return None


def _instant(raw: Mapping[str, Any], declared: str | None, known: tuple[str, ...], zone: tzinfo) -> datetime | None:
    """The first instant under these names; the export's times are UTC, as their columns say."""
    name = _name(raw, declared, known)
    return None if name is None else read_instant(raw[name], UTC if name.endswith("(UTC)") else zone)


def _first(raw: Mapping[str, Any], declared: str | None, known: tuple[str, ...]) -> Any:
    name = _name(raw, declared, known)
    return None if name is None else raw[name]


def _name(raw: Mapping[str, Any], declared: str | None, known: tuple[str, ...]) -> str | None:
    return next((name for name in ((declared,) if declared else known) if raw.get(name) not in (None, "")), None)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
