"""A rehearsal: the user's own list and campaign against the practice platform, in scaled time (DESIGN §8).

It lives in a folder of its own with its own ledger, Redis, clock and platform; no key is loaded and nothing but that
platform can be reached. Started again with the same list, campaign and seed, an unfinished one goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from campaigns.spec import Spec
from dialer import valkey
from dialer.clock import ScaledClock
from dialer.embedded import make_folder
from dialer.errors import ServerAway
from dialer.feeder import AccountLimit
from dialer.providers.platform import Agent
from dialer.providers.registry import account_class
from dialer.providers.switchboard import Switchboard
from dialer.settings import PLATFORM
from dialer.site import REHEARSAL
from dialer.worker import World

START_S = 15.0
SANDBOX_KEY = SecretStr("sandbox")
AGENT_FILE = "agent.json"
FAULTS_FILE = "faults.toml"
"""In the state folder: what goes wrong on the practice platform of a rehearsal."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes a rehearsal this one: the campaign's name, list and spec (as one hash), seed, speed, log, platform."""

    name: str
    identity: str
    seed: int
    speed: float
    log: str | None
    platform: str = PLATFORM

    @property
    def key(self) -> tuple[str, str, int]:
        """What must be the same for an unfinished rehearsal to go on."""
        return self.name, self.identity, self.seed


def identity_of(list_sha256: str, spec: Spec, agent: str | None) -> str:
    """List, campaign and the agent's settings as one hash."""
    return hashlib.sha256(f"{list_sha256}\n{spec.model_dump_json()}\n{agent}".encode()).hexdigest()


def keep_agent(state: Path, account: str, agent: Agent) -> Path:
    """Keep a copy of an agent's settings to rehearse with; answers where."""
    copy = _copy_of(state, account, agent.id)
    make_folder(copy.parent)
    draft = copy.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({**agent.raw, "id": agent.id}))
    return draft.replace(copy)


def kept_agent(state: Path, account: str, agent_id: str) -> str | None:
    """The settings that were kept of an agent, as JSON; None where there are none."""
    try:
        return _copy_of(state, account, agent_id).read_text()
    except OSError:
        return None


def _copy_of(state: Path, account: str, agent_id: str) -> Path:
    return state / "agents" / f"{quote(account, safe='')}-{quote(agent_id, safe='')}.json"


def read_plan(folder: Path) -> Plan | None:
    """The plan of the rehearsal in ``folder``, if there is one."""
    try:
        return Plan(**json.loads((folder / "plan.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def prepare(state: Path, plan: Plan, start: datetime, agent: str | None, *, afresh: bool) -> ScaledClock:
    """Make the folder ready: ``afresh``, or going on with the one that is there. Answers its clock.

    ``agent`` are the settings, as JSON, of the agent that the practice platform has.
    """
    folder = state / REHEARSAL
    if afresh:
        throw_away(folder)
        if plan.log:
            Path(plan.log).unlink(missing_ok=True)
        make_folder(state)
        make_folder(folder)
        ScaledClock.start(folder / "clock.json", start, plan.speed)
        (folder / "plan.json").write_text(json.dumps(asdict(plan)))
        if agent:
            (folder / AGENT_FILE).write_text(agent)
    clock = ScaledClock(folder / "clock.json")
    clock.thaw()
    return clock


def throw_away(folder: Path) -> None:
    """Stop what still runs for a rehearsal, and remove it."""
    stop_sandbox(folder)
    if (folder / "redis").exists():
        valkey.stop(folder / "redis")
    shutil.rmtree(folder, ignore_errors=True)


def running_sandbox(folder: Path) -> str | None:
    """The address of the practice platform that serves the rehearsal now, if one does."""
    return None if _port(folder) is None else _address(folder)


def start_sandbox(folder: Path) -> str:
    """The practice platform's address; the one that still runs, or a new process."""
    plan = read_plan(folder)
    port = _port(folder)
    if port is None or plan is None:
        arguments = ["--state", str(folder / "sandbox"), "--clock", str(folder / "clock.json")]
        arguments += ["--platform", plan.platform] if plan is not None else []
        if plan is not None:
            arguments += ["--seed", str(plan.seed)] + (["--sandbox-log", plan.log] if plan.log else [])
        if (faults := folder.parent / FAULTS_FILE).exists():
            arguments += ["--faults", str(faults)]
        if (folder / AGENT_FILE).exists():
            arguments += ["--agent", str(folder / AGENT_FILE)]
        _launch(folder, arguments)
    return _address(folder)


def stop_sandbox(folder: Path) -> None:
    """Stop the practice platform of ``folder``, if one runs."""
    if _port(folder) is None:
        return
    os.kill(_said(folder)["pid"], signal.SIGTERM)
    deadline = time.monotonic() + START_S
    while _port(folder) is not None and time.monotonic() < deadline:
        time.sleep(0.02)


def rehearsal_world(folder: Path, clock: ScaledClock, spec: Spec, address: str) -> World:
    """A world of one account, the campaign's own limits, and a clock that jumps when nothing is due."""
    return World(
        clock,
        {spec.account: REHEARSAL},
        {spec.account: AccountLimit(spec.pace.per_second, spec.pace.at_once)},
        sandbox_switchboard(spec.platform.name, address),
        clock.jump,
    )


def sandbox_switchboard(platform: str, address: str) -> Switchboard:
    """Every account at the practice platform, which stands for ``platform``."""
    account = account_class(platform).model_validate({"base_url": address, "key": SANDBOX_KEY})
    return Switchboard(lambda _: account)


def _said(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "sandbox" / "sandbox.json").read_text())
    return said


def _address(folder: Path) -> str:
    said = _said(folder)
    return f"http://127.0.0.1:{said['port']}{said['base']}"


def _port(folder: Path) -> int | None:
    try:
        said = _said(folder)
        request = urllib.request.Request(
            f"http://127.0.0.1:{said['port']}/api/agent/get-one/1",
            headers={"Authorization": f"Bearer {SANDBOX_KEY.get_secret_value()}"},
        )
        with urllib.request.urlopen(request, timeout=2):  # noqa: S310
            return int(said["port"])
    except urllib.error.HTTPError:
        return int(said["port"])
    except (OSError, ValueError, KeyError):
        return None


def _launch(folder: Path, arguments: Sequence[str]) -> None:
    said = folder / "sandbox.log"
    with said.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "dialer", "sandbox", "--port", "0", *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "DIALER_SANDBOX_KEY": SANDBOX_KEY.get_secret_value()},
        )  # fmt: skip
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if _port(folder) is not None:
            return
        time.sleep(0.05)
    raise ServerAway(f"the practice platform did not start; see {said}")
