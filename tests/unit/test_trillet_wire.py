"""What goes over the wire to Trillet, and how its answers are read, against what seed 004 and its pages print."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from campaigns.errors import InputRefused
from campaigns.spec import Platform
from dialer.errors import KeyRefused, NoPermission, PlatformError, UnknownAgent
from dialer.providers.platform import Deadline, Placement
from dialer.providers.trillet.account import TrilletAccount
from dialer.providers.trillet.api.account import Api
from dialer.providers.trillet.api.agents import AgentPayload
from dialer.providers.trillet.api.batches import BatchPayload
from dialer.providers.trillet.api.calls import Export, Search, WebCall
from dialer.providers.trillet.api.flows import Flow, FlowData, FlowPayload, FlowSettings, PromptVersion, Security
from dialer.providers.trillet.api.numbers import ConfigChanges, Purchase, Registration, Wanted
from dialer.providers.trillet.client import Trillet
from dialer.providers.trillet.endpoints import ENDPOINTS
from tests.answering import Service, listening

KEY, WORKSPACE, SECRET = "tr-key-3f9a61c2d7", "6764d172953253138a3a70f4", "planted-secret-77"
PRINTED = json.loads((Path(__file__).parents[1] / "seeds" / "trillet.json").read_text(encoding="utf-8"))
PAGES, FLOW = PRINTED["pages"], PRINTED["flow"]
WHOLE_FLOW = {
    name: {"string": "x", "boolean": False, "object": {"nodes": []}, "array": ["x"]}[kind]
    for name, kind, *_ in FLOW["request"]
} | {"direction": "outbound", "promptType": "simple", "welcomeMessage": "ai_custom"}  # fmt: skip


@asynccontextmanager
async def serving(service: Service, callback_url: str | None = None) -> AsyncIterator[Trillet]:
    async with listening(service) as url:
        described = TrilletAccount.model_validate(
            {"base_url": url, "workspace": WORKSPACE, "callback_url": callback_url}
        )
        client = described.connect(SecretStr(KEY), Platform(name="trillet"))
        assert isinstance(client, Trillet)
        try:
            yield client
        finally:
            await client.close()


@dataclass(frozen=True)
class Case:
    """A request as it is made; ``body`` and ``path`` as they must be received."""

    ask: Callable[[Api], Awaitable[Any]]
    path: str
    body: Any = None


AGENT = PAGES["agents.create"]["request"]
SECRETS = {"phoneNumber": "+11234567890", "accountSid": "AC1", "authToken": SECRET}
CALLBACK = {"maxAttempts": 3, "gaps": [{"days": 1, "hours": 2}]}
CASES = {
    "flows.create": Case(
        lambda api: api.flows.create(FlowPayload.model_validate(WHOLE_FLOW)), "/v1/api/call-flows", WHOLE_FLOW
    ),
    "flows.every": Case(lambda api: api.flows.every(), "/v1/api/call-flows"),
    "calls.web": Case(
        lambda api: api.calls.web(WebCall.model_validate({"agentId": "a1", "dynamic_variables": {"name": "Ann"}})),
        "/v1/api/web-call",
        {"agentId": "a1", "mode": "voice", "dynamic_variables": {"name": "Ann"}},
    ),
    "calls.history": Case(
        lambda api: api.calls.history(
            Search.model_validate({"agentId": "a1", "callIds": ["c1", "c2"], "dateRange": {"from": "2024-01-01"}})
        ),
        "/v2/api/call-history?page=1&limit=10&agentId=a1&callIds=%5B%22c1%22,%22c2%22%5D"
        "&dateRange=%7B%22from%22:%222024-01-01%22%7D",
    ),
    "calls.older_history": Case(
        lambda api: api.calls.older_history(Search(page=2)), "/v1/api/call-history?page=2&limit=10"
    ),
    "calls.get": Case(lambda api: api.calls.get("676b"), "/v2/api/call-history/676b"),
    "calls.export": Case(
        lambda api: api.calls.export(Export.model_validate({"agentId": "a1", "limit": 5})),
        "/v2/api/call-history/export-csv",
        {"agentId": "a1", "includeTranscripts": False, "includePostAnalysis": False, "limit": 5},
    ),
    "calls.recording": Case(lambda api: api.calls.recording("676b"), "/v2/api/recordings/676b"),
    "calls.active": Case(lambda api: api.calls.active(), "/v2/api/active-calls"),
    "calls.active_in": Case(lambda api: api.calls.active_in("call-abc123"), "/v2/api/active-calls/call-abc123"),
    "batches.start": Case(
        lambda api: api.batches.start(
            BatchPayload.model_validate({"agentId": "agent_123456", "smartCallbackConfig": CALLBACK}),
            "batch-calls.csv",
            PAGES["batches.start"]["file"].encode(),
        ),
        "/v1/api/batch-calls",
        {"agentId": "agent_123456", "file": PAGES["batches.start"]["file"],
         "smartCallbackConfig": '{"enabled":true,"maxAttempts":3,"gaps":[{"days":1,"hours":2}]}'},
    ),
    "batches.get": Case(lambda api: api.batches.get("batch_7"), "/v1/api/batch-calls/batch_7"),
    "batches.progress": Case(lambda api: api.batches.progress("batch_7"), "/v1/api/batch-calls/batch_7/status"),
    "batches.calls": Case(
        lambda api: api.batches.calls("batch_7", 2, 50, "failed"),
        "/v1/api/batch-calls/batch_7/calls?page=2&limit=50&status=failed",
    ),
    "batches.cancel": Case(lambda api: api.batches.cancel("batch_7"), "/v1/api/batch-calls/batch_7"),
    "agents.create": Case(lambda api: api.agents.create(AgentPayload.model_validate(AGENT)), "/v1/api/agents", AGENT),
    "agents.every": Case(lambda api: api.agents.every(), "/v1/api/agents"),
    "agents.get": Case(lambda api: api.agents.get("a/1"), "/v1/api/agents/a%2F1"),
    "numbers.every": Case(lambda api: api.numbers.every(), "/v1/api/twilio/user-phone-numbers"),
    "numbers.config": Case(lambda api: api.numbers.config("n1"), "/v1/api/twilio/phone-numbers/n1/config"),
    "numbers.configure": Case(
        lambda api: api.numbers.configure("n1", ConfigChanges(agent_id="a1", max_call_duration=600)),
        "/v1/api/twilio/phone-numbers/n1/config",
        {"agentId": "a1", "maxCallDuration": 600},
    ),
    "numbers.available": Case(
        lambda api: api.numbers.available(Wanted(country="US", contains="555")),
        "/v1/api/twilio/available-numbers?country=US&type=local&contains=555",
    ),
    "numbers.purchase": Case(
        lambda api: api.numbers.purchase(Purchase.model_validate({"country": "US", "phoneNumber": "+14155551234"})),
        "/v1/api/twilio/purchase-number",
        {"country": "US", "type": "local", "phoneNumber": "+14155551234"},
    ),
    "numbers.register": Case(
        lambda api: api.numbers.register(Registration.model_validate(SECRETS)),
        "/v1/api/twilio/register-external-number",
        {"phoneNumber": "+11234567890", "provider": "twilio",
         "credentials": {"accountSid": "AC1", "authToken": SECRET}},
    ),
}  # fmt: skip
FILES = {"calls.export": b"Call ID,Status\r\n", "calls.recording": b"ID3"}


def test_there_is_a_case_for_every_endpoint_but_the_call_itself() -> None:
    assert {*CASES} == {name for name in ENDPOINTS if name != "calls.place"}


def printed_answer(name: str) -> Any:
    return FLOW["answer"] if name == "flows.create" else FILES.get(name) or PAGES[name]["answer"]


@pytest.mark.parametrize("name", CASES)
async def test_a_request_goes_over_the_wire_as_it_is_printed(name: str) -> None:
    case, service = CASES[name], Service(printed_answer(name))
    async with serving(service) as client:
        assert await case.ask(client.api)
    [request] = service.requests
    verb, path, body, headers = request.verb, request.path, request.body, request.headers
    assert (headers["x-api-key"], headers["x-workspace-id"], "authorization" in headers) == (KEY, WORKSPACE, False)
    assert (verb, path) == (ENDPOINTS[name].verb, case.path)
    if name == "batches.start":
        assert headers["content-type"].startswith("multipart/form-data; boundary=")
        parts = re.findall(
            rb'name="(\w+)"(?:; filename="batch-calls.csv"\r\nContent-Type: text/csv)?\r\n\r\n(.*?)\r\n--',
            body,
            re.DOTALL,
        )
        assert {key.decode(): value.decode() for key, value in parts} == case.body
    else:
        assert (json.loads(body) if body else None) == case.body


async def test_a_call_is_asked_for_as_it_is_printed_and_its_id_is_kept() -> None:
    service = Service(PAGES["calls.place"]["answer"])
    whenever = Deadline(float("inf"), float("inf"))
    variables = PAGES["calls.place"]["request"]["dynamic_variables"]
    async with serving(service, "https://example.com/hook") as client:
        answer = await client.place("a1", "+12345678910", variables, "ref-1", whenever)
        await client.place("a1", "+12345678910", {}, "ref-2", whenever)
    first, second = service.requests
    assert (first.verb, first.path) == ("POST", "/v1/api/call")
    assert [*first.json()] == [*PAGES["calls.place"]["request"]]
    assert first.json() == {
        "to": "+12345678910", "call_agent_id": "a1", "callback_url": "https://example.com/hook",
        "dynamic_variables": variables, "metadata": {"dialer_ref": "ref-1"},
    }  # fmt: skip
    assert "dynamic_variables" not in second.json()  # what is empty is left out
    assert (answer.placement, answer.call_id, answer.status) == (Placement.PLACED, "123456789", 200)


def names(model: Any) -> set[str]:
    return set(model.names())


def test_every_field_of_seed_004_is_in_the_models() -> None:
    assert FlowPayload.names() == tuple(name for name, *_ in FLOW["request"])
    required = {name for name, _, needed, _ in FLOW["request"] if needed}
    assert set(FlowPayload(name="x", direction="outbound").body()) == required
    known = names(Flow) | names(FlowData) | names(PromptVersion) | names(FlowSettings) | names(Security)
    assert {name for name, *_ in FLOW["response"]} <= known
    assert set(FLOW["answer"]) == names(Flow)


async def test_the_whole_answer_of_seed_004_is_read_and_shown_again() -> None:
    async with serving(Service(FLOW["answer"])) as client:
        made = await client.api.flows.create(FlowPayload(name="Customer Support Flow", direction="outbound"))
    assert (made.id, made.direction, made.prompt_versions[0].metadata) == (
        FLOW["answer"]["_id"],
        "inbound",
        {"notes": ""},
    )
    assert made.settings
    assert made.settings.security == Security(hipaaCompliance=False, publicAccess=False)
    assert json.loads(made.model_dump_json(by_alias=True)) == FLOW["answer"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"direction": "inbound"}, "direction"),
        ({"welcomeMessage": "hello"}, "welcomeMessage"),
        ({"customWelcomeMessage": "Hello"}, "customWelcomeMessage is for"),
        ({"promptType": "flow"}, "promptType"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_flow_that_the_seed_does_not_allow_is_not_sent(words: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FlowPayload.model_validate({"name": "x", "direction": "outbound", **words})


async def answered(name: str, answer: Any) -> Any:
    async with serving(Service(answer)) as client:
        return await CASES[name].ask(client.api)


async def test_the_printed_answers_are_read() -> None:
    going, over = await answered("calls.history", PAGES["calls.history"]["answer"])
    assert (going.status, going.call_id, going.charge) == ("active", "00000000013bd867b55ca000-00t00imaqj", 0)
    assert (over.status, over.duration) == ("completed", 0)
    assert (await answered("calls.get", PAGES["calls.get"]["answer"])).charge == 0.10
    [active] = await answered("calls.active", PAGES["calls.active"]["answer"])
    assert (active.room_name, active.duration) == ("call-abc123", 145)
    assert (await answered("calls.web", PAGES["calls.web"]["answer"])).room_name == "web-genericAgent-call1234"
    batch = await answered("batches.get", PAGES["batches.get"]["answer"])
    assert (batch.total_calls, batch.progress.average_call_duration) == (150, 45.2)
    calls = (await answered("batches.calls", PAGES["batches.calls"]["answer"])).calls
    assert [(call.job_id, call.error) for call in calls] == [("call_123", None), ("call_124", "Number busy")]
    cancelled = await answered("batches.cancel", PAGES["batches.cancel"]["answer"])
    assert cancelled.details["cancelledCalls"] == 50
    bought = await answered("numbers.purchase", PAGES["numbers.purchase"]["answer"])
    assert (bought.phone_number, bought.usable) == ("+14155551234", True)
    [number] = await answered("numbers.available", PAGES["numbers.available"]["answer"])
    assert number.locality == "San Francisco"


@pytest.mark.parametrize("wrapper", ["calls", "data", "items", "results"])
async def test_lists_are_read_bare_and_wrapped(wrapper: str) -> None:
    for name in ("calls.history", "agents.every", "flows.every"):
        bare = PAGES[name]["answer"]
        assert await answered(name, {wrapper: bare, "total": 2}) == await answered(name, bare)
    with pytest.raises(PlatformError, match="a shape nobody has seen yet"):
        await answered("calls.history", {"rows": []})


async def test_numbers_come_as_one_as_several_and_as_words() -> None:
    one = PAGES["numbers.every"]["answer"]
    for answer in (one, [one], {"phoneNumbers": [one]}):
        [number] = await answered("numbers.every", answer)
        assert (number.phone_number, number.usable) == ("+12345678901", False)
    async with serving(Service({"phoneNumbers": ["+12025550123", {**one, "status": "active"}, one]})) as client:
        assert await client.numbers() == ("+12025550123", "+12345678901")


async def test_an_agent_is_found_with_the_number_it_calls_from() -> None:
    agent, number = PAGES["agents.get"]["answer"], PAGES["numbers.every"]["answer"]
    held = [{**number, "agentId": agent["_id"], "status": "active"}]
    paths = {"/v1/api/agents/example-agent-id-1": (200, agent), "/v1/api/twilio/user-phone-numbers": (200, held)}
    async with serving(
        Service({"error": {"code": "not_found", "message": "Agent not found"}}, 404, paths=paths)
    ) as client:
        found = await client.agent("example-agent-id-1")
        assert (found.id, found.name, found.caller_number) == ("example-agent-id-1", "Test-Agent-1", "+12345678901")
        assert (found.outbound, found.field_names, found.raw) == (True, None, agent)
        with pytest.raises(UnknownAgent, match="not_found: Agent not found"):
            await client.agent("nobody")
        paths["/v1/api/twilio/user-phone-numbers"] = (500, {"error": "?"})
        assert (await client.agent("example-agent-id-1")).caller_number is None


@pytest.mark.parametrize(
    ("status", "kind"), [(400, PlatformError), (401, KeyRefused), (403, NoPermission), (404, PlatformError),
                         (429, PlatformError), (500, PlatformError)]
)  # fmt: skip
@pytest.mark.parametrize(
    "error", [*PRINTED["errors"], {"error": "Batch not found", "message": "no such batch", "id": "b"}]
)
async def test_every_printed_refusal_is_read(status: int, kind: type[Exception], error: dict[str, Any]) -> None:
    async with serving(Service(error, status)) as client:
        with pytest.raises(kind) as refused:
            await client.api.batches.get("b")
    assert type(refused.value) is kind
    words = error["error"]["code"] if isinstance(error["error"], dict) else error["error"]
    assert words in str(refused.value)


async def test_a_batch_or_call_that_failed_is_no_refusal() -> None:
    assert (
        await answered("batches.progress", {**PAGES["batches.progress"]["answer"], "status": "failed"})
    ).total == 150
    assert (await answered("calls.get", {**PAGES["calls.get"]["answer"], "status": "failed"})).status == "failed"
    with pytest.raises(PlatformError, match="coupon"):
        await answered("numbers.purchase", {"success": False, "message": "coupon is not valid"})


async def test_secrets_are_sent_and_said_to_nobody() -> None:
    registration = Registration.model_validate(SECRETS)
    assert SECRET not in repr(registration) + str(registration.body())
    async with serving(Service({"error": {"code": "bad_request", "message": f"{SECRET} is wrong"}}, 400)) as client:
        with pytest.raises(PlatformError) as refused:
            await client.api.numbers.register(registration)
    assert SECRET not in str(refused.value)
    assert KEY not in repr(client)


def test_an_account_needs_its_workspace_but_where_it_practises() -> None:
    with pytest.raises(ValidationError, match="workspace"):
        TrilletAccount()
    assert TrilletAccount(base_url="http://127.0.0.1:1").at_once == 1
    url = f"https://example.com/{SECRET}"
    assert SECRET not in repr(TrilletAccount.model_validate({"workspace": WORKSPACE, "callback_url": url}))
    with pytest.raises(ValidationError, match="write https"):
        TrilletAccount.model_validate({"workspace": WORKSPACE, "callback_url": f"http://example.com/{SECRET}"})


async def test_a_list_without_numbers_is_not_uploaded() -> None:
    service = Service()
    async with serving(service) as client:
        with pytest.raises(InputRefused, match="no column phone_number"):
            await client.api.batches.start(BatchPayload.model_validate({"agentId": "a"}), "l.csv", b"phone,name\n")
        with pytest.raises(InputRefused, match="20 MB"):
            await client.api.batches.start(
                BatchPayload.model_validate({"agentId": "a"}), "l.csv", b"phone_number\n" + b"\n" * 20 * 2**20
            )
    assert service.requests == []
