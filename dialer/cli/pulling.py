"""A copy of a platform's agent, for rehearsals."""

from __future__ import annotations

import os
from pathlib import Path

from campaigns.spec import Platform
from dialer.embedded import make_folder
from dialer.providers.switchboard import Switchboard
from dialer.rehearsal import keep_agent
from dialer.settings import STATE, find_state, load_settings


async def pull_agent(agent_id: str, account: str, given: Path | None) -> tuple[str, Path]:
    """Ask the platform for the agent and keep its settings; answers its name and the file.

    Raises UnknownAgent, KeyRefused, NoPermission, PlatformError, SettingsRefused.
    """
    folder = find_state(os.environ, given, Path.cwd())
    switchboard = Switchboard(load_settings(os.environ, folder).account)
    try:
        agent = await switchboard.platform(account, Platform()).agent(agent_id)
    finally:
        await switchboard.close()
    folder = folder or Path.cwd() / STATE
    make_folder(folder)
    return agent.name, keep_agent(folder, account, agent)
