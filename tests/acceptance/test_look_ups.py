"""Phone types are looked up once the user agreed to the price: a real launch, a practice platform, a local Twilio."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.stage import ALL_DAY, PROGRAM, Stage, platform, stage
from tests.agreed import CONSENT_TABLE
from tests.chaos.evidence import read_log
from tests.twilio import SID, TOKEN, FakeTwilio, fake_twilio, package

LOOKUP = '[lookup]\nprovider = "twilio"\n'
AGENT = {
    "id": 7, "workspaceId": 1, "format": "outbound", "timezone": "UTC+00:00", "name": "Practice agent",
    "avatar": "", "lang": "en", "voice": "alloy", "phone_number": "+12025550123", "blocked_phone_types": "2,3",
    "enable_voice_mail": True, "voice_mail_mode": 1, "voice_mail_text": "", "machine_detection_timeout": 10,
    "agent_type": "sales", "custom_fields": [{"name": name, "label": name} for name in ("name", "dialer_ref")],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Play:
    """A folder with a list of six Americans, an agent that blocks mobile and fixedVoip, and a Twilio."""

    on: Stage
    twilio: FakeTwilio
    log: Path

    def write(self, lookup: str) -> None:
        aside = "".join(
            f'[[law.override]]\njurisdiction = "{name}"\nreason = "a practice platform; nobody is called"\n'
            for name in ("US", "US-NY")
        )
        text = f'name = "us"\nagent = "7"\n[leads]\ncountry = "US"\n[hours]\n{ALL_DAY}[pace]\nper_second = 4\n'
        (self.on.folder / "c.toml").write_text(f"{text}[retries]\nattempts = 1\n{lookup}{CONSENT_TABLE}{aside}")

    async def launch(self, *options: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(self.on.run, "launch", "leads.csv", "--campaign", "c.toml", *options)

    def called(self) -> set[str]:
        placed = read_log(self.log).placed if self.log.exists() else []
        return {post["body"]["data"]["phone_number"] for post in placed}


@asynccontextmanager
async def play(folder: Path) -> AsyncIterator[Play]:
    async with fake_twilio() as twilio:
        twilio.reply = lambda number: package("landline" if int(number[-1]) % 2 else "mobile")
        with stage(folder) as on:
            (folder / "agent.json").write_text(json.dumps(AGENT))
            log = await asyncio.to_thread(platform, on, "--agent", folder / "agent.json", speed=30)
            on.environment |= {"DIALER_TWILIO_SID": SID, "DIALER_TWILIO_URL": twilio.url}
            (folder / "token").write_text(TOKEN)
            on.environment["DIALER_TWILIO_TOKEN_FILE"] = str(folder / "token")
            people = "".join(f"Person {n},+1212555010{n}\n" for n in range(6))
            (folder / "leads.csv").write_text(f"Name,Phone\n{people}Free,+18005550100\n")
            yield Play(on, twilio, log)


ODD = {"+12125550101", "+12125550103", "+12125550105"}


async def test_without_a_budget_nobody_is_asked_and_nothing_is_loaded(tmp_path: Path) -> None:
    async with play(tmp_path) as at:
        at.write(LOOKUP)
        refused = await at.launch("--yes")
        assert refused.returncode == 2
        assert "look-ups would cost up to 0.06" in refused.stderr.splitlines()[-1]
        assert not (tmp_path / ".dialer").exists()
        at.write(LOOKUP + "budget = 1.0\n")
        assert "--yes" in (await at.launch()).stderr.splitlines()[-1]
        assert at.twilio.asked == []
        del at.on.environment["DIALER_TWILIO_TOKEN_FILE"]
        keyless = await at.launch("--yes")
        assert keyless.returncode == 4
        assert "DIALER_TWILIO_TOKEN" in keyless.stderr


async def test_within_a_budget_types_are_asked_once_and_the_blocked_are_not_called(tmp_path: Path) -> None:
    async with play(tmp_path) as at:
        at.write(LOOKUP + "budget = 1.0\n")
        ran = await at.launch("--yes", "--report", "out.json")
        assert ran.returncode == 0, ran.stderr
        assert "the agent's own settings also block mobile, fixedVoip" in ran.stderr
        assert "US-NY law set aside, all rows: a practice platform; nobody is called" in ran.stderr
        assert "up to 6 phone types at 0.01 each: 0.06; budget 1.00" in ran.stderr
        assert (sorted(at.twilio.asked), at.called()) == ([f"+1212555010{n}" for n in range(6)], ODD)
        summary = json.loads((tmp_path / "out.json").read_text())["summary"]
        assert summary["look_ups"] == {"requests": 6, "told": 6, "price": 0.06}
        assert set(summary["agent_blocks"]) == {"mobile", "fixedVoip"}
        reasons = {(item["where"], item["reason"]): item["count"] for item in summary["contact_reasons"]}
        assert reasons["excluded", "blocked_type"] == 3
        again = await at.launch("--yes", "--new", "--call-again", "--detach")
        assert "up to 0 phone types" in again.stderr
        assert len(at.twilio.asked) == 6
        kept = b"".join(path.read_bytes() for path in (tmp_path / ".dialer").rglob("*") if path.is_file())
        assert TOKEN.encode() not in kept
        logged = b"".join(path.read_bytes() for path in (tmp_path / ".dialer").rglob("*.log*"))
        assert b"2125550101" not in logged


@pytest.mark.parametrize(
    ("answers", "asked", "called"), [("y\ny\n", 6, ODD), ("n\ny\n", 0, set()), ("y\nn\n", 0, set())]
)
async def test_on_a_terminal_the_price_is_asked_for(tmp_path: Path, answers: str, asked: int, called: set[str]) -> None:
    async with play(tmp_path) as at:
        at.write(LOOKUP)
        ours, theirs = pty.openpty()
        command = [*PROGRAM, "launch", "leads.csv", "--campaign", "c.toml"]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=at.on.environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        at.on.processes.append(process)  # type: ignore[arg-type]
        os.close(theirs)
        os.write(ours, answers.encode())
        said = await asyncio.to_thread(read_all, ours)
        assert process.wait(60) == (2 if answers.endswith("n\n") else 0), said
        assert "Look them up, for at most 0.06?" in said
        assert (len(at.twilio.asked), at.called()) == (asked, called)


def read_all(terminal: int) -> str:
    said = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
        said += more
        if not more:
            break
    os.close(terminal)
    return said.decode(errors="replace")
