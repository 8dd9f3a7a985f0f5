"""``dialer trillet …`` against the practice platform: what is made, shown, asked, kept and never told."""

from __future__ import annotations

import json
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from campaigns.errors import InputRefused, NotAllowed
from dialer.cli import program
from dialer.errors import PlatformError, SettingsRefused
from dialer.providers.trillet.account import TrilletAccount
from dialer.settings import load_settings
from tests.integration.test_cli_platform import Shell
from tests.integration.test_cli_platform import sandbox as callfluent
from tests.unit.test_trillet_wire import SECRET


@contextmanager
def sandbox(folder: Path) -> Iterator[Shell]:
    words = ["sandbox", "--platform", "trillet", "--port", "0", "--state", str(folder / "sandbox")]
    with subprocess.Popen([sys.executable, "-m", "dialer", *words], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        made = Shell(folder, process.stderr.readline().split()[-1])
        described = f'[accounts.default]\nplatform = "trillet"\nbase_url = "{made.address}"\nkey = "sandbox"\n'
        (folder / "accounts.toml").write_text(described, encoding="utf-8")
        yield made
        process.terminate()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with sandbox(tmp_path_factory.mktemp("trillet")) as shell:
        yield shell


def test_an_agent_with_its_number_and_its_flow(shell: Shell, tmp_path: Path) -> None:
    voice = tmp_path / "agent.toml"
    voice.write_text(
        f'name = "Ada"\n[ttsModel]\nprovider = "11labs_byo"\nvoiceId = "v1"\nelevenLabsApiKey = "{SECRET}"\n'
    )
    agent = shell.told("trillet", "agents", "create", "--file", str(voice), "smartCallback=true")["_id"]
    assert shell.told("trillet", "agents", "show", agent)["name"] == "Ada"
    assert agent in [one["_id"] for one in shell.told("trillet", "agents", "list")]
    assert SECRET not in shell.run("trillet", "agents", "show", agent, "--json").output

    number = shell.told("trillet", "numbers", "available", "country=US", "contains=0160")[0]["phoneNumber"]
    wish = ("trillet", "numbers", "purchase", "country=US", f"phoneNumber={number}")
    assert "costs money" in shell.refused(NotAllowed, *wish)
    bought = shell.told(*wish, "--yes")["_id"]
    assert shell.told("trillet", "numbers", "configure", bought, f"agentId={agent}", "label=Ours")["success"] is True
    assert shell.told("trillet", "numbers", "config", bought)["agentId"] == agent
    assert number in [one["phoneNumber"] for one in shell.told("trillet", "numbers", "list")]

    flow = shell.told(
        "trillet", "flows", "create", "name=Sales", "direction=outbound", f"agent={agent}", "prompt=Hello"
    )
    assert (flow["promptVersions"][0]["prompt"], flow["isActive"]) == ("Hello", True)
    assert flow["_id"] in [one["_id"] for one in shell.told("trillet", "flows", "list")]


def test_a_number_of_ones_own_needs_a_token_that_no_command_line_has(shell: Shell) -> None:
    words = ("trillet", "numbers", "register", "phoneNumber=+12025550191", "accountSid=AC1")
    assert "authToken is wanted" in shell.refused(InputRefused, *words)
    assert "authToken is a secret" in shell.refused(click.UsageError, *words, f"authToken={SECRET}")
    told = shell.run(*words, "--json", DIALER_SECRET_AUTHTOKEN=SECRET)
    assert (told.exit_code, json.loads(told.stdout)["status"]) == (0, "success")
    assert SECRET not in told.output


def test_a_batch_is_started_with_a_warning_and_can_be_cancelled(shell: Shell, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("phone_number,first_name\n+12125550101,Ann\n+12125550102,Bea\n", encoding="utf-8")
    words = ("trillet", "batches", "start", str(leads), "agentId=1")
    assert "past our hours and do-not-call lists" in shell.refused(NotAllowed, *words)
    batch = shell.told(*words, "--yes")["batchId"]
    assert shell.told("trillet", "batches", "overview", batch)["totalCalls"] == 2
    assert shell.told("trillet", "batches", "status", batch)["waiting"] == 1
    calls = shell.told("trillet", "batches", "calls", batch, "1", "1")
    assert [call["phone_number"] for call in calls["calls"]] == ["+12125550101"]
    assert shell.told("trillet", "calls", "history", f"batchId={batch}")[0]["toPhoneNumber"] == "+12125550101"
    [going] = shell.told("trillet", "calls", "active")
    assert shell.told("trillet", "calls", "watch", going["roomName"])["customerPhone"] == "+12125550101"
    call = shell.told("trillet", "calls", "history", "--older")[0]["_id"]
    assert shell.told("trillet", "calls", "show", call)["toPhoneNumber"] == "+12125550101"
    assert "Recording not found" in shell.refused(PlatformError, "trillet", "calls", "recording", call, "sound.mp3")
    assert "add --yes" in shell.refused(NotAllowed, "trillet", "batches", "cancel", batch)
    assert shell.told("trillet", "batches", "cancel", batch, "--yes")["details"]["cancelledCalls"] == 1


def test_files_are_kept_for_their_owner_and_not_written_over(shell: Shell, tmp_path: Path) -> None:
    export, token = tmp_path / "calls.csv", tmp_path / "web.json"
    shell.told("trillet", "calls", "export", "1", str(export), "--limit", "5")
    assert export.read_text().startswith("Call ID,Record ID,")
    assert "write over" in shell.refused(NotAllowed, "trillet", "calls", "export", "1", str(export))
    said = shell.run("trillet", "calls", "web", "1", str(token))
    assert json.loads(token.read_text())["token"] == "practice-token"
    assert "practice-token" not in said.output
    assert stat.S_IMODE(token.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("flows create name=x direction=inbound", "direction: Input should be 'outbound' or 'bidirectional'"),
        ("flows create name=x direction=outbound colour=red", "colour: there is no such field; fields are name"),
        ("numbers available country=usa", "country: "),
        ("batches start no-such.csv agentId=1 --yes", "no-such.csv cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(shell: Shell, words: str, said: str) -> None:
    assert said in shell.refused(InputRefused, "trillet", *words.split())


def test_a_command_is_for_its_own_platform(shell: Shell, tmp_path: Path) -> None:
    for words in (("workspaces", "list"), ("agents", "pull", "1", str(tmp_path / "agent.toml"))):
        assert '"default" is on trillet' in shell.refused(SettingsRefused, *words)
    assert shell.run("agents", "pull", "1").exit_code == 0
    with callfluent(tmp_path) as other:
        assert '"default" is on callfluent' in other.refused(SettingsRefused, "trillet", "agents", "list")


def test_no_command_places_a_call() -> None:
    made = program.get_command(click.Context(program), "trillet")  # type: ignore[attr-defined]
    assert {*made.commands["calls"].commands} == {"active", "export", "history", "recording", "show", "watch", "web"}


def test_the_page_on_platforms_shows_commands_that_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (Path(__file__).parents[2] / "docs" / "platforms.md").read_text(encoding="utf-8")
    page = whole.partition("\n## Trillet\n")[2]
    lines = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    account, voice = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[:2]
    assert lines
    monkeypatch.chdir(tmp_path)
    Path("voice.toml").write_text(voice, encoding="utf-8")
    Path("leads.csv").write_text("phone_number\n+12125550102\n+12125550101\n", encoding="utf-8")
    with sandbox(tmp_path) as shell:
        for line in lines[1].splitlines():
            ran = shell.run(*shlex.split(line, comments=True)[1:])
            assert ran.exit_code == 0, (line, ran.output, ran.exception)
    (tmp_path / "accounts.toml").write_text(account, encoding="utf-8")
    settings = load_settings({"DIALER_ACCOUNTS": str(tmp_path / "accounts.toml"), "TRILLET_API_KEY": SECRET}, None)
    described = settings.account("default")
    assert isinstance(described, TrilletAccount)
    assert (described.workspace, described.at_once) == ("6764d172953253138a3a70f4", 1)
    assert described.key
    assert SECRET not in repr(settings)


def test_the_address_that_trillet_is_to_tell_is_printed_and_no_action_is_set_up(shell: Shell) -> None:
    url = ("--url", "https://dialer.example.com")
    said = shell.run("webhook", "address", *url)
    assert (said.exit_code, said.stdout.startswith("https://dialer.example.com/hooks/default/")) == (0, True)
    assert '"default" is on trillet' in shell.refused(SettingsRefused, "webhook", "setup", "1", *url)
