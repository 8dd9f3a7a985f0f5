"""The practice platform's 33 endpoints over real HTTP: what they keep, their limits, permissions and printed errors."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from dialer.clock import ScaledClock
from dialer.errors import NoPermission, PlatformError, SettingsRefused
from dialer.providers.callfluent.api.account import Api
from dialer.providers.callfluent.api.actions import ACTIONS, action
from dialer.providers.callfluent.api.agent import AgentPayload
from dialer.providers.callfluent.api.users import SmtpSettings, UserDetail, UserSettings
from dialer.providers.callfluent.api.workspaces import WorkspaceChanges
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.callfluent.endpoints import ENDPOINTS
from dialer.providers.platform import Deadline
from dialer.sandbox.agents import Agents
from dialer.sandbox.application import GUEST, application
from dialer.sandbox.assumptions import MEANINGS, Assumptions
from dialer.sandbox.book import Book
from dialer.sandbox.endpoints import Endpoints
from dialer.sandbox.faults import Dice, Faults
from dialer.sandbox.journal import Journal
from dialer.sandbox.log import Log
from dialer.sandbox.practice import Practice
from dialer.sandbox.shelf import Shelf
from tests.documents import SECTIONS

NOON = datetime(2026, 3, 12, 17, tzinfo=UTC)
EXAMPLE = SECTIONS["Agent §2"].request
WHOLE = SECTIONS["Agent §2"].example("Request Body (agentPayload)") | {"instructions": "Be kind."}
NO_PERMISSION = SECTIONS["Workspace §5"].errors[1]["body"]


class Platform:
    """A practice platform in this process, and clients to it."""

    def __init__(self, server: TestServer, clock: ScaledClock, log: Log, clients: dict[str, CallFluent]) -> None:
        self.server, self.clock, self.log, self._clients = server, clock, log, clients

    def client(self, key: str = "sandbox") -> CallFluent:
        if key not in self._clients:
            self._clients[key] = CallFluent(str(self.server.make_url("/api")), SecretStr(key))
        return self._clients[key]

    def api(self, key: str = "sandbox") -> Api:
        return self.client(key).api

    async def raw(self, verb: str, path: str, body: Any = None, key: str = "sandbox") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {key}"}
        url = self.server.make_url("/api" + path)
        async with aiohttp.request(verb, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def call(self, agent: object, number: str = "+12025550199") -> None:
        deadline = Deadline(float("inf"), float("inf"))
        answer = await self.client().place(str(agent), number, {}, "ref", deadline)
        assert answer.status == 200, answer

    def wait(self, seconds: float) -> None:
        self.clock.jump(self.clock.now() + timedelta(seconds=seconds))


@pytest.fixture
def clock(tmp_path: Path) -> ScaledClock:
    clock = ScaledClock.start(tmp_path / "clock.json", NOON, 1.0)
    clock.freeze()
    return clock


@asynccontextmanager
async def serving(folder: Path, clock: ScaledClock, *switched: str, seed: int = 0) -> AsyncIterator[Platform]:
    assumed = Assumptions().but(switched)
    calls, kept, logged = (Journal(folder / name) for name in ("calls.jsonl", "kept.jsonl", "log.jsonl"))
    shelf, log = Shelf(kept), Log(logged)
    practice = Practice(Agents(None, shelf, assumed), Book(calls, seed, shelf, assumed), shelf, log, clock, assumed)
    clients: dict[str, CallFluent] = {}
    async with TestServer(application(Endpoints(practice), log, clock, "sandbox", Dice(Faults(), seed))) as server:
        try:
            yield Platform(server, clock, log, clients)
        finally:
            for client in clients.values():
                await client.close()
            for journal in (calls, kept, logged):
                journal.close()


@pytest.fixture
async def platform(tmp_path: Path, clock: ScaledClock) -> AsyncIterator[Platform]:
    async with serving(tmp_path, clock) as platform:
        yield platform


def test_all_33_endpoints_are_served(tmp_path: Path, clock: ScaledClock) -> None:
    assumed, shelf = Assumptions(), Shelf(Journal(tmp_path / "kept.jsonl"))
    book = Book(Journal(tmp_path / "calls.jsonl"), 0, shelf, assumed)
    served = Endpoints(Practice(Agents(None, shelf), book, shelf, None, clock, assumed)).routes()
    documented = {(one.verb, "/api" + one.path) for one in ENDPOINTS.values()}
    assert {(verb, path) for verb, path, _ in served} == documented | {("GET", "/api/resource/{domain}")}


async def test_workspaces_live_and_are_known_again(tmp_path: Path, clock: ScaledClock) -> None:
    async with serving(tmp_path, clock) as platform:
        spaces = platform.api().workspaces
        created = await spaces.create("First Workspace")
        assert [space.name for space in created] == ["Practice workspace", "First Workspace"]
        made = int((await spaces.every())[-1].id or 0)
        await spaces.update(made, WorkspaceChanges(name="New Workspace", max_minutes=9999))
        await spaces.invite(made, "a@b.example")
        assert {voice.value for voice in await spaces.voices(made)} == {"alloy", "echo"}
        assert len(await spaces.calendars(made)) == 1
    async with serving(tmp_path, clock) as platform:
        spaces = platform.api().workspaces
        shown = await spaces.get(made)
        assert (shown.name, shown.max_minutes, shown.max_agents) == ("New Workspace", 9999, 6)
        [member] = shown.model_dump()["members"]
        await spaces.remove_member(member["id"])
        assert (await spaces.get(made)).model_dump()["members"] == []
        assert [space.id for space in await spaces.delete(made)] == [1]
        assert [space.id for space in await spaces.create("Another")] == [1, made + 1]  # no id comes back
        await spaces.delete(1)
        assert [space.id for space in await spaces.every()] == [made + 1]


async def test_agents_live_and_are_known_again(tmp_path: Path, clock: ScaledClock) -> None:
    async with serving(tmp_path, clock) as platform:
        agents = platform.api().agents
        made = await agents.create(AgentPayload.model_validate(EXAMPLE))
        number = int(made.id or 0)
        assert made.settings() | EXAMPLE == made.settings()
        [field] = await agents.set_field(number, "name", "Call's name")
        await agents.set_field(number, "city", "City")
        await agents.set_field(number, "name", "Whom we call", field.id)
        await agents.upload(number, "prices.txt", b"ten dollars")
        await agents.set_origins(number, ("https://google.com",))
        await agents.update(number, AgentPayload.model_validate(WHOLE))
        actions = [
            (await agents.create_action(_action(kind, number))).id for kind in ACTIONS
        ]  # fmt: skip
        await agents.update_action(int(actions[0] or 0), action("sms", name="s", instruction="i", content="c"))
        await agents.delete_action(int(actions[1] or 0))
    async with serving(tmp_path, clock) as platform:
        agents = platform.api().agents
        details = await agents.get(number)
        assert details.agent.settings() == WHOLE | {"tone": "a Professional"}
        shown = details.agent.model_dump()
        assert [(one["name"], one["label"]) for one in shown["custom_fields"]] == [
            ("city", "City"), ("name", "Whom we call"),
        ]  # fmt: skip
        assert (shown["has_webhook_cors_origin"], shown["webhook_cors_origin"]) == (True, ["https://google.com"])
        assert [one["actionType"] for one in shown["actions"]] == ["sms", *[kind for kind in ACTIONS][2:]]
        assert [(file.name, file.model_dump()["size"]) for file in details.files] == [("prices.txt", 11)]
        await agents.delete_file(int(details.files[0].id or 0))
        assert [one.name for one in await agents.delete_field(number, field.id or "")] == ["city"]
        assert {one.id for one in await agents.every(1)} == {1, number}
        assert [one.id for one in await agents.delete(number)] == [1]
        with pytest.raises(PlatformError, match="Agent not found"):
            await agents.get(number)


def ends(folder: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if "call" in line]


def _action(kind: str, agent: int) -> Any:
    texts = dict.fromkeys(("instruction", "content", "subject", "forwardNumber", "collectField", "target_email"), "x")
    texts |= dict.fromkeys(("ghlCalendarId", "google_title", "target_number"), "x")
    values = {"webhook_url": "https://x.example", "fields": "name", "calendarPeriod": "1week", **texts}
    wanted = {*ACTIONS[kind].names(), "google_duration"}
    values = {name: value for name, value in (values | {"google_duration": "30 mins"}).items() if name in wanted}
    if kind != "google_calendar":
        values.pop("google_duration", None)
    return action(kind, agentId=agent, name=kind, **values)


async def test_a_call_is_hung_up_and_deleted_and_the_log_says_how_it_ended(tmp_path: Path, clock: ScaledClock) -> None:
    async with serving(tmp_path, clock) as platform:
        agents = platform.api().agents
        for _ in range(2):
            await platform.call(7)
        platform.wait(1.5)
        await agents.hang_up(1)
        first, second = (await agents.calls(7))[::-1]
        assert (first["status"], first["duration"]) == ("canceled", "")
        assert NOON + timedelta(seconds=1.5) <= datetime.fromisoformat(first["ended_at"]) <= clock.now()
        assert second["ended_at"] is None
        platform.log.write_ends(clock.now())
        [end] = [line for line in ends(tmp_path) if line["call"] == 1]
        assert (end["result"], end["ended"]) == ("canceled", first["ended_at"])
        with pytest.raises(PlatformError, match="not in progress"):
            await agents.hang_up(1)
        await agents.delete_call(2)
        assert [call["id"] for call in await agents.calls(7)] == [1]
        for gone in (2, 99):
            with pytest.raises(PlatformError, match="Call not found"):
                await agents.delete_call(gone)
        platform.wait(600)
        platform.log.write_ends(clock.now())
        assert sorted(line["call"] for line in ends(tmp_path)) == [1, 2]
    async with serving(tmp_path, clock, seed=5) as platform:
        assert [(call["id"], call["status"]) for call in await platform.api().agents.calls(7)] == [(1, "canceled")]


async def test_the_documented_limits(tmp_path: Path, clock: ScaledClock) -> None:
    async with serving(tmp_path, clock, "max_workspaces=2", "max_agents=1", "max_members=1") as platform:
        spaces = platform.api().workspaces
        number = int((await spaces.create("Small"))[-1].id or 0)
        printed = SECTIONS["Workspace §1"].errors[1]
        assert await platform.raw("POST", "/workspace/create", {"name": "x"}) == (400, printed["body"])
        agent = EXAMPLE | {"workspaceId": number}
        made = await platform.api().agents.create(AgentPayload.model_validate(agent))
        printed = SECTIONS["Agent §2"].errors[1]
        assert await platform.raw("POST", "/agent/create", agent) == (400, printed["body"])
        await spaces.invite(number, "a@b.example")
        with pytest.raises(PlatformError, match="Member limit"):
            await spaces.invite(number, "c@d.example")

        await spaces.update(number, WorkspaceChanges(max_minutes=1))
        for call in range(40):  # until one is answered and takes its minute
            await platform.call(made.id, f"+120255501{call:02d}")
        platform.wait(120)
        body = {"data": {"phone_number": "+12025550199"}}
        said = await platform.raw("POST", f"/call/make-call/{made.id}", body)
        assert said == (500, {"status": False, "error": "Your workspace has no minutes left."})
        platform.wait(31 * 86_400)
        await platform.call(made.id)  # another month


CHANGES: dict[str, tuple[str, str, Any]] = {
    "Workspace §5": ("PUT", "/workspace/update/1", {"name": "x"}),
    "Workspace §6": ("POST", "/workspace/invite-user", {"workspace_id": 1, "email": "a@b.example"}),
    "Workspace §7": ("DELETE", "/workspace/invite-delete/1", None),
    "Workspace §8": ("DELETE", "/workspace/delete/1", None),
    "Workspace §9": ("GET", "/workspace/calendars/101", None),
    "Agent §1": ("GET", "/agent/number-list/101/outbound", None),
    "Agent §3": ("GET", "/agent/get-all/101", None),
    "Agent §4": ("GET", "/agent/get-one/101", None),
    "Agent §5": ("DELETE", "/agent/delete/101", None),
    "Agent §6": ("GET", "/agent/101/calls", None),
    "Agent §7": ("PUT", "/agent/update/101", {"Payload": {}}),
    "Agent §8": ("PUT", "/agent/knowledge/101", None),
    "Agent §9": ("DELETE", "/agent/knowledge/1", None),
    "Agent §10": ("DELETE", "/agent/delete-call/1", None),
    "Agent §11": ("POST", "/agent/hangup-call", {"callid": 1}),
    "Agent §12": ("PUT", "/agent/custom-field/101", {"data": {"name": "a", "label": "b"}}),
    "Agent §13": ("DELETE", "/agent/remove-custom-fields/101/x", None),
    "Agent §14": ("POST", "/agent/create-action", {"payload": {"agentId": 101}}),
    "Agent §15": ("POST", "/agent/update-action/1", {}),
    "Agent §16": ("DELETE", "/agent/delete-action/1", None),
    "Agent §17": ("PUT", "/agent/webhook-cors-origin/101", {"data": {}}),
}


async def test_a_guest_gets_the_printed_403_wherever_one_is_printed(platform: Platform) -> None:
    api = platform.api()
    number = int((await api.workspaces.create("Theirs"))[-1].id or 0)
    await api.agents.create(AgentPayload.model_validate(EXAMPLE | {"workspaceId": number}))
    error = {"status": 403, "body": NO_PERMISSION}
    assert set(CHANGES) == {one.section for one in SECTIONS.values() if error in one.errors}
    for section, (verb, path, body) in CHANGES.items():
        assert await platform.raw(verb, path, body, f"sandbox{GUEST}") == (403, NO_PERMISSION), section
    guest = platform.api(f"sandbox{GUEST}")
    assert [one.id for one in await guest.workspaces.every()] == [1, number]
    assert (await guest.agents.get(1)).agent.name == "Practice agent"
    assert await guest.agents.calls(1) == ()
    with pytest.raises(NoPermission):
        await guest.agents.delete(1)


WRONG: list[tuple[str, str, Any]] = [
    ("GET", "/workspace/get/9", None), ("GET", "/workspace/9/voices", None), ("PUT", "/workspace/update/9", {}),
    ("PUT", "/workspace/update/1", {"colour": "red"}), ("PUT", "/workspace/update/1", {"maxMins": "300"}),
    ("POST", "/workspace/create", {}), ("POST", "/workspace/create", {"data": {"name": "x"}}),
    ("POST", "/workspace/invite-user", {"workspace_id": 9, "email": "x"}),
    ("DELETE", "/workspace/invite-delete/9", None),
    ("DELETE", "/workspace/delete/9", None), ("GET", "/workspace/calendars/9", None),
    ("GET", "/agent/number-list/9/outbound", None), ("POST", "/agent/create", {"Payload": EXAMPLE}),
    ("POST", "/agent/create", EXAMPLE | {"format": "sideways"}),
    ("POST", "/agent/create", EXAMPLE | {"workspaceId": 9}),
    ("POST", "/agent/create", EXAMPLE | {"phone_number": ""}), ("POST", "/agent/create", EXAMPLE | {"colour": "red"}),
    ("GET", "/agent/get-all/9", None), ("GET", "/agent/get-one/x", None), ("DELETE", "/agent/delete/x", None),
    ("GET", "/agent/1/calls?page=0", None), ("PUT", "/agent/update/1", {"Payload": {"voice": ""}}),
    ("PUT", "/agent/knowledge/1", {"files": "x"}), ("DELETE", "/agent/knowledge/9", None),
    ("DELETE", "/agent/delete-call/9", None), ("POST", "/agent/hangup-call", {"callid": "1"}),
    ("PUT", "/agent/custom-field/1", {"name": "a", "label": "b"}), ("DELETE", "/agent/remove-custom-fields/1/x", None),
    ("POST", "/agent/create-action", {"agentId": 1, "actionType": "sms"}),
    ("POST", "/agent/create-action", {"payload": {"agentId": 1, "actionType": "sms", "name": "x"}}),
    ("POST", "/agent/create-action", {"payload": {"agentId": 1, "actionType": "fax", "name": "x"}}),
    ("POST", "/agent/update-action/9", {}), ("DELETE", "/agent/delete-action/9", None),
    ("PUT", "/agent/webhook-cors-origin/1", {"data": {"has_webhook_cors_origin": "true", "webhook_cors_origin": []}}),
    ("POST", "/call/make-call/1", {"phone_number": "+12025550199"}), ("GET", "/resource", None),
    ("POST", "/user/update-detail", {"data": {"phone_number": 1}}),
]  # fmt: skip


async def test_the_printed_500_answers_what_is_wrong(platform: Platform) -> None:
    for verb, path, body in WRONG:
        status, said = await platform.raw(verb, path, body)
        assert (status, said) == (500, {"status": False, "error": said.get("error")}), (path, said)
        assert said["error"]
    sections = {(one.verb, one.path.split("{")[0].rstrip("/")) for one in SECTIONS.values()}
    reached = {one for one in sections for verb, path, _ in WRONG if verb == one[0] and path.startswith(one[1])}
    never = {("GET", "/workspace/get-all"), ("GET", "/user/profile")}  # nothing can be wrong with them
    own = {("POST", f"/user/{name}") for name in ("reset-password", "update-setting", "update-smtp-setting")}
    assert sections - reached == never | own


async def test_the_user(platform: Platform) -> None:
    users = platform.api().users
    profile = await users.profile()
    assert (profile.user.name, profile.setting["website_name"]) == ("test", "callfluent")
    await users.update(UserDetail(name="Ann", phone_number="+1 234 5678910"))
    assert (await users.profile()).user.name == "Ann"
    settings = {"userId": "12", "domain_name": "app.automation.ai", "website_name": "Call Agent AI"}
    await users.update_settings(UserSettings.model_validate(settings))
    assert (await platform.api().resource.get("app.automation.ai")).website_name == "Call Agent AI"
    assert (await platform.api().resource.get("app.callfluent.ai")).website_name == "Callfluent AI"
    status, said = await platform.raw("GET", "/resource/app.automation.ai")
    assert (status, said["website_name"]) == (200, "Call Agent AI")
    wrong = UserSettings.model_validate(settings | {"domain_name": "app.invalid"})
    with pytest.raises(PlatformError, match="check if A record is added correctly"):
        await users.update_settings(wrong)
    smtp = SmtpSettings.model_validate(SECTIONS["User §5"].body["data"])
    assert (await users.update_smtp(smtp)).name == "Ann"
    printed = SECTIONS["User §5"].errors[0]["body"]
    assert (await platform.raw("POST", "/user/update-smtp-setting", {"data": {"userId": "1"}}))[1] == printed


async def test_no_secret_is_kept_or_logged(tmp_path: Path, clock: ScaledClock) -> None:
    planted = SecretStr("planted-secret-77")
    async with serving(tmp_path, clock) as platform:
        api = platform.api()
        await api.workspaces.update(1, WorkspaceChanges(auth_token=planted, openai_key=planted, sid="AC1"))
        await api.users.reset_password(SecretStr("practice"), planted)
        with pytest.raises(PlatformError, match="Please input correct current password"):
            await api.users.reset_password(SecretStr("practice"), planted)
        await api.users.reset_password(planted, planted)
        smtp = SmtpSettings.model_validate(SECTIONS["User §5"].body["data"])
        await api.users.update_smtp(smtp.model_copy(update={"smtp_password": planted}))
    kept = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.jsonl"))
    assert "AC1" in kept
    assert planted.get_secret_value() not in kept


async def test_what_is_assumed_can_be_switched(tmp_path: Path, clock: ScaledClock) -> None:
    switched = ("page_size=2", "newest_first=false", "nested_numbers=true", "call_id=true", "unknown_status=404",
                "any_agent=false", "strict_agents=true", "echo=true", "show_actions=false", "password=hush",
                "refusal_status=422")  # fmt: skip
    async with serving(tmp_path, clock, *switched) as platform:
        api = platform.api()
        body = {"data": {"phone_number": "+12025550199", "name": "Ann"}}
        answers = [await platform.raw("POST", "/call/make-call/1", body) for _ in range(3)]
        assert [said["data"]["call"]["id"] for _, said in answers] == [1, 2, 3]
        assert [call["id"] for call in await api.agents.calls(1)] == [1, 2]
        assert [call["custom_fields"] for call in await api.agents.calls(1, 2)] == [{"name": "Ann"}]
        _, said = await platform.raw("GET", "/agent/number-list/1/outbound")
        assert set(said["data"]) == {"number_list", "agentNumMap"}
        assert len(await api.agents.numbers(1)) == 2
        assert (await platform.raw("GET", "/agent/get-one/2"))[0] == 404
        assert (await platform.raw("POST", "/agent/create", EXAMPLE))[0] == 500
        made = await api.agents.create(AgentPayload.model_validate(WHOLE))
        await api.agents.create_action(_action("sms", int(made.id or 0)))
        assert "actions" not in (await api.agents.get(int(made.id or 0))).agent.model_dump()
        assert (await platform.raw("POST", "/user/reset-password", {"data": {"oldPass": "x"}}))[0] == 422
        await api.users.reset_password(SecretStr("hush"), SecretStr("x"))


@pytest.mark.parametrize("word", ["colour=red", "page_size=ten", "any_agent=1", "password="])
def test_an_assumption_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(SettingsRefused, match=word.split("=")[0]):
        Assumptions().but([word])
    assert set(MEANINGS) == set(Assumptions.__dataclass_fields__)
