"""What a launch looks at first, against the practice platform: what refuses it, what only warns, what is offered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from aiohttp import web
from click.testing import Result
from pydantic import SecretStr

from campaigns.errors import DialerError
from campaigns.spec import Retries
from dialer.cli import preflight
from dialer.cli.agent_file import write_agent
from dialer.finding import Finding
from dialer.providers.callfluent.agents import read_agent
from dialer.providers.callfluent.client import CallFluent
from tests.acceptance.stage import british_list, campaign
from tests.integration.test_cli_platform import AGENT, Shell, sandbox

WHOLE = AGENT | {
    "phone_number": "+12025550123", "enable_voice_mail": True, "voice_mail_mode": 1, "voice_mail_text": "Bye",
    "welcome_msg_flag": True, "welcome_msg": "Hello, this is an AI assistant.", "blocked_phone_types": "",
}  # fmt: skip
SEND = "[leads.send]\nnickname = {column = 'Name'}\nname = {column = 'Name'}\n"


class Desk(Shell):
    """The commands, and one agent."""

    agent = ""

    def run(self, *words: str, **variables: str) -> Result:
        return super().run(*(word.replace("AGENT", self.agent) for word in words), **variables)

    def launch(self, *words: str, send: str = "", retries: str = "") -> Result:
        """Load a list for the agent; nobody is dialed."""
        british_list(self.folder / "leads.csv", 2)
        file = campaign(self.folder / "c.toml", "uk")
        text = file.read_text().replace('"7"', f'"{self.agent}"').replace("[retries]\n", f"[retries]\n{retries}\n")
        file.write_text(text + send)
        return self.run("launch", str(self.folder / "leads.csv"), "--campaign", str(file), "--detach", *words)

    @property
    def loaded(self) -> bool:
        return (self.folder / "ledger.sqlite").exists()


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with sandbox(tmp_path_factory.mktemp("platform")) as shell:
        yield shell


@pytest.fixture
def desk(practice: Shell, tmp_path: Path) -> Desk:
    """A state folder, and an agent that is all that an agent can be."""
    desk = Desk(tmp_path, practice.address)
    (tmp_path / "agent.toml").write_text(write_agent(WHOLE), encoding="utf-8")
    desk.agent = str(desk.told("agents", "create", "--file", str(tmp_path / "agent.toml"))["id"])
    return desk


def marks(ran: Result) -> dict[str, str]:
    """The mark of each thing that was looked at."""
    lines = [line for line in ran.stderr.splitlines() if line[:2] in ("✓ ", "! ", "✗ ")]
    return {line.split()[1]: line[0] for line in lines}


def test_where_all_is_in_order_every_line_says_so(desk: Desk) -> None:
    for name in ("Name", "dialer_ref"):
        desk.told("agents", "set-field", "AGENT", name, name)
    ran = desk.launch("--yes")
    assert ran.exit_code == 0, (ran.output, ran.exception)
    looked_at = ("key", "agent", "number", "minutes", "voicemail", "fields", "reference", "greeting")
    assert marks(ran) == dict.fromkeys(looked_at, "✓")
    assert desk.loaded


@pytest.mark.parametrize(
    ("change", "what", "code", "words"),
    [
        (("agents", "update", "AGENT", "phone_number=+12025550999", "--yes"), "number", 3, "none of workspace 1's"),
        (("workspaces", "update", "1", "maxMins=0"), "minutes", 4, "dialer workspaces update 1 maxMins="),
        (
            ("agents", "set-field", "AGENT", "city", "City"),
            "fields",
            3,
            'dialer agents set-field AGENT nickname "nickname"',
        ),
    ],
)
def test_what_would_make_calls_wrong_refuses_the_launch(
    desk: Desk, change: tuple[str, ...], what: str, code: int, words: str
) -> None:
    desk.told(*change)
    ran = desk.launch("--yes", send=SEND)
    assert isinstance(ran.exception, DialerError), ran.output
    assert (ran.exception.exit_code, [name for name, mark in marks(ran).items() if mark == "✗"]) == (code, [what])
    desk.told("workspaces", "update", "1", "maxMins=9999")
    words = words.replace("AGENT", desk.agent)
    assert words in str(ran.exception)
    assert words in ran.stderr
    assert not desk.loaded


@pytest.mark.parametrize(
    ("change", "retries", "what"),
    [
        ("enable_voice_mail=false", "", "voicemail"),
        ("voice_mail_mode=2", "voicemail_left = '1d'", "voicemail"),
        ("name=Ada", "voicemail_no_message = '1d'", "voicemail"),
        ("name=Ada", "", "reference"),
        ("name=Ada", "", "fields"),
    ],
)
def test_what_is_only_worth_knowing_does_not(desk: Desk, change: str, retries: str, what: str) -> None:
    desk.told("agents", "update", "AGENT", change, "--yes")
    ran = desk.launch("--yes", retries=retries)
    assert (ran.exit_code, marks(ran)[what]) == (0, "!"), ran.output
    assert desk.loaded


@pytest.mark.parametrize("agreed", [True, False])
def test_on_a_terminal_missing_fields_are_offered(desk: Desk, agreed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(preflight, "is_terminal", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda text, **_: asked.append(text) or agreed)
    desk.told("agents", "set-field", "AGENT", "city", "City")
    ran = desk.launch(send=SEND.replace("name = {column = 'Name'}\n", "", 1).replace("nick", "pet_"))
    assert asked[0] == f"Give agent {desk.agent} the fields dialer_ref, pet_name?", ran.output
    names = [field["name"] for field in desk.told("agents", "show", "AGENT")["agent"]["custom_fields"]]
    if agreed:
        assert names == ["city", "dialer_ref", "pet_name"]
        assert marks(ran)["fields"] == marks(ran)["reference"] == "✓"
    else:
        assert (names, marks(ran)["fields"]) == (["city"], "✗")
    assert not desk.loaded or agreed


@asynccontextmanager
async def answered(numbers: Any, workspace: Any) -> AsyncIterator[CallFluent]:
    """A platform that answers this of an agent's numbers and workspace; None: it may not be asked."""

    def answering(content: Any) -> Any:
        async def answer(_: web.Request) -> web.Response:
            refused = {"status": False, "msg": "no permission"}
            return web.json_response(refused if content is None else {"status": True, "data": content},
                                     status=403 if content is None else 200)  # fmt: skip

        return answer

    served = web.Application()
    served.router.add_get("/agent/number-list/5/outbound", answering(numbers))
    served.router.add_get("/workspace/get/5", answering(workspace))
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client = CallFluent(f"http://127.0.0.1:{runner.addresses[0][1]}", SecretStr("sandbox"))
    yield client
    await client.close()
    await runner.cleanup()


TOLD = {"id": 7, "name": "Ada", "workspaceId": 5, "phone_number": "+1 202 555 0123", "enable_voice_mail": "1",
         "voice_mail_mode": 2}  # fmt: skip
OWN = [{"number": "+12025550123", "type": "twilio"}]


@pytest.mark.parametrize(
    ("raw", "numbers", "workspace", "what", "mark", "words"),
    [
        ({}, OWN, {"maxMins": 10, "usedMins": 4}, "number", "✓", "is workspace 5's, twilio"),
        ({}, {"number_list": [{"number": "12025550123"}]}, {}, "number", "✓", "is workspace 5's"),
        ({}, [{"number": "+12025550123", "type": "pending"}], {}, "number", "✗", "not verified"),
        ({}, [], {}, "number", "✗", "none of workspace 5's"),
        ({"phone_number": ""}, OWN, {}, "number", "✗", "no number"),
        ({"phone_number": ...}, OWN, {}, "number", "!", "not told"),
        ({"workspaceId": ...}, OWN, {}, "number", "!", "not told"),
        ({}, None, {}, "number", "!", "not told"),
        ({}, OWN, {"maxMins": 10, "usedMins": 4}, "minutes", "✓", "6 of workspace 5's 10"),
        ({}, OWN, {"maxMins": 10, "usedMins": 10}, "minutes", "✗", "none of"),
        ({}, OWN, {"maxMins": 10}, "minutes", "!", "how many are used is not told"),
        ({}, OWN, {"id": 5}, "minutes", "✓", "no limit"),
        ({}, OWN, None, "minutes", "!", "not told"),
        ({"workspaceId": "five"}, OWN, {}, "minutes", "!", "no workspace"),
        ({}, OWN, {}, "voicemail", "✓", "hangs up"),
        ({"voice_mail_mode": "1"}, OWN, {}, "voicemail", "!", "has no text"),
        ({"enable_voice_mail": ...}, OWN, {}, "voicemail", "!", "not told"),
        ({"enable_voice_mail": False}, OWN, {}, "voicemail", "!", "takes a machine for a person"),
    ],
)
async def test_what_the_platform_tells_and_what_it_does_not(
    raw: dict[str, Any], numbers: Any, workspace: Any, what: str, mark: str, words: str
) -> None:
    told = {name: value for name, value in (TOLD | raw).items() if value is not ...}
    async with answered(numbers, workspace) as client:
        found: dict[str, Finding] = {
            finding.what: finding async for finding in client.examine(read_agent("7", told), Retries())
        }
    assert set(found) == {"number", "minutes", "voicemail"}
    assert (found[what].line[0], words in found[what].text) == (mark, True), found[what].line
