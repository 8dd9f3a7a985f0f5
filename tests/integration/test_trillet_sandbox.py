"""The practice platform as Trillet: every endpoint, asked by the client that asks the real one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from campaigns.spec import Platform, Retries
from campaigns.vocabulary import Result
from dialer.errors import PlatformError, UnknownAgent
from dialer.providers.platform import Liveness, Placement
from dialer.providers.trillet.account import TrilletAccount
from dialer.providers.trillet.api.agents import AgentPayload
from dialer.providers.trillet.api.batches import BatchPayload
from dialer.providers.trillet.api.calls import Export, Search, WebCall
from dialer.providers.trillet.api.flows import FlowPayload
from dialer.providers.trillet.api.numbers import ConfigChanges, Purchase, Registration, Wanted
from dialer.providers.trillet.client import Trillet
from dialer.providers.trillet.endpoints import ENDPOINTS
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.calls import draw
from dialer.sandbox.faults import Faults
from dialer.sandbox.trillet.tables import FLOW
from tests.contract.subject import KEY, SEED, Practice, practising, within
from tests.contract.trillet import SUBJECT
from tests.integration.shop import HOUR, SECOND
from tests.unit.test_trillet_wire import FLOW as PRINTED_FLOW
from tests.unit.test_trillet_wire import PAGES, WHOLE_FLOW

AGENT = SUBJECT.agent
SECRET = "planted-secret-77"


@asynccontextmanager
async def practice(
    folder: Path, faults: Faults | None = None, **assumed: Any
) -> AsyncIterator[tuple[Practice, Trillet]]:
    async with practising(SUBJECT, folder, faults, Assumptions(**assumed)) as there:
        client = TrilletAccount(base_url=there.url).connect(SecretStr(KEY), Platform(name="trillet"))
        assert isinstance(client, Trillet)
        try:
            yield there, client
        finally:
            await client.close()


def number_of(result: str, nth: int = 0) -> str:
    """A number whose first call ends like that."""
    numbers = (f"+1212555{n:04}" for n in range(100, 2000))
    return [number for number in numbers if draw(SEED, number, 0, 1).result == result][nth]


async def place(client: Trillet, number: str, ref: str = "r1", agent: str = AGENT) -> Any:
    return await client.place(agent, number, {"name": "Zoë"}, ref, within(2))


async def test_a_call_from_the_request_to_its_sound(tmp_path: Path) -> None:
    async with practice(tmp_path) as (there, client):
        number = next(n for n in (number_of("completed", k) for k in range(50)) if draw(SEED, n, 0, 1).ended_s > 30)
        answer = await place(client, number)
        there.clock.move(15 * SECOND)
        [going] = await client.api.calls.active()
        assert (going.customer_phone, going.customer_name, going.status) == (number, "Zoë", "active")
        assert (await client.api.calls.active_in(str(going.room_name))).room_name == going.room_name
        there.clock.move(HOUR)
        assert await client.api.calls.active() == ()
        with pytest.raises(PlatformError, match="Active call not found"):
            await client.api.calls.active_in(str(going.room_name))
        [call] = await client.api.calls.history(Search(agent_id=AGENT))
        assert str(call.call_id).endswith(answer.call_id)
        whole = await client.api.calls.get(str(call.id))
        assert (whole.charge, whole.model_dump()["metadata"]) == (call.charge, {"dialer_ref": "r1"})
        assert call.charge
        assert (await client.api.calls.recording(str(call.id))).startswith(b"ID3")
        [row] = csv.DictReader(io.StringIO((await client.api.calls.export(Export(agent_id=AGENT))).decode()))
        assert (row["Call ID"], row["Status"], row["To Phone Number"]) == (call.call_id, "completed", number)
        day = {"from": there.clock.now().date().isoformat()}
        looked_for = {"callIds": [call.call_id], "dateRange": day, "search": number, "callType": "sip"}
        assert await client.api.calls.history(Search.model_validate(looked_for)) == (call,)
        with pytest.raises(PlatformError, match="answered 500"):  # as public clients met it: there is no such call
            await client.api.calls.older_history(Search(status="failed", direction="outbound"))


async def test_what_the_platform_says_of_failed_calls(tmp_path: Path) -> None:
    for reasons, results in ((False, {Result.FAILED}), (True, {Result.BUSY, Result.NO_ANSWER, Result.FAILED})):
        folder = tmp_path / str(reasons)
        folder.mkdir()
        async with practice(folder, reasons=reasons) as (there, client):
            for word in ("busy", "no-answer", "failed"):
                await place(client, number_of(word))
            there.clock.move(HOUR)
            records = await client.calls(AGENT, 1)
        assert {record.result for record in records} == results
        assert {record.raw_status for record in records} == {"failed"}


@pytest.mark.parametrize("wrapper", ["list", "calls", "data", "items", "results"])
@pytest.mark.parametrize("v2", [True, False])
async def test_a_history_is_read_however_it_answers(tmp_path: Path, wrapper: str, v2: bool) -> None:
    async with practice(tmp_path, history_in=wrapper, v2_history=v2, list_metadata=False, page_size=2) as (
        there,
        client,
    ):
        assert await client.calls(AGENT, 1) == []  # 500, as documented of an empty one
        for n in range(3):
            await place(client, number_of("busy", n))
            there.clock.move(SECOND)
        pages = [[record.number for record in await client.calls(AGENT, page)] for page in (1, 2, 3)]
    assert pages == [[number_of("busy", 2), number_of("busy", 1)], [number_of("busy")], []]


async def test_a_fault_of_the_history_is_no_empty_history(tmp_path: Path) -> None:
    faults = Faults.model_validate({"history": {"before": {"error": 1.0}}})
    async with practice(tmp_path, faults) as (_, client):
        await place(client, number_of("busy"), "r7")
        [record] = await client.calls(AGENT, 1)  # the export knows better
    assert (record.number, record.liveness) == (number_of("busy"), Liveness.LIVE)


@pytest.mark.parametrize(
    "records", [{"names": "camel"}, {"numbers": "spaced"}, {"times": "milliseconds"}, {"times": "naive"}, {"lost": 1.0}]
)
async def test_records_may_be_bad_as_elsewhere(tmp_path: Path, records: dict[str, Any]) -> None:
    async with practice(tmp_path, Faults.model_validate({"history": {"records": records}})) as (there, client):
        await place(client, number_of("busy"))
        there.clock.move(HOUR)
        if "lost" in records:
            assert [record.number for record in await client.calls(AGENT, 1)] == [number_of("busy")]  # exported
            return
        [record] = await client.calls(AGENT, 1)
    assert (record.number, record.result) == (number_of("busy"), Result.FAILED)
    assert record.created_at is not None


async def test_an_agent_calls_once_it_has_a_number_and_a_flow(tmp_path: Path) -> None:
    async with practice(tmp_path) as (_, client):
        api = client.api
        agent = str((await api.agents.create(AgentPayload.model_validate(PAGES["agents.create"]["request"]))).id)
        assert agent in [one.id for one in await api.agents.every()]
        assert (await api.agents.get(agent)).smart_callback is True
        assert (await place(client, number_of("busy"), agent=agent)).placement is Placement.REJECTED
        registration = {"phoneNumber": "+12025550190", "accountSid": "AC1", "authToken": SECRET}
        assert (await api.numbers.register(Registration.model_validate(registration))).status == "success"
        number = next(one for one in await api.numbers.every() if one.phone_number == "+12025550190")
        await api.numbers.configure(str(number.id), ConfigChanges(agent_id=agent, recording_enabled=False))
        config = await api.numbers.config(str(number.id))
        assert (config.agent_id, config.recording, config.status) == (agent, False, "pending")
        answer = await place(client, number_of("busy"), agent=agent)
        assert (answer.placement, "no active phone number" in answer.text) == (Placement.REJECTED, True)
        flow = await api.flows.create(FlowPayload(name="Sales", direction="outbound", agent=agent, prompt="Be kind."))
        assert (await api.numbers.config(str(number.id))).status == "active"  # seed 004: it is activated
        assert [one.id for one in await api.flows.every()][1:] == [flow.id]
        assert (await place(client, number_of("busy"), agent=agent)).placement is Placement.PLACED
        assert (await client.agent(agent)).caller_number == "+12025550190"
        with pytest.raises(UnknownAgent):
            await client.agent("no such agent")
    assert SECRET not in "".join(path.read_text() for path in tmp_path.iterdir())


async def test_what_an_agent_lacks_is_said_before_a_launch(tmp_path: Path) -> None:
    async with practice(tmp_path) as (_, client):
        ready, new = await client.api.agents.every(), PAGES["agents.create"]["request"]
        made = await client.api.agents.create(AgentPayload.model_validate(new))
        for agent, fixes in ((ready[0], ["", ""]), (made, ["`dialer trillet numbers", "`dialer trillet flows"])):
            found = await client.agent(str(agent.id))
            findings = [finding async for finding in client.examine(found, Retries())]
            assert [finding.what for finding in findings] == ["number", "flow"]
            assert [finding.fix[: len(fix)] for finding, fix in zip(findings, fixes, strict=True)] == fixes
            assert {finding.exit_code for finding in findings} == {0}
            assert [bool(finding.fix) for finding in findings] == [bool(fix) for fix in fixes]


async def test_a_flow_is_answered_with_every_field_of_seed_004(tmp_path: Path) -> None:
    assert [*FLOW] == [name for name, *_ in PRINTED_FLOW["request"]]
    async with practice(tmp_path) as (_, client):
        whole = {**WHOLE_FLOW, "agent": AGENT, "settings": {"customerLocation": "london"}}
        made = await client.api.flows.create(FlowPayload.model_validate(whole))
        answer = json.loads(made.model_dump_json(by_alias=True))
        with pytest.raises(PlatformError, match="global"):
            await client.api.flows.create(FlowPayload(name="x", direction="outbound", is_global=True))
    printed = PRINTED_FLOW["answer"]
    assert [*answer] == [*printed]
    assert {*answer["settings"]} == {*printed["settings"]}
    assert [*answer["promptVersions"][0]] == [*printed["promptVersions"][0]]
    sent = {name: value for name, value in whole.items() if name not in ("settings", "flowData")}
    assert {name: answer[name] for name in sent} == sent
    assert answer["settings"]["customerLocation"] == "london"


async def test_numbers_are_looked_for_and_bought(tmp_path: Path) -> None:
    async with practice(tmp_path) as (_, client):
        api = client.api
        [found] = await api.numbers.available(Wanted(country="US", contains="0155"))
        wanted = Purchase(country="US", phone_number=str(found.phone_number))
        assert (await api.numbers.purchase(wanted)).phone_number == found.phone_number
        assert found.phone_number in await client.numbers()
        with pytest.raises(PlatformError, match="not available"):
            await api.numbers.purchase(wanted)
        joined = await api.calls.web(WebCall(agent_id=AGENT))
        assert str(joined.room_name).startswith("web-")


async def test_a_batch_is_called_one_after_the_other_until_it_is_cancelled(tmp_path: Path) -> None:
    numbers = [number_of("completed"), number_of("busy"), number_of("no-answer"), number_of("completed", 1)]
    content = "phone_number,first_name\n" + "".join(f"{number},Ann\n" for number in numbers)
    async with practice(tmp_path) as (there, client):
        batches, wanted = client.api.batches, BatchPayload(agent_id=AGENT)
        started = await batches.start(wanted, "leads.csv", content.encode())
        assert (started.total_calls, started.status) == (4, "queued")
        batch = str(started.batch_id)
        there.clock.move(SECOND)
        progress = await batches.progress(batch)
        assert (progress.active, progress.waiting, progress.is_complete) == (1, 3, False)
        while (await batches.progress(batch)).completed == 0:
            there.clock.move(SECOND)
        there.clock.move(SECOND)
        cancelled = await batches.cancel(batch)
        assert cancelled.details
        assert (cancelled.details["completedCalls"], cancelled.details["totalCalls"]) == (1, 4)
        assert cancelled.details["cancelledCalls"] >= 2
        there.clock.move(HOUR)
        never = [call for call, _ in there.book.kept() if call.course.result == "canceled"]
        assert len(never) == cancelled.details["cancelledCalls"]  # and the log says no more of them
        found = await batches.get(batch)
        assert (found.status, found.is_complete) == ("cancelled", True)
        page = await batches.calls(batch)
        assert [call.phone_number for call in page.calls] == numbers[: 4 - cancelled.details["cancelledCalls"]]
        assert page.calls[0].metadata == {"first_name": "Ann"}
        assert {call.call_id for call in await client.api.calls.history(Search(batch_id=batch))}
        later = BatchPayload(agent_id=AGENT, scheduled_at="2100-01-01T00:00:00Z")
        waiting = str((await batches.start(later, "leads.csv", content.encode())).batch_id)
        assert (await batches.get(waiting)).status == "queued"
        failed = await batches.calls(batch, status="failed")
        assert [call.error for call in failed.calls] in ([], ["Number busy"])
        with pytest.raises(PlatformError, match="Batch not found"):
            await batches.get("batch_0")
        for wrong, said in ((b"phone_number\nnobody\n", "invalid_number"), (b"phone_number\n", "empty")):
            with pytest.raises(PlatformError, match=said):
                await batches.start(wanted, "leads.csv", wrong)


async def test_one_call_at_once_where_the_plan_has_no_more(tmp_path: Path) -> None:
    async with practice(tmp_path, calls_at_once=1) as (there, client):
        assert (await place(client, number_of("busy"))).placement is Placement.PLACED
        second = await place(client, number_of("busy", 1))
        assert (second.placement, second.status) == (Placement.NOT_PLACED, 429)
        there.clock.move(HOUR)
        assert (await place(client, number_of("busy", 1))).placement is Placement.PLACED


async def test_no_more_requests_than_a_key_may_make(tmp_path: Path) -> None:
    async with practice(tmp_path, requests_per_minute=3) as (there, client):
        assert (await place(client, number_of("busy"))).placement is Placement.PLACED
        await client.numbers()
        there.clock.move(20 * SECOND)
        await client.numbers()
        refused = await place(client, number_of("busy", 1))
        assert (refused.placement, refused.status) == (Placement.NOT_PLACED, 429)
        assert refused.retry_after_s is not None
        with pytest.raises(PlatformError, match="rate_limit_exceeded"):
            await client.numbers()
        there.clock.move(40 * SECOND)
        assert (await place(client, number_of("busy", 1))).placement is Placement.PLACED


def test_every_endpoint_is_served() -> None:
    from dialer.sandbox.trillet.endpoints import SERVICES

    nothing: Any = type("Nothing", (), {"__getattr__": lambda self, name: self})()
    served = {(verb, path.partition("{")[0]) for service in SERVICES for verb, path, _ in service(nothing).routes()}
    assert {(one.verb, one.path.partition("{")[0]) for one in ENDPOINTS.values()} == served
