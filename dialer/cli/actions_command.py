"""``dialer actions``: what an agent can do in a call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialer.cli.asking import Asking, Verb, ask, asking_options, file_option, group, words_argument
from dialer.cli.showing import show

if TYPE_CHECKING:
    from dialer.providers.callfluent.api.actions import Action

VERBS = (Verb("delete", "agents.delete_action", "Delete an action.", ("action",), destroys="delete action {action}"),)
command = group("actions", "Make and change what an agent can do in a call.", VERBS)


@command.command(name="list", cls=Asking, endpoints=("agents.get",))
@click.argument("agent", type=int)
@asking_options
def list_(agent: int, account: str, state: Path | None, as_json: bool) -> None:
    """List an agent's actions, where the platform tells them: no document says that it does."""
    details = ask(account, state, lambda api: api.agents.get(agent))
    show((details.agent.model_extra or {}).get("actions") or [], as_json=as_json)


@command.command(cls=Asking, endpoints=("agents.create_action",))
@click.argument("agent", type=int)
@click.argument("kind", metavar="TYPE")
@words_argument
@file_option
@asking_options
def create(
    agent: int, kind: str, words: tuple[str, ...], file: Path | None, account: str, state: Path | None, as_json: bool
) -> None:
    """Give AGENT an action of a TYPE: see `dialer constants show action_types`."""
    made = _action(kind, words, file, agent)
    show(ask(account, state, lambda api: api.agents.create_action(made)), as_json=as_json)


@command.command(cls=Asking, endpoints=("agents.update_action",))
@click.argument("action", type=int)
@click.argument("kind", metavar="TYPE")
@words_argument
@file_option
@asking_options
def update(
    action: int, kind: str, words: tuple[str, ...], file: Path | None, account: str, state: Path | None, as_json: bool
) -> None:
    """Change ACTION: all of its fields are sent."""
    made = _action(kind, words, file)
    show(ask(account, state, lambda api: api.agents.update_action(action, made)), as_json=as_json)


def _action(kind: str, words: Sequence[str], file: Path | None, agent: int | None = None) -> Action:
    from dialer.cli.filling import from_words, read_fields, validated
    from dialer.providers.callfluent.api.actions import ACTIONS
    from dialer.providers.callfluent.constants import UnknownWord, constants

    try:
        kind = constants()["action_types"].value(kind)
    except UnknownWord as error:
        raise click.UsageError(str(error)) from None
    named = {"actionType": kind} if agent is None else {"actionType": kind, "agentId": agent}
    return validated(ACTIONS[kind], {**read_fields(file), **from_words(words), **named})
