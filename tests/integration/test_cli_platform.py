"""``dialer workspaces|agents|…`` against the practice platform: what is made, shown, changed, asked and never told."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from campaigns.errors import DialerError, InputRefused, NotAllowed
from dialer.cli import program
from dialer.cli.agent_file import changes, write_agent
from dialer.cli.showing import without_secrets
from tests.documents import SECTIONS
from tests.program import dialer, refused

AGENT = SECTIONS["Agent §2"].example("Request Body (agentPayload)") | {"instructions": "Be kind.\nBe brief."}
PLANTED = "planted-secret-77"


class Shell:
    """The commands, run in this process against one practice platform."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        accounts = folder / "accounts.toml"
        accounts.write_text(f'[accounts.default]\nbase_url = "{address}"\nkey = "sandbox"\n', encoding="utf-8")
        accounts.chmod(0o600)
        self.environment = {"DIALER_STATE": str(folder), "DIALER_ACCOUNTS": str(accounts)}

    def run(self, *words: str, **variables: str) -> Result:
        return CliRunner(env=self.environment | variables).invoke(program, [str(word) for word in words])

    def told(self, *words: str, **variables: str) -> Any:
        """The one JSON document of a command that must succeed."""
        ran = self.run(*words, "--json", **variables)
        assert ran.exit_code == 0, (ran.output, ran.exception)
        return json.loads(ran.stdout)

    def refused(self, kind: type[Exception], *words: str, **variables: str) -> str:
        ran = self.run(*words, **variables)
        if issubclass(kind, DialerError):
            assert type(ran.exception) is kind, (ran.output, ran.exception)
            assert ran.stdout == ""
            return str(ran.exception)
        assert ran.exit_code == 2, (ran.output, ran.exception)
        return ran.stderr


@contextmanager
def sandbox(folder: Path, *options: str) -> Iterator[Shell]:
    words = [sys.executable, "-m", "dialer", "sandbox", "--port", "0", "--state", str(folder / "sandbox"), *options]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            yield Shell(folder, process.stderr.readline().split()[-1])
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with sandbox(tmp_path_factory.mktemp("platform")) as shell:
        yield shell


@pytest.fixture
def agent(shell: Shell, tmp_path: Path) -> str:
    """An agent's id."""
    file = tmp_path / "new.toml"
    file.write_text(write_agent(AGENT), encoding="utf-8")
    return str(shell.told("agents", "create", "--file", str(file))["id"])


def test_a_workspace_from_making_to_deleting(shell: Shell) -> None:
    made = str(shell.told("workspaces", "create", "First Workspace")[-1]["id"])
    shell.told("workspaces", "update", made, "name=New Workspace", "maxMins=9999")
    shown = shell.told("workspaces", "show", made)
    assert (shown["name"], shown["maxMins"], shown["maxAgents"]) == ("New Workspace", 9999, 6)
    shell.told("workspaces", "invite", made, "a@b.example")
    [member] = shell.told("workspaces", "show", made)["members"]
    assert "add --yes" in shell.refused(NotAllowed, "workspaces", "remove-member", str(member["id"]))
    shell.told("workspaces", "remove-member", str(member["id"]), "--yes")
    assert shell.told("workspaces", "voices", made)[0]["value"] == "alloy"
    assert shell.told("workspaces", "calendars", made)
    assert "workspace " + made in shell.refused(NotAllowed, "workspaces", "delete", made)
    assert made in [str(one["id"]) for one in shell.told("workspaces", "list")]
    assert made not in [str(one["id"]) for one in shell.told("workspaces", "delete", made, "--yes")]


def test_an_agent_is_pulled_changed_and_pushed_with_its_changes_shown_first(
    shell: Shell, agent: str, tmp_path: Path
) -> None:
    file = tmp_path / "agent.toml"
    assert shell.run("agents", "pull", agent, str(file)).exit_code == 0
    assert (shell.folder / "agents" / f"default-{agent}.json").exists()
    pulled = tomllib.loads(file.read_text(encoding="utf-8"))
    assert pulled == AGENT | {"tone": "a Professional"}
    same = shell.run("agents", "push", agent, str(file))
    assert (same.exit_code, "already" in same.stderr) == (0, True)

    text = file.read_text(encoding="utf-8").replace("Be brief.", "Be quick.").replace("UTC+00:00", "America/New_York")
    file.write_text(text, encoding="utf-8")
    assert "write over" in shell.refused(NotAllowed, "agents", "pull", agent, str(file))
    assert "add --yes" in shell.refused(NotAllowed, "agents", "push", agent, str(file))
    assert shell.told("agents", "show", agent)["agent"]["instructions"] == AGENT["instructions"]
    pushed = shell.run("agents", "push", agent, str(file), "--yes")
    assert pushed.stderr.splitlines() == [
        '-timezone = "UTC+00:00"', '+timezone = "UTC-04:00"', ' instructions = """', " Be kind.", '-Be brief."""',
        '+Be quick."""',
    ]  # fmt: skip
    assert shell.told("agents", "show", agent)["agent"]["instructions"] == "Be kind.\nBe quick."
    shell.told("agents", "update", agent, "answer_creativity=7", "--yes")
    assert shell.told("agents", "show", agent)["agent"]["answer_creativity"] == 7


def test_what_belongs_to_an_agent(shell: Shell, agent: str, tmp_path: Path) -> None:
    [field] = shell.told("agents", "set-field", agent, "city", "City")
    shell.told("agents", "rename-field", agent, "city", "Home town", field["id"])
    (tmp_path / "prices.txt").write_text("ten dollars", encoding="utf-8")
    shell.told("agents", "upload", agent, str(tmp_path / "prices.txt"))
    shell.told("agents", "origins", agent, "https://google.com", "https://yahoo.com")
    hook = shell.told("actions", "create", agent, "webhook", "name=w", "webhook_url=https://x.example", "fields=city")
    shell.told("actions", "update", str(hook["id"]), "Zapier", "name=z", "webhook_url=https://x.example", "fields=city")
    shown = shell.told("agents", "show", agent)
    assert [one["label"] for one in shown["agent"]["custom_fields"]] == ["Home town"]
    assert shown["agent"]["webhook_cors_origin"] == ["https://google.com", "https://yahoo.com"]
    assert [one["actionType"] for one in shell.told("actions", "list", agent)] == ["zapier"]
    shell.told("actions", "delete", str(hook["id"]), "--yes")
    shell.told("agents", "delete-file", str(shown["files"][0]["id"]), "--yes")
    shell.told("agents", "delete-field", agent, field["id"], "--yes")
    shown = shell.told("agents", "show", agent)
    assert (shown["files"], shown["agent"]["custom_fields"], shell.told("actions", "list", agent)) == ([], [], [])
    assert {one["type"] for one in shell.told("numbers", "list", "1")} == {"twilio", "verified"}
    shell.told("agents", "delete", agent, "--yes")
    assert agent not in [str(one["id"]) for one in shell.told("agents", "list", "1")]


def test_calls_are_listed_hung_up_and_deleted_but_never_made(shell: Shell) -> None:
    assert shell.told("calls", "list", "1") == []
    for words in (("hangup", "77"), ("delete", "77")):
        assert "--yes" in shell.refused(NotAllowed, "calls", *words)
        assert shell.run("calls", *words, "--yes").exception is not None
    calls = program.get_command(click.Context(program), "calls")  # type: ignore[attr-defined]
    assert set(calls.commands) == {"list", "hangup", "delete"}


def test_the_user_and_a_domain(shell: Shell) -> None:
    shell.told("users", "update", "name=Ann", "phone_number=+1 234 5678910")
    shell.told("users", "settings", "userId=12", "domain_name=app.automation.ai", "website_name=Call Agent AI")
    assert shell.told("users", "show")["user"]["name"] == "Ann"
    assert shell.told("resource", "show", "app.automation.ai")["website_name"] == "Call Agent AI"


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        (InputRefused, "agents create tone=profesional name=x", 'tone: "profesional" is none .* nearest: Professional'),
        (InputRefused, "agents create lang=Portugese", "nearest: Portuguese"),
        (InputRefused, "agents create name=x", "needs workspaceId, format, timezone, lang, voice"),
        (InputRefused, "agents update 1 answer_creativity=11", "answer_creativity: .* less than or equal to 10"),
        (InputRefused, "agents update 1 colour=red", "colour: there is no such field; fields are workspaceId"),
        (InputRefused, "agents push 1 no-such.toml", "no-such.toml cannot be read"),
        (InputRefused, "actions create 1 webhook name=x", "webhook_url: Field required; fields: Field required"),
        (click.UsageError, "actions create 1 webhok name=x", "nearest: Webhook"),
        (click.UsageError, "constants show tones prof", "nearest: Professional"),
        (click.UsageError, "constants show tone", "did you mean tones"),
        (click.UsageError, "workspaces update 1", "nothing to send: write FIELD=VALUE"),
        (click.UsageError, "workspaces update 1 name", '"name" is no FIELD=VALUE'),
        (click.UsageError, f"workspaces update 1 auth_token={PLANTED}", "auth_token is a secret"),
        (click.UsageError, f"users update password={PLANTED}", "password is a secret"),
        (click.UsageError, "workspaces update 1 --secret name", "name is no secret"),
        (InputRefused, "workspaces update 1 --secret auth_token", "auth_token is wanted: set DIALER_SECRET_AUTH_TOKEN"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(shell: Shell, kind: type[Exception], words: str, said: str) -> None:
    line = shell.refused(kind, *words.split())
    assert re.search(said, line), line
    assert PLANTED not in line


def test_secrets_come_from_variables_and_files_and_are_told_to_nobody(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(PLANTED + "\n", encoding="utf-8")
    file = str(tmp_path / "key.txt")
    words = ("workspaces", "update", "1", "--secret", "auth_token", "--secret", "openai_key")
    said = [
        shell.run(*words, "--json", DIALER_SECRET_AUTH_TOKEN=PLANTED, DIALER_SECRET_OPENAI_KEY_FILE=file),
        shell.run("users", "password", DIALER_SECRET_OLDPASS="wrong-" + PLANTED, DIALER_SECRET_NEWPASS_FILE=file),
        shell.run("users", "password", DIALER_SECRET_OLDPASS="practice", DIALER_SECRET_NEWPASS_FILE=file),
        shell.run("users", "smtp", "smtp_port=465", DIALER_SECRET_SMTP_PASSWORD=PLANTED),
    ]
    assert [ran.exit_code for ran in said] == [0, 1, 0, 1]
    assert "Please input correct current password" in str(said[1].exception)
    for ran in said:
        assert PLANTED not in ran.output + repr(ran.exception)
    answered = {
        "id": 1,
        "auth_token": PLANTED,
        "deep": [{"smtp_password": PLANTED, "openai_key": PLANTED}],
        "tokens": 3,
    }
    assert PLANTED not in json.dumps(without_secrets(answered))
    assert without_secrets(answered)["tokens"] == 3


def test_the_real_program_ends_with_the_documented_exit_codes(shell: Shell, tmp_path: Path) -> None:
    ran = dialer(tmp_path, "workspaces", "list", "--json", **shell.environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)[0]["name"] == "Practice workspace"
    without = dialer(tmp_path, "workspaces", "list")
    assert (without.returncode, without.stdout, "no key" in without.stderr) == (4, "", True)
    assert "--yes" in refused(tmp_path, 2, "workspaces", "delete", "1", **shell.environment)


def test_the_page_on_platforms_shows_commands_that_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "platforms.md").read_text(encoding="utf-8")
    lines, file = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("sh", "toml"))
    assert lines
    assert file
    monkeypatch.chdir(tmp_path)
    Path("agent.toml").write_text(file[1], encoding="utf-8")
    with sandbox(tmp_path) as shell:
        for line in lines[1].splitlines():
            words = shlex.split(line, comments=True)[1:]
            if words[0] == "calls" and "hangup" in words:
                call = {"data": {"phone_number": "+12025550199"}}
                url, key = f"{shell.address}/call/make-call/101", {"Authorization": "Bearer sandbox"}
                assert httpx.post(url, json=call, headers=key).status_code == 200
            ran = shell.run(*words)
            assert ran.exit_code == 0, (line, ran.output, ran.exception)
        [call] = shell.told("calls", "list", "101")
        assert call["status"] == "canceled"


def test_an_agents_file_says_again_what_was_written() -> None:
    odd = {
        "name": 'say "hi"\\',
        "script": 'a\n"""b"""\n\\c\n',
        "goal": "\x7f\t",
        "background": "a\r\nb",
        "answer_creativity": 3,
    }
    assert tomllib.loads(write_agent(odd)) == odd
    assert changes(odd, odd) == []
    assert changes({"goal": "a", "tone": "x"}, {"goal": "b", "tone": "x"}) == ['-goal = "a"', '+goal = "b"']
