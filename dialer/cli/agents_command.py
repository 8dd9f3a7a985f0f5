"""``dialer agents``: the platform's own agents, as they are there or as files here."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.asking import (
    Asking,
    Verb,
    account_option,
    ask,
    asking_options,
    file_option,
    group,
    settings_of,
    words_argument,
    yes_option,
)  # fmt: skip
from dialer.cli.options import PATH, say, state_option
from dialer.cli.showing import show

VERBS = (
    Verb("list", "agents.every", "List a workspace's agents.", ("workspace",)),
    Verb("show", "agents.get", "Show an agent, its files and figures.", ("agent",)),
    Verb("delete", "agents.delete", "Delete an agent.", ("agent",), destroys="delete agent {agent} and its history"),
    Verb(
        "delete-file", "agents.delete_file", "Delete a file of what an agent knows.", ("file_id",),
        destroys="delete file {file_id}",
    ),
    Verb("set-field", "agents.set_field", "Give an agent a custom field.", ("agent", "name", "label")),
    Verb("rename-field", "agents.set_field", "Change a custom field.", ("agent", "name", "label", "field")),
    Verb(
        "delete-field", "agents.delete_field", "Take a custom field from an agent.", ("agent", "field"),
        destroys="delete field {field} of agent {agent}",
    ),
)  # fmt: skip
command = group("agents", "Make and change agents; keep copies of them.", VERBS)


@command.command(cls=Asking, endpoints=("agents.get",))
@click.argument("agent")
@click.argument("file", type=PATH, required=False)
@yes_option
@account_option
@state_option
def pull(agent: str, file: Path | None, yes: bool, account: str, state: Path | None) -> None:
    """Keep a copy of AGENT's settings here: its fields, blocked phone types and voicemail.

    `dialer launch --rehearse` then rehearses with that agent. A real launch keeps a copy by itself. With FILE, the
    settings are also written there as TOML, to be changed and pushed (CallFluent's only).
    """
    import asyncio

    from dialer.cli.pulling import pull_agent, write_file

    if file is not None:
        settings_of(account, state)
    found, copy = asyncio.run(pull_agent(agent, account, state))
    say(f'Agent {agent} ("{found.name}") is kept in {copy}; rehearsals of campaigns with this agent use it.')
    if file is not None:
        write_file(file, found, yes=yes)
        say(f"Its settings are in {file}; change them and `dialer agents push {agent} {file}`.")


@command.command(cls=Asking, endpoints=("agents.create",))
@words_argument
@file_option
@asking_options
def create(words: tuple[str, ...], file: Path | None, account: str, state: Path | None, as_json: bool) -> None:
    """Make an agent, of words, or of a file such as `agents pull` writes."""
    from dialer.cli.filling import fill
    from dialer.cli.pulling import complete
    from dialer.providers.callfluent.api.agent import AgentPayload

    made = complete(fill(AgentPayload, words, file))
    show(ask(account, state, lambda api: api.agents.create(made)), as_json=as_json)


@command.command(cls=Asking, endpoints=("agents.get", "agents.update"))
@click.argument("agent", type=int)
@words_argument
@file_option
@yes_option
@asking_options
def update(
    agent: int, words: tuple[str, ...], file: Path | None, yes: bool, account: str,
    state: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Change AGENT's settings; what changes is shown first."""
    from dialer.cli.filling import fill
    from dialer.cli.pulling import push_agent
    from dialer.providers.callfluent.api.agent import AgentPayload

    push_agent(agent, fill(AgentPayload, words, file), account, state, yes=yes, as_json=as_json)


@command.command(cls=Asking, endpoints=("agents.get", "agents.update"))
@click.argument("agent", type=int)
@click.argument("file", type=PATH)
@yes_option
@asking_options
def push(agent: int, file: Path, yes: bool, account: str, state: Path | None, as_json: bool) -> None:
    """Send AGENT the settings of FILE; what changes is shown first."""
    from dialer.cli.filling import fill
    from dialer.cli.pulling import push_agent
    from dialer.providers.callfluent.api.agent import AgentPayload

    push_agent(agent, fill(AgentPayload, (), file), account, state, yes=yes, as_json=as_json)


@command.command(cls=Asking, endpoints=("agents.upload",))
@click.argument("agent", type=int)
@click.argument("file", type=PATH)
@asking_options
def upload(agent: int, file: Path, account: str, state: Path | None, as_json: bool) -> None:
    """Add FILE to what AGENT knows."""
    from campaigns.errors import InputRefused

    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputRefused(f"{file} cannot be read: {error.strerror}") from None
    show(ask(account, state, lambda api: api.agents.upload(agent, file.name, content)), as_json=as_json)


@command.command(cls=Asking, endpoints=("agents.set_origins",))
@click.argument("agent", type=int)
@click.argument("sites", nargs=-1, metavar="[https://SITE]...")
@click.option("--off", is_flag=True, help="Let no site's pages call it.")
@asking_options
def origins(agent: int, sites: tuple[str, ...], off: bool, account: str, state: Path | None, as_json: bool) -> None:
    """Say from which sites' pages AGENT may be called (CORS)."""
    if not off and not sites:
        raise click.UsageError("name the sites, or --off")
    show(ask(account, state, lambda api: api.agents.set_origins(agent, sites, enabled=not off)), as_json=as_json)
