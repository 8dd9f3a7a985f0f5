"""A platform's agent as a file here, and a file as the platform's agent."""

from __future__ import annotations

import os
from pathlib import Path

from campaigns.errors import InputRefused
from dialer.cli.agent_file import changes, write_agent
from dialer.cli.asking import ask, confirm
from dialer.cli.filling import validated
from dialer.cli.options import say
from dialer.cli.showing import show
from dialer.embedded import make_folder
from dialer.providers.callfluent.api.agent import AgentPayload, settings_of
from dialer.providers.platform import Agent
from dialer.providers.switchboard import Switchboard
from dialer.rehearsal import keep_agent
from dialer.settings import STATE, find_state, load_settings


async def pull_agent(agent_id: str, account: str, given: Path | None) -> tuple[Agent, Path]:
    """Ask the platform for the agent and keep its settings; answers it and the file.

    Raises UnknownAgent, KeyRefused, NoPermission, PlatformError, SettingsRefused.
    """
    folder = find_state(os.environ, given, Path.cwd())
    async with Switchboard(load_settings(os.environ, folder).account) as switchboard:
        agent = await switchboard.platform(account).agent(agent_id)
    folder = folder or Path.cwd() / STATE
    make_folder(folder)
    return agent, keep_agent(folder, account, agent)


def write_file(file: Path, agent: Agent, *, yes: bool) -> None:
    """Write an agent's documented settings as TOML; asks before it writes over something else.

    Raises InputRefused where that cannot be, NotAllowed where nobody agrees.
    """
    text = write_agent(settings_of(agent.raw))
    try:
        if file.exists() and file.read_bytes() != text.encode():
            confirm(f"write over {file}", yes=yes)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputRefused(f"{file} cannot be written: {error.strerror}") from None


def push_agent(
    agent_id: int, wanted: AgentPayload, account: str, state: Path | None, *, yes: bool, as_json: bool
) -> None:
    """Show what would change of an agent, ask, and send all of its settings.

    Raises InputRefused for an agent that would lack something, NotAllowed where nobody agrees.
    """
    there = ask(account, state, lambda api: api.agents.get(agent_id)).agent
    before = there.settings()
    after = {**before, **wanted.body()}
    if not (lines := changes(before, after)):
        say(f"Agent {agent_id} has these settings already.")
        return
    for line in lines:
        say(line)
    settings = complete(validated(AgentPayload, after))
    confirm(f"change agent {agent_id}", yes=yes)
    show(ask(account, state, lambda api: api.agents.update(agent_id, settings)), as_json=as_json)


def complete(agent: AgentPayload) -> AgentPayload:
    """The agent, if it has all that the platform wants; raises InputRefused."""
    if missing := agent.missing():
        raise InputRefused(f"an agent needs {', '.join(missing)} as well")
    return agent
