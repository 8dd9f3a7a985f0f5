from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.spec import Fields, Platform
from campaigns.vocabulary import Result
from dialer.errors import PlatformError
from dialer.providers.callfluent.agents import read_numbers
from dialer.providers.callfluent.history import Reading, find_rows, read_call
from dialer.providers.instants import read_duration_s, read_instant
from dialer.providers.numbers import to_e164
from dialer.providers.platform import CallRecord, Liveness

AT = datetime(2026, 11, 21, 15, 4, 5, tzinfo=UTC)


def read(raw: dict[str, Any], platform: Platform | None = None, *, leaves_message: bool = False) -> CallRecord:
    return read_call(raw, Reading.of(platform or Platform()), leaves_message=leaves_message)


def test_a_record_in_twilios_words_is_read_whole() -> None:
    raw = {
        "id": 3762,
        "to": "+1 202 555 0123",
        "from": "+13125550100",
        "direction": "outbound-api",
        "status": "completed",
        "answered_by": "human",
        "start_time": "Sat, 21 Nov 2026 15:04:05 +0000",
        "end_time": "Sat, 21 Nov 2026 15:05:05 +0000",
        "duration": "60",
        "custom_fields": {"name": "Zoë", "dialer_ref": "r1"},
        "disposition": "interested",
    }
    assert read(raw) == CallRecord(
        call_id="3762",
        number="+12025550123",
        created_at=AT,
        liveness=Liveness.FINAL,
        result=Result.HUMAN,
        raw_status="completed",
        raw_answered_by="human",
        outbound=True,
        ref="r1",
        answered_at=None,
        ended_at=datetime(2026, 11, 21, 15, 5, 5, tzinfo=UTC),
        duration_s=60.0,
        disposition="interested",
        raw=raw,
    )


def test_an_empty_record_says_nothing_and_ends_nothing() -> None:
    assert read({}) == CallRecord(None, None, None, Liveness.UNREADABLE, None, "", "", True, None)


@pytest.mark.parametrize(
    "document",
    [
        {"status": True, "data": [{"id": 1}]},
        {"status": True, "data": {"data": [{"id": 1}], "total": 1, "current_page": 1}},
        {"status": True, "data": {"calls": [{"id": 1}]}},
        {"status": True, "data": {"rows": [{"id": 1}]}},
        {"status": True, "data": {"items": [{"id": 1}]}},
        {"calls": {"data": [{"id": 1}]}},
        [{"id": 1}],
    ],
)
def test_the_list_of_calls_is_found(document: Any) -> None:
    assert find_rows(document) == [{"id": 1}]


def test_no_calls_and_no_list_are_not_the_same() -> None:
    assert find_rows({"status": True, "data": []}) == find_rows({"status": True, "data": None}) == []
    unknown: list[Any] = [{"status": True, "data": "none"}, {"status": True}, {"data": {"pages": []}}, "calls", 7]
    for document in unknown:
        with pytest.raises(PlatformError):
            find_rows(document)


@pytest.mark.parametrize(
    ("status", "answered_by", "liveness", "result"),
    [
        ("queued", "", "live", None),
        ("Ringing", "", "live", None),
        ("in-progress", "human", "live", None),
        ("IN_PROGRESS", "", "live", None),
        ("inProgress", "", "live", None),
        ("initiated", "", "live", None),
        ("completed", "human", "final", Result.HUMAN),
        ("Completed", "", "final", Result.HUMAN),
        ("completed", "a word nobody knows", "final", Result.HUMAN),
        ("completed", "machine_start", "final", Result.VOICEMAIL_NO_MESSAGE),
        ("completed", "machine_end_beep", "final", Result.VOICEMAIL_NO_MESSAGE),
        ("completed", "machine-end-silence", "final", Result.VOICEMAIL_NO_MESSAGE),
        ("completed", "MACHINE", "final", Result.VOICEMAIL_NO_MESSAGE),
        ("completed", "voicemail", "final", Result.VOICEMAIL_NO_MESSAGE),
        ("completed", "fax", "final", Result.FAX),
        ("completed", "unknown", "final", Result.SILENT),
        ("busy", "", "final", Result.BUSY),
        ("no-answer", "", "final", Result.NO_ANSWER),
        ("No Answer", "", "final", Result.NO_ANSWER),
        ("noanswer", "", "final", Result.NO_ANSWER),
        ("failed", "", "final", Result.FAILED),
        ("canceled", "", "final", Result.CANCELLED),
        ("cancelled", "", "final", Result.CANCELLED),
        ("wrapped-up", "human", "unreadable", None),
        ("", "human", "unreadable", None),
    ],
)
def test_words(status: str, answered_by: str, liveness: str, result: Result | None) -> None:
    record = read({"status": status, "answered_by": answered_by})
    assert (record.liveness, record.result) == (liveness, result)
    assert (record.raw_status, record.raw_answered_by) == (status, answered_by)


def test_a_machine_gets_a_message_where_the_agent_leaves_one() -> None:
    record = read({"status": "completed", "answered_by": "machine_end_beep"}, leaves_message=True)
    assert record.result is Result.VOICEMAIL_LEFT


def test_the_users_words_come_first() -> None:
    platform = Platform.model_validate(
        {"words": {"Wrapped Up": "human", "on_hold": "live", "robot": "voicemail_left", "failed": "invalid_number"}}
    )
    assert read({"status": "wrapped-up"}, platform).result is Result.HUMAN
    assert read({"status": "On Hold"}, platform).liveness is Liveness.LIVE
    assert read({"status": "completed", "answered_by": "Robot"}, platform).result is Result.VOICEMAIL_LEFT
    assert read({"status": "wrapped-up", "answered_by": "robot"}, platform).result is Result.VOICEMAIL_LEFT
    assert read({"status": "failed"}, platform).result is Result.INVALID_NUMBER
    assert read({"status": "in-progress", "answered_by": "robot"}, platform).liveness is Liveness.LIVE
    assert read({"status": "unheard-of", "answered_by": "robot"}, platform).liveness is Liveness.UNREADABLE


def test_the_users_names_and_zone_come_first() -> None:
    names = {
        "id": "nr", "number": "callee", "time": "when", "status": "how", "answered_by": "who",
        "duration": "secs", "ref": "ours", "zone": "America/New_York",
    }  # fmt: skip
    raw = {
        "id": 1, "nr": 2, "to": "+13125550100", "callee": "+12025550123", "created_at": "2026-11-20 00:00:00",
        "when": "2026-11-21 10:04:05", "status": "busy", "how": "completed", "who": "fax", "answered_by": "human",
        "secs": 5, "duration": 9, "ours": "r9",
    }  # fmt: skip
    record = read(raw, Platform(fields=Fields(**names)))
    assert (record.call_id, record.number, record.created_at, record.result) == ("2", "+12025550123", AT, Result.FAX)
    assert (record.duration_s, record.ref) == (5.0, "r9")


@pytest.mark.parametrize(
    "key", ["to", "to_number", "toPhoneNumber", "phone_number", "phone", "number", "customer", "customer_number"]
)
def test_the_number_is_found_under_its_names(key: str) -> None:
    assert read({key: "+1 (202) 555-0123"}).number == "+12025550123"


def test_a_number_that_cannot_be_read_gives_way_to_one_that_can() -> None:
    assert read({"to": "client:agent", "phone": "+12025550123"}).number == "+12025550123"
    assert read({"customer": {"name": "Zoë", "phone": "+12025550123"}}).number == "+12025550123"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("+1 234 567 8910", "+12345678910"),
        ("+12025550123", "+12025550123"),
        ("12025550123", "+12025550123"),
        (12025550123, "+12025550123"),
        (12025550123.0, "+12025550123"),
        ("tel:+12025550123", "+12025550123"),
        ("+493012345678", "+493012345678"),
        ("2025550123", None),
        ("99999999999999", None),
        ("+1", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        ({}, None),
    ],
)
def test_numbers(value: Any, number: str | None) -> None:
    assert to_e164(value) == number


def test_both_documented_shapes_of_the_number_list() -> None:
    rows = [
        {"number": "+12025550123", "sid": "TWXXXXXX", "type": "twilio"},
        {"number": "+1 312 555 0100"},
        {"sid": "x"},
    ]
    expected = ("+12025550123", "+13125550100")
    assert read_numbers(rows) == expected
    assert read_numbers({"number_list": rows, "agentNumMap": {}}) == expected
    assert read_numbers(None) == read_numbers({}) == ()


@pytest.mark.parametrize(
    "value",
    [
        1795273445,
        1795273445.0,
        "1795273445",
        1795273445000,
        "1795273445000",
        "2026-11-21T15:04:05Z",
        "2026-11-21T15:04:05.000Z",
        "2026-11-21T10:04:05-05:00",
        "2026-11-21T10:04:05-0500",
        "2026-11-21 10:04:05 -0500",
        "2026-11-21 15:04:05 UTC",
        "2026-11-21 10:04:05",
        "2026-11-21T10:04:05",
        "Sat, 21 Nov 2026 15:04:05 +0000",
        "Sat, 21 Nov 2026 15:04:05 GMT",
        " 2026-11-21T15:04:05Z ",
    ],
)
def test_instants(value: Any) -> None:
    assert read_instant(value, ZoneInfo("America/New_York")) == AT


@pytest.mark.parametrize(
    "value", ["2026-11-21", "10:04:05", "yesterday", "", 0, 5, -1, 1e40, True, None, [], {}, float("nan"), "9" * 400]
)
def test_what_is_no_instant(value: Any) -> None:
    assert read_instant(value, UTC) is None


def test_created_is_the_earliest_instant_and_an_update_is_none() -> None:
    raw = {"updated_at": "2026-11-20T00:00:00Z", "start_time": 1795273450, "created_at": 1795273445, "end_time": None}
    assert read(raw).created_at == AT


@pytest.mark.parametrize(
    ("value", "seconds"), [(60, 60.0), ("61", 61.0), (1.5, 1.5), ("01:05", 65.0), ("1:00:05", 3605.0)]
)
def test_durations(value: Any, seconds: float) -> None:
    assert read_duration_s(value) == seconds


@pytest.mark.parametrize("value", ["", "a minute", None, -3, True, [], float("nan"), float("inf")])
def test_what_is_no_duration(value: Any) -> None:
    assert read_duration_s(value) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"dialer_ref": "r1"},
        {"custom_fields": {"dialer_ref": "r1"}},
        {"custom_data": '{"dialer_ref": "r1"}'},
        {"variables": [{"name": "name", "value": "Zoë"}, {"name": "dialer_ref", "value": "r1"}]},
        {"metadata": '[{"key": "dialer_ref", "value": "r1"}]'},
        {"data": [{"dialer_ref": "r1"}]},
        {"anything": {"dialer_ref": "r1"}},
    ],
)
def test_our_reference_is_found(raw: dict[str, Any]) -> None:
    assert read(raw).ref == "r1"


def test_no_reference_is_made_up() -> None:
    assert read({"data": "{broken", "x": [1, None, {"name": "other", "value": "r1"}], "dialer_ref": None}).ref is None


@pytest.mark.parametrize(
    ("raw", "outbound"),
    [
        ({"direction": "inbound"}, False),
        ({"call_type": "Inbound"}, False),
        ({"type": "inbound-api"}, False),
        ({"direction": "outbound-api"}, True),
        ({}, True),
    ],
)
def test_direction(raw: dict[str, Any], outbound: bool) -> None:
    assert read(raw).outbound is outbound


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["id", "to", "status", "created_at", "answered_by", "duration", "direction", "custom_fields"])


@settings(deadline=None)
@given(st.dictionaries(keys, values))
def test_a_record_of_any_shape_is_read(raw: dict[str, Any]) -> None:
    assert read(json.loads(json.dumps(raw))).raw is not None
