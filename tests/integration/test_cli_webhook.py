"""``dialer webhook`` against the practice platform: the action is made once, whatever the platform shows of it."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from dialer.cli import program
from dialer.errors import ServerAway, SettingsRefused
from dialer.receiver import Listen, Receiver, listening, path_of
from tests.integration.test_cli_platform import Shell, sandbox

PUBLIC = "https://dialer.example.com"
SECRET = path_of("default", SecretStr("sandbox"))


@pytest.fixture(params=["true", "false"], ids=["shown", "hidden"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    """A platform that shows an agent's actions, and one that does not."""
    with sandbox(tmp_path, "--assume", f"show_actions={request.param}") as shell:
        yield shell


def actions(shell: Shell) -> list[dict[str, Any]]:
    """Every action that was made, as it stands now; read from the platform's own file."""
    kept: dict[str, dict[str, Any]] = {}
    for line in (shell.folder / "sandbox" / "kept.jsonl").read_text().splitlines():
        found = json.loads(line)
        if found["kind"] == "actions":
            kept[found["key"]] = found["row"]
    return [row for row in kept.values() if row]


def test_set_up_twice_there_is_one_action_with_our_reference(shell: Shell) -> None:
    shell.told("agents", "set-field", "1", "pets", "Pets")
    said = [shell.run("webhook", "setup", "1", "--url", f"{PUBLIC}/", "--field", "transcription") for _ in range(2)]
    assert [ran.exit_code for ran in said] == [0, 0], said[0].output
    assert "has it now" in said[0].stderr
    assert re.search("has it already|was given it before", said[1].stderr)
    [made] = actions(shell)
    assert (made["actionType"], made["agentId"], made["webhook_url"]) == ("webhook", 1, PUBLIC + SECRET)
    names = ["dialer_ref", "phone_number", "pets", "transcription"]
    assert json.loads(made["fields"]) == [{"value": name, "label": name} for name in names]
    fields = shell.told("agents", "show", "1")["agent"]["custom_fields"]
    assert [field["name"] for field in fields] == ["pets", "dialer_ref"]
    assert SECRET[-20:] not in "".join(ran.output for ran in said)

    assert shell.run("webhook", "setup", "1", "--url", "https://other.example").exit_code == 0
    [moved] = actions(shell)
    assert (moved["id"], moved["webhook_url"]) == (made["id"], "https://other.example" + SECRET)


def test_the_address_by_hand(shell: Shell) -> None:
    ran = shell.run("webhook", "address", "--url", PUBLIC)
    assert (ran.exit_code, ran.stdout) == (0, f"{PUBLIC}{SECRET}\n")


def test_what_cannot_be_set_up(shell: Shell) -> None:
    assert "https://" in shell.refused(SettingsRefused, "webhook", "setup", "1", "--url", "http://dialer.example.com")
    assert "no account" in shell.refused(SettingsRefused, "webhook", "address", "--url", PUBLIC, "--account", "nobody")


@pytest.mark.parametrize(
    "where", ["8471", "host", "host:", ":8471", "http://host:1", "host:99999", "u@host:1", "a:1/x"]
)
def test_a_worker_listens_only_at_a_host_and_port(tmp_path: Path, where: str) -> None:
    ran = CliRunner(env={"DIALER_STATE": str(tmp_path)}).invoke(program, ["worker", "--listen", where])
    assert ran.exit_code == 2
    assert "127.0.0.1:8471" in ran.stderr


async def test_a_place_that_is_taken_is_one_line() -> None:
    receiver = Receiver(None, None, {}, print)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServerAway, match=r"--listen 127\.0\.0\.1:"):
        async with listening(receiver, Listen("127.0.0.1", taken.getsockname()[1])):
            pass
