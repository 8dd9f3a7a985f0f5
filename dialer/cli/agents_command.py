"""``dialer agents``: the platform's own agents, and a copy of one to rehearse with."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from dialer.cli.options import say, state_option


@click.group(name="agents")
def command() -> None:
    """Keep copies of the platform's agents."""


@command.command()
@click.argument("agent")
@click.option("--account", default="default", show_default=True, help="Whose agent it is.")
@state_option
def pull(agent: str, account: str, state: Path | None) -> None:
    """Keep a copy of AGENT's settings here: its fields, blocked phone types and voicemail.

    `dialer launch --rehearse` then rehearses with that agent. A real launch keeps a copy by itself.
    """
    from dialer.cli.pulling import pull_agent

    name, copy = asyncio.run(pull_agent(agent, account, state))
    say(f'Agent {agent} ("{name}") is kept in {copy}; rehearsals of campaigns with this agent use it.')
