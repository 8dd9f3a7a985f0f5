"""``dialer webhook`` against the practice platform: the action is made once, whatever the platform shows of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from dialer.errors import SettingsRefused
from dialer.receiver import path_of
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
    assert ("has it now" in said[0].stderr, "already" in said[1].stderr or "before" in said[1].stderr) == (True, True)
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
