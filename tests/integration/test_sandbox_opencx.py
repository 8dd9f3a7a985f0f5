"""OpenCX as it is practised, over real HTTP: its literal answers, errors, pages and sessions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.calls import draw
from tests.contract.opencx import PRACTICE, SUBJECT
from tests.contract.subject import KEY, SEED, Practice, practising
from tests.integration.shop import HOUR, SECOND
from tests.unit.test_opencx_wire import BUY, CHANGES, PRINTED, SEQUENCE

ANSWERED = [f"+1212555{n:04}" for n in range(400) if draw(SEED, f"+1212555{n:04}", 0, None).answered_s][:5]


class Caller:
    """Requests with the right key."""

    def __init__(self, client: httpx.AsyncClient, practice: Practice) -> None:
        self._client, self.practice = client, practice

    async def ask(self, verb: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status, and the document (None: no body)."""
        answer = await self._client.request(verb, path, json=body)
        return answer.status_code, json.loads(answer.content) if answer.content else None

    async def call(self, number: str) -> None:
        made = await self.ask("POST", "/contacts", {"contact": {"phone": number, "custom_data": {"ref": number}}})
        assert await self.ask("POST", f"/phone/{PRACTICE}/call", {"contact": made[1]}) == (201, None)

    async def sessions(self, query: str = "") -> list[Any]:
        _, found = await self.ask("GET", f"/chat/sessions{query}")
        items: list[Any] = found["items"]
        return items


@pytest.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Caller]:
    async with practising(SUBJECT, tmp_path, assumed=Assumptions(page_size=2)) as practice:
        bearer = {"Authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient(base_url=practice.url, headers=bearer) as client:
            yield Caller(client, practice)


async def test_buy_answers_id_and_number_and_what_is_wrong_is_told_as_documented(caller: Caller) -> None:
    status, phone = await caller.ask("POST", "/phone/buy", BUY)
    assert (status, {*phone}) == (201, {"id", "phone_number"})
    said = {"statusCode": 400, "message": "elevenlabs_voice_id is required", "error": "Bad Request"}
    assert await caller.ask("POST", "/phone/buy", {"area_code": "212"}) == (400, said)
    for wrong in ({"language": "xx"}, {"area_code": "21"}, {"call_max_duration": 21601}, {"initial_message": "Hi."}):
        assert (await caller.ask("POST", "/phone/buy", BUY | wrong))[0] == 400
    assert await caller.ask("PATCH", f"/phone/{phone['id']}", CHANGES) == (200, None)
    assert (await caller.ask("PATCH", f"/phone/{phone['id']}", {"name": "x"}))[0] == 400, "the voice is required"
    assert await caller.ask("DELETE", f"/phone/{phone['id']}") == (200, None)
    gone = {"statusCode": 500, "message": "Phone number not found", "error": "Internal Server Error"}
    assert await caller.ask("DELETE", f"/phone/{phone['id']}") == (500, gone)


async def test_errors_have_the_documented_fields(caller: Caller) -> None:
    async with httpx.AsyncClient(base_url=caller.practice.url) as nobody:
        assert (await nobody.get("/phone")).json() == {
            "statusCode": 401, "message": "Unauthorized", "error": "Unauthorized",
        }  # fmt: skip
    assert (await caller.ask("GET", "/phones"))[0] == 404
    assert (await caller.ask("POST", f"/phone/{PRACTICE}/call", {"contact": {"id": "nobody"}}))[0] == 500
    assert (await caller.ask("POST", f"/phone/{PRACTICE}/call", {"contact": {"phone_number": "911"}}))[0] == 400
    assert caller.practice.book.every() == []


async def test_a_number_that_is_called_becomes_a_contact(caller: Caller) -> None:
    body = {"contact": {"phone_number": ANSWERED[0]}, "options": {"initial_message": "Hi.", "language": "en"}}
    assert await caller.ask("POST", f"/phone/{PRACTICE}/call", body) == (201, None)
    assert await caller.ask("POST", "/phone/outbound-call", body) == (200, {})
    _, contacts = await caller.ask("GET", "/contacts")
    assert [one["phone_number"] for one in contacts["items"]] == [ANSWERED[0]]
    assert {*contacts["items"][0]} == {*PRINTED["GET", "/contacts"]["answer"]["items"]["items"]}


async def test_a_session_has_the_documented_fields_and_goes_from_open_to_closed(caller: Caller) -> None:
    await caller.call(ANSWERED[0])
    assert await caller.sessions() == [], "it rings"
    caller.practice.clock.move(HOUR)
    (session,) = await caller.sessions()
    assert {*session} <= {*PRINTED["GET", "/chat/sessions"]["answer"]["items"]["items"]}
    assert session["status"] in ("closed_resolved", "closed_unresolved")
    assert (session["channel"], session["contact"]["custom_data"]) == ({"type": "phone_voice"}, {"ref": ANSWERED[0]})
    assert await caller.ask("GET", f"/chat/sessions/{session['id']}") == (200, session)
    status, history = await caller.ask("GET", f"/chat/sessions/{session['id']}/history")
    assert [one["event"]["sender"]["type"] for one in history["items"]] == ["ai", "contact"]
    assert (status, {*history}) == (200, {"items", "next"})


async def test_sessions_come_by_pages_by_channel_and_by_status(caller: Caller) -> None:
    for number in ANSWERED:
        await caller.call(number)
        caller.practice.clock.move(SECOND)
    caller.practice.clock.move(HOUR)
    seen, cursor = [], ""
    while cursor is not None:
        _, page = await caller.ask("GET", f"/chat/sessions?channel_type=phone_voice&cursor={cursor}")
        seen += page["items"]
        cursor = page["next"]
    assert len({one["id"] for one in seen}) == len(seen) == len(ANSWERED)
    assert [one["created_at"] for one in seen] == sorted((one["created_at"] for one in seen), reverse=True)
    assert await caller.sessions("?channel_type=web") == []
    assert await caller.sessions("?status=open") == []


async def test_only_a_one_off_sequence_is_started_and_only_a_continuous_one_is_added_to(caller: Caller) -> None:
    _, made = await caller.ask("POST", "/sequences", SEQUENCE)
    added = {"contacts": [{"phone_number": "+12345678910"}]}
    assert (await caller.ask("POST", f"/sequences/{made['id']}/contacts", added))[0] == 500
    assert await caller.ask("PUT", "/sequences/reminders/start") == (200, None)
    await caller.ask("PATCH", "/sequences/reminders", {"is_continuous": True})
    assert (await caller.ask("PUT", "/sequences/reminders/start"))[0] == 500
    status, run = await caller.ask("POST", "/sequences/reminders/contacts", added)
    assert (status, {*run}) == (201, {"run_id"})
    assert await caller.ask("PUT", f"/sequences/{run['run_id']}/cancel") == (200, None)
    _, shown = await caller.ask("GET", "/sequences/reminders")
    assert {*shown} == {*PRINTED["GET", "/sequences/{sequence_id}"]["answer"]}
    assert caller.practice.book.every() == [], "it calls nobody here"
