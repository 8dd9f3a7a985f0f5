"""What goes over the wire to OpenCX, and how its answers are read, against its OpenAPI file and seed 003.

``tests/seeds/opencx.json`` holds both, taken out by machine; the seed prints no example, so those here are made of its
fields.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from campaigns.spec import Platform
from dialer.providers.opencx.account import OpenCXAccount
from dialer.providers.opencx.api.account import Api
from dialer.providers.opencx.api.contacts import ContactFields
from dialer.providers.opencx.api.phones import CallOptions, NewPhone, PhoneChanges, Purchase
from dialer.providers.opencx.api.sequences import NewSequence, SequenceChanges, Somebody
from dialer.providers.opencx.choices import LANGUAGES, VOICES
from dialer.providers.opencx.client import OpenCX
from dialer.providers.opencx.endpoints import ENDPOINTS, LATER
from dialer.providers.parts import Payload
from dialer.providers.platform import Placement
from dialer.sandbox.opencx import sessions, tables
from tests.answering import Service, listening
from tests.contract.opencx import SUBJECT
from tests.contract.subject import within
from tests.integration.rude_servers import Behaviour, replies, reset_after_request
from tests.integration.rude_servers import serving as rude

SEED = json.loads((Path(__file__).parents[1] / "seeds" / "opencx.json").read_text(encoding="utf-8"))
PRINTED = {(one["verb"], one["path"]): one for one in SEED["endpoints"]}
ID = "7f3c1e0a-5d0f-4f1e-9f0f-1f6f6e1c2b3a"
VOICE = "hP72SDESIJq2YuAblBqz"
BUY = {
    "name": "Mark", "area_code": "212", "base_prompt": "You work for FictionalCompany.",
    "handoff_phone_number": "+12025550123",
    "greeting_message": "Hello! This is Mark from FictionalCompany. How can I help you?", "language": "en",
    "emotion_recognition": True, "elevenlabs_voice_id": VOICE, "voice_speed": 1.1,
    "speaks_first": "assistant-speaks-first", "wait_time_before_ending_call": 30, "call_max_duration": 21600,
    "end_call_message": "Goodbye.",
    "awaiting_response_messages": "Are you still there?,Hello?,Do you need help with anything?",
    "awaiting_response_max_spoken_count": 3, "awaiting_response_timeout": 10,
}  # fmt: skip
CHANGES = {"initial_message": "Hi.", "elevenlabs_voice_id": VOICE}
CONTACT = {"email": "ann@example.com", "phone": "+12125550123", "name": "Ann", "custom_data": {"plan": "gold"}}
SEQUENCE = {
    "name": "Reminders", "custom_id": "reminders", "is_continuous": False,
    "filter": {"or": [
        {"and": [
            {"type": "contact_id_in", "contact_ids": [ID]},
            {"type": "contacts_created_at_between", "after": "2024-09-01T00:00:00Z", "before": None},
        ]},
        {"and": [
            {"type": "contacts_email_domain_name_in", "domain_name_in": ["example.com"]},
            {"type": "contacts_affected_by_sequence", "sequence_id": "welcome"},
        ]},
    ]},
    "steps": [
        {"action": {"type": "make_phone_calls", "data": {}}, "delay_in_minutes": 5},
        {"action": {"type": "send_emails", "data": {
            "from_email": "a@example.com", "email_subject": "Hi", "email_body": "Hi.", "email_sender_name": "Mark",
            "email_is_transactional": True,
        }}},
    ],
}  # fmt: skip
SESSION = {
    "id": ID, "status": "closed_resolved", "channel": {"type": "phone_voice"},
    "contact": {"id": ID, "email": None, "phone_number": "+12125550123", "name": "Ann", "custom_data": {}},
    "language": "en", "assignee_id": "7", "handoff": {"sentiment": "happy", "summary": "all is well"},
    "created_at": "2024-09-14T10:00:00.000Z", "updated_at": "2024-09-14T10:02:30.000Z",
}  # fmt: skip
EVENT = {
    "created_at": "2024-09-14T10:00:01.000Z",
    "event": {"type": "message", "sender": {"type": "ai"}, "content": {"type": "text", "text": "Hello!"}},
}


MADE = {"/contacts": (201, {"id": ID})}
"""What is answered where a contact is made."""


@asynccontextmanager
async def serving(service: Service, **settings: Any) -> AsyncIterator[OpenCX]:
    async with listening(service) as url:
        account = OpenCXAccount.model_validate({"base_url": url, **settings})
        client = OpenCX(account, SecretStr("key"), Platform(name="opencx"))
        try:
            yield client
        finally:
            await client.close()


def received(service: Service) -> list[tuple[str, str, Any]]:
    """Method, path and body of each request."""
    return [(request.verb, request.path, request.json()) for request in service.requests]


@dataclass(frozen=True)
class Case:
    """A request, what must be received of it, what is answered, and what of that is read."""

    ask: Callable[[Api], Awaitable[Any]]
    path: str
    body: Any = None
    answer: Any = None
    read: Any = None


CASES = {
    "phones.buy": Case(
        lambda api: api.phones.buy(Purchase.model_validate(BUY)), "/phone/buy", BUY,
        {"id": ID, "phone_number": "+12125550100"}, {"id": ID, "phone_number": "+12125550100"},
    ),
    "phones.every": Case(
        lambda api: api.phones.every(), "/phone", None,
        {"items": [{"id": ID, "name": None, "phone_number": "+12125550100"}], "next": "abc"},
        ([{"id": ID, "phone_number": "+12125550100"}], "abc"),
    ),
    "phones.update": Case(
        lambda api: api.phones.update(ID, PhoneChanges.model_validate(CHANGES)), f"/phone/{ID}", CHANGES
    ),
    "phones.delete": Case(lambda api: api.phones.delete(ID), f"/phone/{ID}"),
    "contacts.save": Case(
        lambda api: api.contacts.save(ContactFields.model_validate(CONTACT)), "/contacts", {"contact": CONTACT},
        {"id": ID}, {"id": ID},
    ),
    "contacts.every": Case(
        lambda api: api.contacts.every("abc"), "/contacts?cursor=abc", None,
        {"items": [SESSION["contact"]], "next": None},
        ([{"id": ID, "phone_number": "+12125550123", "name": "Ann", "custom_data": {}}], None),
    ),
    "contacts.update": Case(
        lambda api: api.contacts.update(ID, ContactFields(name="Bob")), f"/contacts/{ID}", {"contact": {"name": "Bob"}}
    ),
    "contacts.delete": Case(lambda api: api.contacts.delete(ID), f"/contacts/{ID}"),
    "sequences.create": Case(
        lambda api: api.sequences.create(NewSequence.model_validate(SEQUENCE)), "/sequences", SEQUENCE,
        {"id": ID}, {"id": ID},
    ),
    "sequences.get": Case(
        lambda api: api.sequences.get("reminders"), "/sequences/reminders", None,
        {**SEQUENCE, "started_at": None, "canceled_at": None, "ended_at": "2024-09-14T10:00:00Z"},
        {**SEQUENCE, "ended_at": "2024-09-14T10:00:00Z"},
    ),
    "sequences.update": Case(
        lambda api: api.sequences.update(ID, SequenceChanges(name="Later")), f"/sequences/{ID}", {"name": "Later"}
    ),
    "sequences.start": Case(lambda api: api.sequences.start(ID), f"/sequences/{ID}/start"),
    "sequences.cancel": Case(lambda api: api.sequences.cancel(ID), f"/sequences/{ID}/cancel"),
    "sequences.add_contact": Case(
        lambda api: api.sequences.add_contact(ID, Somebody(phone_number="+12345678910")), f"/sequences/{ID}/contacts",
        {"contacts": [{"phone_number": "+12345678910"}]}, {"run_id": ID}, {"run_id": ID},
    ),
    "sessions.every": Case(
        lambda api: api.sessions.every("abc", "phone_voice"), "/chat/sessions?channel_type=phone_voice&cursor=abc",
        None, {"items": [SESSION], "next": None}, ([SESSION], None),
    ),
    "sessions.get": Case(lambda api: api.sessions.get(ID), f"/chat/sessions/{ID}", None, SESSION, SESSION),
    "sessions.history": Case(
        lambda api: api.sessions.history(ID), f"/chat/sessions/{ID}/history", None,
        {"items": [EVENT], "next": None}, ([EVENT], None),
    ),
    "phones.create": Case(
        lambda api: api.phones.create(NewPhone(name="Mark", type="outbound", action_ids=["7"])), "/phone",
        {"name": "Mark", "type": "outbound", "actionIds": ["7"]}, {"id": ID}, {"id": ID},
    ),
}  # fmt: skip


def plain(answer: Any) -> Any:
    if hasattr(answer, "items"):
        return [plain(one) for one in answer.items], answer.next
    return None if answer is None else answer.model_dump(exclude_none=True)


def without_nulls(value: Any) -> Any:
    """As models are compared: their own fields that are null stay away."""
    if isinstance(value, tuple):
        return [without_nulls(one) for one in value[0]], value[1]
    return {name: inner for name, inner in value.items() if inner is not None} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", CASES)
async def test_a_request_is_the_documented_one_and_its_answer_is_read(name: str) -> None:
    case, endpoint = CASES[name], ENDPOINTS[name]
    answer_of = MADE if name == "contacts.save" else {}
    service = Service(b"" if case.answer is None else case.answer, paths=answer_of)
    async with serving(service) as client:
        answer = await case.ask(client.api)
        if name == "contacts.save":
            assert answer.id == ID
        else:
            assert plain(answer) == case.read
    assert received(service) == [(endpoint.verb, case.path, case.body)]


def test_every_documented_endpoint_is_one_of_ours_with_its_empty_answers() -> None:
    ours = {(one.verb, one.path): one.empty for one in ENDPOINTS.values() if one.section != LATER}
    assert ours == {place: "answer" not in one for place, one in PRINTED.items()}
    assert set(CASES) == set(ENDPOINTS) - {"calls.make", "calls.make_later"}


MODELS: list[tuple[str, str, type[Payload]]] = [
    ("POST", "/phone/buy", Purchase), ("PATCH", "/phone/{phone_number_id}", PhoneChanges),
    ("POST", "/sequences", NewSequence), ("PATCH", "/sequences/{sequence_id}", SequenceChanges),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "path", "model"), MODELS)
def test_a_payload_has_exactly_the_documented_fields(verb: str, path: str, model: type[Payload]) -> None:
    printed = PRINTED[verb, path]["request"]
    assert {*model.names()} == {*printed}
    needed = {name for name, one in model.model_fields.items() if one.is_required()}
    assert needed == {name for name, one in printed.items() if one["required"]}


def test_a_calls_options_and_a_contacts_fields_are_the_documented_ones() -> None:
    call = PRINTED["POST", "/phone/{phone_number_id}/call"]["request"]
    assert {*CallOptions.names()} == {*call["options"]["fields"]} == {*tables.OPTIONS}
    assert {*ContactFields.names()} == {*PRINTED["POST", "/contacts"]["request"]["contact"]["fields"]}
    assert {*Purchase.names()} == {*tables.BUY}
    assert len(Purchase.names()) == 16
    assert [*Purchase.names()] == [*PRINTED["POST", "/phone/buy"]["request"]], "in the order they are printed"


def test_the_languages_voices_and_words_are_those_that_are_printed() -> None:
    assert [*LANGUAGES] == [*tables.LANGUAGES] == SEED["languages"]
    assert [*VOICES] == [*tables.VOICES] == SEED["voices"]
    assert (len(LANGUAGES), len(VOICES)) == (37, 30)
    session = PRINTED["GET", "/chat/sessions"]["answer"]["items"]["items"]
    assert [*sessions.STATUSES] == session["status"]["enum"]
    assert "phone_voice" in session["channel"]["fields"]["type"]["enum"]


WRONG = [
    ("language", "klingon", "nearest"), ("elevenlabs_voice_id", "nobody", "nearest"), ("area_code", "21", "212"),
    ("area_code", "416", "United States"), ("area_code", "800", "United States"), ("call_max_duration", 21601, "21600"),
    ("speaks_first", "nobody", "assistant-speaks-first"), ("initial_message", "Hi.", "Extra"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_cannot_be_bought_is_refused_before_it_is_sent(name: str, value: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Purchase.model_validate(BUY | {name: value})


def test_a_language_is_taken_in_any_case() -> None:
    assert Purchase.model_validate(BUY | {"language": "ZH-tw"}).language == "zh-TW"


async def test_a_call_is_asked_for_by_the_contact_that_carries_our_reference() -> None:
    service = Service(b"", status=201, paths=MADE)
    options = {"initial_message": "Hi.", "call_max_duration": 600}
    async with serving(service, options=options) as client:
        await client.prepare("+12125550123", {"name": "Ann", "plan": "gold"}, "ref-1")
        answer = await client.place("phone/1", "+12125550123", {"name": "Ann", "plan": "gold"}, "ref-1", within(2))
    assert answer.placement is Placement.PLACED
    data = {"name": "Ann", "plan": "gold", "dialer_ref": "ref-1"}
    assert received(service) == [
        ("POST", "/contacts", {"contact": {"phone": "+12125550123", "custom_data": data, "name": "Ann"}}),
        ("POST", "/phone/phone%2F1/call", {"contact": {"id": ID}, "options": options}),
    ]


UNMADE = [
    (replies(500, b'{"statusCode": 500, "message": "it went wrong"}'), Placement.NOT_PLACED),
    (replies(201, b"<html>maintenance</html>"), Placement.NOT_PLACED),
    (reset_after_request, Placement.NOT_PLACED),
    (replies(429, b"", "Retry-After: 7"), Placement.NOT_PLACED),
    (replies(400, b'{"statusCode": 400, "message": "phone is not valid"}'), Placement.REJECTED),
    (replies(401, b'{"statusCode": 401, "message": "Unauthorized"}'), Placement.ACCOUNT),
]


@pytest.mark.parametrize(("behaviour", "placement"), UNMADE)
async def test_without_a_contact_no_call_is_asked_for_and_surely_there_is_none(
    behaviour: Behaviour, placement: Placement
) -> None:
    async with rude(behaviour) as server, SUBJECT.calling(server.url) as client:
        answer = await SUBJECT.place(client)
    assert answer.placement is placement
    assert answer.retry_after_s == (7.0 if answer.status == 429 else None)
    assert b"/call " not in server.received


async def test_contacts_of_calls_that_are_never_asked_for_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialer.providers.opencx.client.READY", 2)
    service = Service(b"", status=201, paths=MADE)
    async with serving(service) as client:
        for ref in ("one", "two", "three"):
            await client.prepare("+12125550123", {}, ref)
        for ref in ("three", "one"):
            assert (await client.place("p1", "+12125550123", {}, ref, within(2))).placement is Placement.PLACED
    made = [path for _, path, _ in received(service)]
    assert made == ["/contacts"] * 3 + ["/phone/p1/call", "/contacts", "/phone/p1/call"], "and made again where needed"


async def test_the_later_way_is_taken_where_the_account_says_so() -> None:
    service = Service({"whatever": 1}, paths=MADE)
    async with serving(service, calls="2024-11") as client:
        answer = await client.place("p1", "+12125550123", {}, "ref-1", within(2))
    assert answer.placement is Placement.PLACED
    assert received(service)[1] == ("POST", "/phone/outbound-call", {"phone_number_id": "p1", "contact": {"id": ID}})


async def test_phones_are_listed_page_by_page_and_later_all_at_once() -> None:
    phone = {"id": "p1", "name": "Mark", "phone_number": "+12125550100"}
    async with serving(Service([phone])) as client:
        assert await client.numbers() == ["+12125550100"]
        assert (await client.agent("p1")).caller_number == "+12125550100"
