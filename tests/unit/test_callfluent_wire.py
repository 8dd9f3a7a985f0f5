"""What goes over the wire to CallFluent, and how its answers are read, against what its documents print.

Every printed example request is sent as printed, every printed answer and error is read. Where no example is printed,
the body is the printed wrapping around the examples of the printed table.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr, ValidationError

from dialer.errors import NoPermission, PlatformError
from dialer.providers.callfluent.api.account import Api
from dialer.providers.callfluent.api.actions import ACTIONS
from dialer.providers.callfluent.api.agent import AgentPayload
from dialer.providers.callfluent.api.users import SmtpSettings, UserDetail, UserSettings
from dialer.providers.callfluent.api.workspaces import WorkspaceChanges
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.callfluent.endpoints import ENDPOINTS
from dialer.providers.platform import Deadline, Placement
from tests.answering import Service, listening
from tests.documents import ACTION_TYPES, SECTIONS

KEY = "cf-key-3f9a61c2d7"
PRINTED = {name: SECTIONS[endpoint.section] for name, endpoint in ENDPOINTS.items()}
AGENT = PRINTED["agents.create"].example("Request Body (agentPayload)")
SENT_AGENT = AGENT | {"tone": "a Professional"}  # the constants' value, of which the table prints the label
FIELD = PRINTED["agents.set_field"].example("custom_field")
ORIGINS = PRINTED["agents.set_origins"].example("webhookPayload")
BRANDING = PRINTED["users.update_settings"].body
EMAIL = PRINTED["agents.create_action"].example("1. Send Email")
SECRET = "planted-secret-77"


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[CallFluent]:
    async with listening(service) as url:
        client = CallFluent(url, SecretStr(KEY))
        try:
            yield client
        finally:
            await client.close()


@dataclass(frozen=True)
class Case:
    """A request made with the printed examples; ``body`` and ``path`` as they must be received."""

    ask: Callable[[Api], Awaitable[Any]]
    body: Any = None
    path: str = ""


def two(answer: Any) -> bool:
    return [(one.id, one.name) for one in answer] == [(1, "first workspace"), (2, "second workspace")]


CASES = {
    "workspaces.create": Case(lambda api: api.workspaces.create("First Workspace"), {"name": "First Workspace"}),
    "workspaces.every": Case(lambda api: api.workspaces.every()),
    "workspaces.get": Case(lambda api: api.workspaces.get(1)),
    "workspaces.voices": Case(lambda api: api.workspaces.voices(14)),
    "workspaces.update": Case(
        lambda api: api.workspaces.update(14, WorkspaceChanges(name="New Workspace", max_minutes=9999)),
        {"name": "New Workspace", "maxMins": 9999},
    ),
    "workspaces.invite": Case(
        lambda api: api.workspaces.invite(14, "[email protected]"), {"workspace_id": 14, "email": "[email protected]"}
    ),
    "workspaces.remove_member": Case(lambda api: api.workspaces.remove_member(11)),
    "workspaces.delete": Case(lambda api: api.workspaces.delete(1)),
    "workspaces.calendars": Case(lambda api: api.workspaces.calendars(1)),
    "agents.numbers": Case(lambda api: api.agents.numbers(1)),
    "agents.create": Case(
        lambda api: api.agents.create(AgentPayload.model_validate(PRINTED["agents.create"].request)),
        PRINTED["agents.create"].request,
    ),
    "agents.every": Case(lambda api: api.agents.every(1)),
    "agents.get": Case(lambda api: api.agents.get(1)),
    "agents.delete": Case(lambda api: api.agents.delete(11)),
    "agents.calls": Case(lambda api: api.agents.calls(1), path="/agent/1/calls?page=1"),
    "agents.update": Case(
        lambda api: api.agents.update(14, AgentPayload.model_validate(AGENT)), {"Payload": SENT_AGENT}
    ),
    "agents.upload": Case(lambda api: api.agents.upload(1, "prices.txt", b"ten dollars"), b"ten dollars"),
    "agents.delete_file": Case(lambda api: api.agents.delete_file(11)),
    "agents.delete_call": Case(lambda api: api.agents.delete_call(11)),
    "agents.hang_up": Case(lambda api: api.agents.hang_up(1), {"callid": 1}),
    "agents.set_field": Case(
        lambda api: api.agents.set_field(1, FIELD["name"], FIELD["label"], FIELD["id"]), {"data": FIELD}
    ),
    "agents.delete_field": Case(lambda api: api.agents.delete_field(1, FIELD["id"])),
    "agents.create_action": Case(
        lambda api: api.agents.create_action(ACTIONS["sendEmail"].model_validate(EMAIL)), {"payload": EMAIL}
    ),
    "agents.update_action": Case(
        lambda api: api.agents.update_action(1, ACTIONS["sendEmail"].model_validate(EMAIL)),
        {name: value for name, value in EMAIL.items() if name != "agentId"},
    ),
    "agents.delete_action": Case(lambda api: api.agents.delete_action(1)),
    "agents.set_origins": Case(
        lambda api: api.agents.set_origins(1, tuple(ORIGINS["webhook_cors_origin"])), {"data": ORIGINS}
    ),
    "resource.get": Case(lambda api: api.resource.get("app.callfluent.ai"), path="/resource?domain=app.callfluent.ai"),
    "users.profile": Case(lambda api: api.users.profile()),
    "users.update": Case(
        lambda api: api.users.update(UserDetail(phone_number="+1 234 5678910", name="Ann")),
        {"data": {"phone_number": "+1 234 5678910", "name": "Ann"}},
    ),
    "users.reset_password": Case(
        lambda api: api.users.reset_password(SecretStr("123456"), SecretStr("abcdefg")),
        PRINTED["users.reset_password"].body,
    ),
    "users.update_settings": Case(
        lambda api: api.users.update_settings(UserSettings.model_validate(BRANDING["data"])), BRANDING
    ),
    "users.update_smtp": Case(
        lambda api: api.users.update_smtp(SmtpSettings.model_validate(PRINTED["users.update_smtp"].body["data"])),
        PRINTED["users.update_smtp"].body,
    ),
}  # fmt: skip


def test_there_is_a_case_for_every_endpoint_but_make_call() -> None:
    assert [*CASES] == [name for name in ENDPOINTS if name != "calls.make"]


@pytest.mark.parametrize("name", CASES)
async def test_a_request_goes_over_the_wire_as_it_is_printed(name: str) -> None:
    case, printed = CASES[name], PRINTED[name]
    # Only the word "calls" stands where the history's records would: an unknown shape is no empty history.
    service = Service(printed.answer if name != "agents.calls" else {**printed.answer, "data": []})
    async with serving(service) as client:
        await case.ask(client.api)
    [request] = service.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert (request.verb, request.path) == (printed.verb, case.path or printed.wire_path)
    if isinstance(case.body, bytes):
        assert request.content_type.startswith("multipart/form-data; boundary=")
        assert case.body in request.body
        return
    assert request.json() == case.body
    assert request.content_type == ("application/json" if case.body is not None else "")
    if printed.request is not None:
        assert request.json() == printed.request
    if isinstance(printed.body, dict):
        assert list(request.json()) == list(printed.body)  # the wrapping, to the letter


async def test_make_call_wraps_number_and_fields_as_printed() -> None:
    printed, service = PRINTED["calls.make"], Service(PRINTED["calls.make"].answer)
    async with serving(service) as client:
        deadline = Deadline(float("inf"), float("inf"))
        answer = await client.place("1", "+12345678910", {"name": "Ann", "email": "a@b.example"}, "ref-1", deadline)
    [request] = service.requests
    assert (request.verb, request.path) == (printed.verb, printed.wire_path)
    fields = {"name": "Ann", "email": "a@b.example", "dialer_ref": "ref-1"}
    assert request.json() == {"data": {"phone_number": "+12345678910", **fields}}
    assert (answer.placement, answer.call_id) == (Placement.PLACED, None)


@pytest.mark.parametrize("caption", ACTION_TYPES)
async def test_each_printed_action_is_sent_as_its_table_has_it(caption: str) -> None:
    creates, updates = (
        PRINTED[name].example(caption) | ({"collectField": "email"} if caption == "5. Data Collection" else {})
        for name in ("agents.create_action", "agents.update_action")
    )
    for kind in ACTION_TYPES[caption]:
        service = Service({"status": True, "data": {"id": 5, "actionType": kind}})
        async with serving(service) as client:
            made = await client.api.agents.create_action(ACTIONS[kind].model_validate(creates | {"actionType": kind}))
            await client.api.agents.update_action(1, ACTIONS[kind].model_validate(updates | {"actionType": kind}))
        assert (made.id, made.action_type) == (5, kind)
        assert service.requests[0].json() == {"payload": creates | {"actionType": kind}}
        assert service.requests[1].json() == updates | {"actionType": kind}


async def answered(name: str, answer: Any) -> Any:
    async with serving(Service(answer)) as client:
        return await CASES[name].ask(client.api)


@pytest.mark.parametrize("name", [n for n in CASES if n.startswith("workspaces.") and n.split(".")[1] in
                                  ("create", "every", "update", "invite", "remove_member")])  # fmt: skip
async def test_the_printed_list_of_workspaces_is_read_in_either_wrapping(name: str) -> None:
    assert two(await answered(name, PRINTED[name].answer))
    assert two(await answered(name, PRINTED["workspaces.every"].answer))
    assert two(await answered(name, PRINTED["workspaces.update"].answer))


async def test_the_printed_answers_are_read() -> None:
    [left] = await answered("workspaces.delete", PRINTED["workspaces.delete"].answer)
    assert (left.id, left.name) == (2, "second workspace")
    voices = await answered("workspaces.voices", PRINTED["workspaces.voices"].answer)
    assert [(voice.value, voice.brand) for voice in voices] == [("alloy", "openai"), ("echo", "openai")]
    [number] = await answered("agents.numbers", PRINTED["agents.numbers"].answer)
    assert (number.number, number.type) == ("twlio_number", "twilio/verified")
    rows = PRINTED["agents.numbers"].answer["data"]
    assert await answered("agents.numbers", {"status": True, "data": {"number_list": rows}}) == (number,)
    branding = await answered("resource.get", PRINTED["resource.get"].answer)
    assert (branding.primary_color, branding.website_name) == ("#00ff9c", "Callfluent AI")
    profile = await answered("users.profile", PRINTED["users.profile"].answer)
    assert (profile.user.name, profile.setting["website_name"]) == ("test", "callfluent")


async def test_words_that_stand_for_an_answer_are_filled_in() -> None:
    found = {"id": 7, "name": "Ada", "format": "outbound", "tone": "a Professional", "new": [1]}
    assert (await answered("agents.create", {"status": True, "data": found})).settings()["tone"] == "a Professional"
    [one] = await answered("agents.every", {"status": True, "data": [found]})
    assert one.model_dump()["new"] == [1]
    details = await answered(
        "agents.get",
        {"status": True, "data": {"agent": found, "files": [{"id": 3, "name": "p.txt"}], "totalCalls": 4}},
    )
    assert (details.agent.id, details.files[0].name, details.total_calls) == (7, "p.txt", 4)
    odd = await answered("workspaces.get", {"status": True, "data": {"id": 1, "name": 5, "maxMins": "unlimited"}})
    assert (odd.id, odd.name, odd.max_minutes) == (1, "5", None)
    assert await answered("agents.calls", {"status": True, "data": {"calls": [{"id": 1}]}}) == ({"id": 1},)


def errors() -> list[tuple[str, int, dict[str, Any]]]:
    """Every printed error: endpoint, status (500 where none is printed), body."""
    found = []
    for name in CASES:
        for error in PRINTED[name].errors:
            body = {"status": False, "error": error} if isinstance(error, str) else error["body"]
            found.append((name, 500 if isinstance(error, str) else error["status"] or 500, body))
    return found


@pytest.mark.parametrize(("name", "status", "body"), errors())
async def test_every_printed_error_is_told_in_its_words_and_nothing_is_asked_twice(
    name: str, status: int, body: dict[str, Any]
) -> None:
    service = Service(body, status)
    async with serving(service) as client:
        with pytest.raises(NoPermission if status == 403 else PlatformError) as caught:
            await CASES[name].ask(client.api)
    for key in ("error", "msg", "message"):
        assert body.get(key, "").rstrip(".") in str(caught.value)
    assert len(service.requests) == 1


@pytest.mark.parametrize("name", [name for name, endpoint in ENDPOINTS.items() if name in CASES and not endpoint.reads])
async def test_nothing_that_changes_is_sent_again(name: str) -> None:
    """Also not by the library, which sends a PUT or DELETE again on a connection that it had kept open."""
    verb = PRINTED[name].verb
    service = Service({"status": True, "data": []}, hangs_up_on=verb)
    async with serving(service) as client:
        await client.api.workspaces.every()
        with pytest.raises(PlatformError, match="unclear whether"):
            await CASES[name].ask(client.api)
    assert [request.verb for request in service.requests] == ["GET", verb]
    service = Service({"error": "restarting"}, 503)
    async with serving(service) as client:
        with pytest.raises(PlatformError):
            await CASES[name].ask(client.api)
    assert len(service.requests) == 1


async def test_a_read_is_tried_again() -> None:
    service = Service({"error": "restarting"}, 503)
    async with serving(service) as client:
        with pytest.raises(PlatformError, match="out of order"):
            await client.api.workspaces.every()
    assert len(service.requests) == 3


async def test_a_secret_is_sent_and_told_to_nobody() -> None:
    secrets = {"auth_token": SECRET, "elevenlabs_key": SECRET, "openai_key": SECRET}
    changes = WorkspaceChanges.model_validate(secrets)
    service = Service({"status": False, "error": f"bad token {SECRET} for {KEY}"}, 500)
    async with serving(service) as client:
        with pytest.raises(PlatformError) as caught:
            await client.api.workspaces.update(1, changes)
        with pytest.raises(PlatformError) as again:
            await client.api.users.reset_password(SecretStr(SECRET), SecretStr(SECRET))
    assert service.requests[0].json() == secrets
    assert service.requests[1].json() == {"data": {"oldPass": SECRET, "newPass": SECRET}}
    with pytest.raises(ValidationError) as refused:
        SmtpSettings.model_validate({"smtp_password": SECRET, "smtp_port": 465})
    assert SECRET not in str(refused.value)
    for odd in ("status", "true", 'a"b'):  # a secret may be any word, also one that the answer is made of
        async with serving(Service({"status": True})) as client:
            await client.api.users.reset_password(SecretStr(odd), SecretStr(odd))
        async with serving(Service({"status": False, "msg": f"no {odd}!"})) as client:
            with pytest.raises(PlatformError, match="no <secret>!"):
                await client.api.users.reset_password(SecretStr(odd), SecretStr("x y z"))
    workspace = await answered("workspaces.get", {"status": True, "data": {"id": 1, **secrets}})
    for said in (str(caught.value), str(again.value), repr(changes), repr(workspace), workspace.model_dump_json()):
        assert SECRET not in said
        assert KEY not in said


async def test_a_file_of_any_name_arrives_whole() -> None:
    received: list[tuple[str, str | None, bytes]] = []

    async def respond(request: web.Request) -> web.Response:
        part = await (await request.multipart()).next()
        received.append((part.name, part.filename, bytes(await part.read())))  # type: ignore[union-attr, arg-type]
        return web.json_response({"status": True, "data": "agent_list"})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", respond)
    content = bytes(range(256)) * 40
    async with TestServer(app) as server:
        client = CallFluent(str(server.make_url("/")), SecretStr(KEY))
        for name in ("prices 2026.pdf", "Größe.txt", 'a"b.txt'):
            assert await client.api.agents.upload(1, name, content) == ()
        await client.close()
    assert [name for name, _, _ in received] == ["files"] * 3
    assert all(read == content for _, _, read in received)
    assert received[0][1] == "prices 2026.pdf"
