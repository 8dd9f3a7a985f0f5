"""Trillet's records and answers: what each says, in every shape that is printed or was met."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from campaigns.forecast.experience import reported_cost
from campaigns.spec import Fields, Platform
from campaigns.vocabulary import Result
from dialer.errors import PlatformError
from dialer.providers.platform import CallRecord, Liveness, Placement
from dialer.providers.reading import Reading
from dialer.providers.transport import Reply
from dialer.providers.trillet.answers import read_answer
from dialer.providers.trillet.history import exported_rows, find_rows, read_call
from tests.answering import Service
from tests.unit.test_trillet_wire import PAGES, PRINTED, serving

GOING, OVER = PAGES["calls.history"]["answer"]
ONE = PAGES["calls.get"]["answer"]
LEFT = Platform(words={"voicemail": Result.VOICEMAIL_LEFT})
NOON = datetime(2024, 1, 22, 15, 29, tzinfo=UTC)
NOTHING = {"error": {"code": "server_error", "message": "Cannot read properties of undefined (reading 'length')"}}
COLUMNS = (
    "Call ID,Record ID,From Phone Number,To Phone Number,Direction,Status,Duration (s),Start Time (UTC),"
    "End Time (UTC),Agent Name,Call Flow Name,Cost,Summary,Recording Link,Analyzed Data (JSON)\r\n"
)


def read(raw: dict[str, Any], platform: Platform | None = None) -> CallRecord:
    return read_call(raw, Reading.of(platform or Platform()))


def test_a_call_of_the_printed_list() -> None:
    going, over = read(GOING), read(OVER)
    assert (going.liveness, going.result, going.outbound) == (Liveness.LIVE, None, True)
    assert going.created_at == datetime.fromtimestamp(1737062894.9754236, UTC)
    assert (over.liveness, over.result, over.duration_s) == (Liveness.FINAL, Result.HUMAN, 0)
    assert (over.call_id, over.raw_answered_by) == ("00pk0su000", "human")
    machine = read({**OVER, "analyzedData": {"answered_by_voicemail": True}})
    assert (machine.result, machine.raw_answered_by) == (Result.VOICEMAIL_NO_MESSAGE, "voicemail")
    assert machine.raw["callId"] == "00000000013bd867b55ca000-00pk0su000"


def test_one_printed_call_by_itself() -> None:
    call = read({**ONE, "metadata": {"dialer_ref": "r1"}, "toPhoneNumber": "+12025550123"})
    assert (call.result, call.ref, call.number) == (Result.HUMAN, "r1", "+12025550123")
    assert (call.created_at, call.duration_s) == (datetime.fromtimestamp(1680000000, UTC), 300)
    assert call.ended_at == datetime.fromtimestamp(1680000300, UTC)


@pytest.mark.parametrize(
    ("status", "liveness", "result"),
    [
        ("active", Liveness.LIVE, None),
        ("in-progress", Liveness.LIVE, None),
        ("ongoing", Liveness.LIVE, None),
        ("completed", Liveness.FINAL, Result.HUMAN),
        ("failed", Liveness.FINAL, Result.FAILED),
        ("no-answer", Liveness.FINAL, Result.NO_ANSWER),
        ("vanished", Liveness.UNREADABLE, None),
        ("", Liveness.UNREADABLE, None),
    ],
)
def test_words_for_a_call(status: str, liveness: Liveness, result: Result | None) -> None:
    call = read({**GOING, "status": status})
    assert (call.liveness, call.result, call.raw_status) == (liveness, result, status)


def test_a_failed_call_may_say_why_and_the_user_has_the_last_word() -> None:
    assert read({**OVER, "status": "failed", "error": "Number busy"}).result is Result.BUSY
    assert read({**OVER, "status": "failed", "error": "No answer"}).result is Result.NO_ANSWER
    told = Platform(words={"Failed": Result.NO_ANSWER, "ringing out": "live"})
    assert read({**OVER, "status": "failed", "error": "Number busy"}, told).result is Result.NO_ANSWER
    assert read({**OVER, "status": "ringing-out"}, told).liveness is Liveness.LIVE
    assert read({**OVER, "analyzedData": {"answered_by_voicemail": True}}, LEFT).result is Result.VOICEMAIL_LEFT
    named = Platform(fields=Fields(id="_id", status="state", number="customer", ref="our_ref"))
    call = read({**OVER, "state": "completed", "customer": "+12025550123", "metadata": {"our_ref": "r2"}}, named)
    assert (call.call_id, call.number, call.ref) == (OVER["_id"], "+12025550123", "r2")


def test_both_shapes_of_a_cost_are_counted() -> None:
    assert reported_cost({"cost": 0.25}, None) == 0.25
    assert reported_cost(ONE, None) == 0.10


def test_inbound_calls_are_nobodys_attempt() -> None:
    assert not read({**OVER, "direction": "inbound"}).outbound


@pytest.mark.parametrize("document", [{"message": "nothing"}, "calls", None, {"calls": "none"}, {"data": {"rows": []}}])
def test_an_unknown_shape_is_no_empty_page(document: Any) -> None:
    with pytest.raises(PlatformError):
        find_rows(document)
    with pytest.raises(PlatformError):
        exported_rows(b"<html>")


async def test_an_empty_history_is_told_from_a_fault_by_the_export() -> None:
    history = {f"/v{n}/api/call-history": (500, NOTHING) for n in (1, 2)}
    row = "00000000013bd867b55ca000-00pk,676b,+12025550100,+12025550123,outbound,completed,42,2025-01-15 15:00:00,"
    row += '2025-01-15 15:01:00,Ada,Flow,0.06,,,"{""answered_by_voicemail"": true}"\r\n'
    for content, found in ((COLUMNS, []), (COLUMNS + row, ["00pk"])):
        service = Service(paths={**history, "/v2/api/call-history/export-csv": (200, content.encode())})
        async with serving(service) as client:
            calls = await client.calls("a1", 1)
        assert [call.call_id for call in calls] == found
        assert [asked.path.partition("?")[0] for asked in service.requests] == [
            "/v2/api/call-history", "/v1/api/call-history", "/v2/api/call-history/export-csv",
        ]  # fmt: skip
    [call] = calls
    assert (call.number, call.result, call.duration_s) == ("+12025550123", Result.VOICEMAIL_NO_MESSAGE, 42)
    assert call.ended_at == datetime(2025, 1, 15, 15, 1, tzinfo=UTC)
    fault = {"/v2/api/call-history/export-csv": (500, NOTHING)}
    async with serving(Service(paths={**history, **fault})) as client:
        with pytest.raises(PlatformError):
            await client.calls("a1", 1)


async def test_an_export_ends_where_it_has_no_more_than_the_pages_before() -> None:
    exported = (COLUMNS + "c1,r1,,+12025550123,outbound,completed,1,,,,,,,,\r\n").encode()
    paths: dict[str, Any] = {"/v2/api/call-history": (200, [OVER]), "/v2/api/call-history/export-csv": (200, exported)}
    service = Service(paths=paths)
    async with serving(service) as client:
        assert len(await client.calls("a1", 1)) == 1
        paths["/v2/api/call-history"] = (500, NOTHING)
        assert await client.calls("a1", 2) == []
        paths["/v2/api/call-history/export-csv"] = (200, exported + exported.partition(b"\n")[2].replace(b"c1", b"c2"))
        assert [call.call_id for call in await client.calls("a1", 2)] == ["c1", "c2"]  # that 500 was a fault
        assert await client.calls("a1", 3) == []
    assert not any(asked.path.startswith("/v1") for asked in service.requests)  # v2 had answered before


async def test_the_older_history_is_read_where_the_newer_fails() -> None:
    paths = {"/v2/api/call-history": (500, NOTHING), "/v1/api/call-history": (200, {"calls": [OVER]})}
    service = Service(paths=paths)
    async with serving(service) as client:
        assert [call.call_id for call in await client.calls("a1", 3)] == ["00pk0su000"]
    assert [asked.path for asked in service.requests] == [
        "/v2/api/call-history?agentId=a1&page=3&limit=100", "/v1/api/call-history?agentId=a1&page=3&limit=100",
    ]  # fmt: skip


async def test_nothing_ends_a_call() -> None:
    service = Service()
    async with serving(service) as client:
        with pytest.raises(PlatformError, match="no way to end"):
            await client.hang_up("c1")
    assert service.requests == []


def verdict(status: int, body: Any, **headers: str) -> Any:
    return read_answer(Reply(status, headers, json.dumps(body).encode()), {"out of luck": "not_placed"}, NOON)


@pytest.mark.parametrize(
    ("status", "body", "placement"),
    [
        (200, PAGES["calls.place"]["answer"], Placement.PLACED),
        (201, {"call_id": "00000000013bd867b55ca000-00t0"}, Placement.PLACED),
        (200, {"status": "success"}, Placement.UNKNOWN),
        (200, {"status": "queued", "call_id": "1"}, Placement.UNKNOWN),
        (200, {"status": "error", "message": "?"}, Placement.UNKNOWN),
        (200, [], Placement.UNKNOWN),
        (200, PRINTED["errors"][0], Placement.REJECTED),
        (500, PRINTED["errors"][0], Placement.REJECTED),
        (402, PRINTED["errors"][1], Placement.ACCOUNT),
        (429, PRINTED["errors"][2], Placement.NOT_PLACED),
        (400, {"error": "Bad request", "message": "to is required"}, Placement.REJECTED),
        (404, {"error": {"code": "not_found", "message": "Agent not found"}}, Placement.ACCOUNT),
        (500, {"error": {"code": "server_error", "message": "out of luck"}}, Placement.NOT_PLACED),
        (500, {"error": {"code": "server_error", "message": "You have reached limit."}}, Placement.ACCOUNT),
        (500, NOTHING, Placement.UNKNOWN),
    ],
)
def test_what_an_answer_to_a_request_for_a_call_means(status: int, body: Any, placement: Placement) -> None:
    answer = verdict(status, body)
    assert answer.placement is placement, answer
    assert (answer.call_id is not None) == (placement is Placement.PLACED)


def test_how_long_the_account_rests() -> None:
    too_many = PRINTED["errors"][2]
    assert verdict(429, too_many).retry_after_s == 60  # reset_at
    assert verdict(429, too_many, **{"retry-after": "7"}).retry_after_s == 7
    assert verdict(429, {"error": "slow down"}).retry_after_s is None


def test_a_call_has_one_id_in_both_answers() -> None:
    placed = verdict(200, {"status": "success", "call_id": "00pk0su000"})
    whole = verdict(200, {"status": "success", "call_id": OVER["callId"]})
    assert placed.call_id == whole.call_id == read(OVER).call_id
