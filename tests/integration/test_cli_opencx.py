"""``dialer opencx`` against OpenCX's practice platform: what is made, listed, changed and asked; nobody is called."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from campaigns.errors import InputRefused, NotAllowed
from dialer.errors import PlatformError, SettingsRefused
from tests.integration.test_cli_platform import Shell

VOICE = "hP72SDESIJq2YuAblBqz"


class OpenCXShell(Shell):
    """The commands, with the default account on OpenCX."""

    def __init__(self, folder: Path, address: str) -> None:
        super().__init__(folder, address)
        text = f'[accounts.default]\nplatform = "opencx"\nbase_url = "{address}"\nkey = "sandbox"\n'
        (folder / "accounts.toml").write_text(text + "[accounts.cf]\nkey = 'x'\n", encoding="utf-8")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenCXShell]:
    folder = tmp_path_factory.mktemp("opencx")
    words = ["--platform", "opencx", "--port", "0", "--state", str(folder / "sandbox"), "--assume", "page_size=2"]
    with subprocess.Popen(
        [sys.executable, "-m", "dialer", "sandbox", *words], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        yield OpenCXShell(folder, process.stderr.readline().split()[-1])
        process.terminate()


def test_a_phone_is_bought_changed_listed_and_given_back(shell: OpenCXShell) -> None:
    buy = ["opencx", "phones", "buy", "name=Mark", "area_code=212", f"elevenlabs_voice_id={VOICE}", "voice_speed=1.1"]
    assert "buy a number" in shell.refused(NotAllowed, *buy)
    phone = shell.told(*buy, "--yes")
    assert phone["phone_number"].startswith("+1212")
    assert "elevenlabs_voice_id" in shell.refused(InputRefused, "opencx", "phones", "update", phone["id"], "name=Ann")
    shell.told("opencx", "phones", "update", phone["id"], "name=Ann", f"elevenlabs_voice_id={VOICE}")
    listed = shell.told("opencx", "phones", "list")
    assert [one["name"] for one in listed["items"]] == ["Practice agent", "Ann"]
    assert "give its number back" in shell.refused(NotAllowed, "opencx", "phones", "delete", phone["id"])
    shell.told("opencx", "phones", "delete", phone["id"], "--yes")
    assert len(shell.told("opencx", "phones", "list")["items"]) == 1
    shell.told("opencx", "phones", "create", "name=Later", "type=outbound")


def test_a_wrong_word_gets_the_nearest(shell: OpenCXShell) -> None:
    buy = ("opencx", "phones", "buy", "area_code=416", f"elevenlabs_voice_id={VOICE[:-2]}", "language=en-US", "--yes")
    said = shell.refused(InputRefused, *buy)
    assert all(hint in said for hint in ('"416" is no area code of the United States', VOICE, "nearest: es, en"))


def test_contacts_are_listed_by_pages(shell: OpenCXShell, tmp_path: Path) -> None:
    file = tmp_path / "ann.toml"
    file.write_text('name = "Ann"\n[custom_data]\nplan = "gold"\n')
    ids = [
        shell.told("opencx", "contacts", "save", f"phone=+1212555010{n}", "--file", str(file))["id"] for n in range(3)
    ]
    first = shell.told("opencx", "contacts", "list")
    rest = shell.told("opencx", "contacts", "list", first["next"])
    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert rest["next"] is None
    assert first["items"][0]["custom_data"] == {"plan": "gold"}
    ran = shell.run("opencx", "contacts", "list")
    assert "+12125550100" in ran.stdout
    assert f"There are more: add {first['next']}" in ran.stderr
    shell.told("opencx", "contacts", "update", ids[0], "name=Bob")
    assert shell.told("opencx", "contacts", "list")["items"][0]["name"] == "Bob"
    shell.told("opencx", "contacts", "delete", ids[0], "--yes")
    assert len(shell.told("opencx", "contacts", "list")["items"]) == 2


def test_a_sequence_is_kept_and_what_calls_past_us_asks_first(shell: OpenCXShell, tmp_path: Path) -> None:
    file = tmp_path / "sequence.toml"
    file.write_text(
        'custom_id = "reminders"\nis_continuous = false\n'
        'filter = { or = [{ and = [{ type = "contacts_email_domain_name_in", domain_name_in = ["example.com"] }] }] }\n'
        'steps = [{ action = { type = "make_phone_calls", data = {} }, delay_in_minutes = 5 }]\n'
    )
    made = shell.told("opencx", "sequences", "create", "name=Reminders", "--file", str(file))
    assert made["id"]
    shell.told("opencx", "sequences", "update", "reminders", "name=Later")
    assert "do-not-call" in shell.refused(NotAllowed, "opencx", "sequences", "start", "reminders")
    shell.told("opencx", "sequences", "start", "reminders", "--yes")
    shown = shell.told("opencx", "sequences", "show", "reminders")
    assert (shown["name"], shown["started_at"] is not None) == ("Later", True)
    add = ("opencx", "sequences", "add", "reminders", "phone_number=+12345678910")
    assert "past this dialer" in shell.refused(NotAllowed, *add)
    assert "continuous" in shell.refused(PlatformError, *add, "--yes")
    shell.told("opencx", "sequences", "cancel", "reminders", "--yes")


def test_sessions_are_listed_and_an_unknown_one_is_said(shell: OpenCXShell) -> None:
    assert shell.told("opencx", "sessions", "list") == {"items": [], "next": None}
    for verb in ("show", "history"):
        assert "Session not found" in shell.refused(PlatformError, "opencx", "sessions", verb, "nobody")


def test_an_account_on_another_platform_is_told_so(shell: OpenCXShell) -> None:
    said = shell.refused(SettingsRefused, "opencx", "phones", "list", "--account", "cf")
    assert 'accounts on opencx, and "cf" is on callfluent' in said
    said = shell.refused(SettingsRefused, "workspaces", "list")
    assert 'accounts on callfluent, and "default" is on opencx' in said


def test_a_copy_of_a_phone_is_kept_for_rehearsals_and_the_doctor_counts_its_numbers(shell: OpenCXShell) -> None:
    phone = shell.told("opencx", "phones", "list")["items"][0]["id"]
    assert shell.run("agents", "pull", phone).exit_code == 0
    kept = json.loads((shell.folder / "agents" / f"default-{phone}.json").read_text())
    assert kept["phone_number"] == "+12025550123"


def test_no_command_places_a_call() -> None:
    from dialer.cli.opencx_command import command

    groups = [sub for sub in command.commands.values() if isinstance(sub, click.Group)]
    asked = {name for sub in groups for each in sub.commands.values() for name in each.endpoints}  # type: ignore[attr-defined]
    assert not any(name.startswith("calls.") for name in asked)
