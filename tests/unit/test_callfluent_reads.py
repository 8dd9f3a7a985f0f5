"""The client's GETs and its PUT against a local server that answers as seed 000 documents it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from campaigns.errors import DialerError
from campaigns.vocabulary import Result
from dialer.errors import KeyRefused, NoPermission, PlatformError, UnknownAgent
from dialer.providers.callfluent.client import CallFluent

KEY = "cf-key-3f9a61c2d7"
AGENT = {
    "id": 12,
    "name": "Sales assistant",
    "format": "outbound",
    "phone_number": "+1 312 555 0100",
    "blocked_phone_types": "1, 6,99",
    "enable_voice_mail": True,
    "voice_mail_mode": 1,
    "custom_fields": [{"id": "d7d6946a", "name": "email", "label": "E-mail"}],
}
GET_ONE = {"status": True, "data": {"agent": AGENT, "files": [], "totalCalls": 0, "averageDuration": 0}}


class Service:
    """Answers a route with its document or (status, document), a list one by one; remembers the requests."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {path: given if isinstance(given, list) else [given] for path, given in answers.items()}
        self.requests: list[tuple[str, str, str, str | None]] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.requests.append((request.method, request.path_qs, body, request.headers.get("Authorization")))
        name = request.path.strip("/").split("/")[2 if request.path.endswith("/calls") else 1].replace("-", "_")
        given = self.answers["calls" if request.path.endswith("/calls") else name]
        answer = given.pop(0) if len(given) > 1 else given[0]
        status, document = answer if isinstance(answer, tuple) else (200, answer)
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        if isinstance(document, str):
            return web.Response(status=status, text=document)
        return web.json_response(document, status=status)


@asynccontextmanager
async def client_of(**answers: Any) -> AsyncIterator[tuple[CallFluent, Service]]:
    service = Service(**answers)
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", service.answer)
    async with TestServer(app) as server:
        client = CallFluent(str(server.make_url("/")), SecretStr(KEY), workspace="7")
        try:
            yield client, service
        finally:
            await client.close()


async def test_an_agents_settings() -> None:
    async with client_of(get_one=GET_ONE) as (client, service):
        agent = await client.agent("12")
    assert (agent.id, agent.name, agent.caller_number, agent.outbound) == (
        "12",
        "Sales assistant",
        "+13125550100",
        True,
    )
    assert agent.blocked_types == {"landline", "tollFree"}
    assert agent.field_names == ("email",)
    assert agent.raw == AGENT
    assert service.requests == [("GET", "/agent/get-one/12", "", f"Bearer {KEY}")]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, None),
        ({"custom_fields": []}, ()),
        ({"customFields": '[{"name": "city"}]'}, ("city",)),
        ({"fields": ["city", "age"]}, ("city", "age")),
    ],
)
async def test_custom_fields_where_they_are_told(fields: dict[str, Any], names: tuple[str, ...] | None) -> None:
    async with client_of(get_one={"status": True, "data": {"agent": {"id": 1, "format": "inbound", **fields}}}) as (
        client,
        _,
    ):
        agent = await client.agent("1")
    assert agent.field_names == names
    assert (agent.outbound, agent.caller_number, agent.blocked_types) == (False, None, frozenset())


async def test_a_page_of_calls_and_what_the_agent_does_with_machines() -> None:
    calls = {"status": True, "data": [{"id": 1, "status": "completed", "answered_by": "machine"}, "not a record"]}
    hangs_up = {"status": True, "data": {"agent": {**AGENT, "voice_mail_mode": 2}}}
    async with client_of(get_one=GET_ONE, calls=calls) as (client, service):
        records = await client.calls("12", 3)
        await client.calls("12", 4)
    assert [(record.call_id, record.result) for record in records] == [("1", Result.VOICEMAIL_LEFT)]
    paths = [path for _, path, _, _ in service.requests]
    assert paths == ["/agent/get-one/12", "/agent/12/calls?page=3", "/agent/12/calls?page=4"]
    async with client_of(get_one=hangs_up, calls=calls) as (client, _):
        assert (await client.calls("12", 1))[0].result is Result.VOICEMAIL_NO_MESSAGE
    async with client_of(get_one=(500, {"status": False, "error": "x"}), calls=calls) as (client, _):
        assert (await client.calls("12", 1))[0].result is Result.VOICEMAIL_NO_MESSAGE


async def test_numbers_and_fields_go_where_they_are_documented() -> None:
    numbers = {"status": True, "data": [{"number": "+12025550123"}], "agentNumMap": {}}
    async with client_of(number_list=numbers, custom_field={"status": True, "data": []}) as (client, service):
        assert await client.numbers() == ("+12025550123",)
        await client.add_field("12", "dialer_ref", "Reference")
    assert [request[:3] for request in service.requests] == [
        ("GET", "/agent/number-list/7/outbound", ""),
        ("PUT", "/agent/custom-field/12", '{"data": {"name": "dialer_ref", "label": "Reference"}}'),
    ]


NO_PERMISSION = {"status": False, "msg": "Your account doesn't have the permission to access that page."}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, {"status": False, "error": f"bad key {KEY} of +12025550123"}), KeyRefused),
        ((403, NO_PERMISSION), NoPermission),
        ((404, "Not Found"), UnknownAgent),
        ((500, {"status": False, "error": "Cannot read property\n'id' of null"}), UnknownAgent),
        ({"status": False, "error": "no agent"}, UnknownAgent),
        ({"status": True, "data": {"agent": None}}, UnknownAgent),
        ({"status": True, "data": {}}, UnknownAgent),
        ((500, "<html>Internal Server Error</html>"), PlatformError),
        ((200, "<html>Welcome</html>"), PlatformError),
        ((429, {"error": "slow down"}), PlatformError),
        ((302, ""), PlatformError),
    ],
)
async def test_what_is_wrong_is_said_in_one_line_without_key_or_number(answer: Any, error: type[DialerError]) -> None:
    async with client_of(get_one=answer) as (client, service):
        with pytest.raises(PlatformError) as caught:
            await client.agent("12")
    assert type(caught.value) is error
    assert len(service.requests) == 1
    message = str(caught.value)
    assert message
    assert "\n" not in message
    assert KEY not in message
    assert "2025550123" not in message


async def test_history_of_an_unknown_shape_is_no_empty_history() -> None:
    async with client_of(get_one=GET_ONE, calls={"status": True, "data": {"pages": 0}}) as (client, _):
        with pytest.raises(PlatformError, match="shape"):
            await client.calls("12", 1)
    async with client_of(get_one=GET_ONE, calls=(404, {})) as (client, _):
        with pytest.raises(UnknownAgent):
            await client.calls("12", 1)


@pytest.mark.parametrize("fault", [(503, "restarting"), (0, "")], ids=["gateway", "reset"])
async def test_a_read_is_tried_again_but_not_for_ever(fault: tuple[int, str]) -> None:
    async with client_of(get_one=[fault, GET_ONE]) as (client, service):
        assert (await client.agent("12")).id == "12"
    async with client_of(get_one=fault) as (client, service):
        with pytest.raises(PlatformError, match="CallFluent"):
            await client.agent("12")
    assert 3 <= len(service.requests) <= 6  # the library itself sends a GET again on a connection it kept


async def test_a_write_is_never_tried_again() -> None:
    async with client_of(custom_field=(503, "restarting")) as (client, service):
        with pytest.raises(PlatformError):
            await client.add_field("12", "a", "b")
    assert len(service.requests) == 1


async def test_a_call_is_hung_up_by_its_number_and_once() -> None:
    gone = 500, {"status": False, "error": "no such call"}
    async with client_of(hangup_call=[{"status": True, "data": []}, gone]) as (client, service):
        await client.hang_up("17")
        with pytest.raises(PlatformError, match="no such call"):
            await client.hang_up("CA17")
    said = [(method, path, json.loads(body)) for method, path, body, _ in service.requests]
    assert said == [("POST", "/agent/hangup-call", {"callid": callid}) for callid in (17, "CA17")]
