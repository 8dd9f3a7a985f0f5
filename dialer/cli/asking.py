"""Commands about what is on the platform: each is a row of a table, asks one endpoint, and prints what was answered."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from dialer.cli.options import PATH, is_terminal, json_option, state_option
from dialer.cli.showing import show

PLATFORM = "callfluent"
NUMBERS = ("workspace", "agent", "member", "file_id", "call", "action", "page")
"""The arguments that are a number, as the platform's ids are."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A command.

    ``endpoint`` is its name in the table of endpoints, which is also the method that is called with the ``arguments``;
    one with ``=DEFAULT`` is optional. ``fields`` is the payload that words fill, as ``module.Class`` of the api.
    ``destroys`` says what is done, where that must be agreed to.
    """

    name: str
    endpoint: str
    help: str
    arguments: tuple[str, ...] = ()
    fields: str = ""
    destroys: str = ""


class Asking(click.Command):
    """A command that knows which endpoints it asks, and of which platform."""

    def __init__(
        self, *given: Any, endpoints: tuple[str, ...] = (), platform: str = PLATFORM, **named: Any
    ) -> None:  # fmt: skip
        super().__init__(*given, **named)
        self.endpoints, self.platform = endpoints, platform


def group(name: str, about: str, verbs: Sequence[Verb], platform: str = PLATFORM) -> click.Group:
    """A command's group with a subcommand for each verb, for accounts on a platform."""
    made = click.Group(name, help=about)
    for verb in verbs:
        made.add_command(_command(verb, platform))
    return made


def _command(verb: Verb, platform: str) -> click.Command:
    def run(*, as_json: bool, account: str, state: Path | None, **given: Any) -> None:
        ids = [given[argument.partition("=")[0]] for argument in verb.arguments]
        if verb.fields:
            from dialer.cli.filling import fill

            module, _, model = verb.fields.rpartition(".")
            payload = getattr(importlib.import_module(f"dialer.providers.{platform}.api.{module}"), model)
            ids.append(fill(payload, given["words"], given["file"], given["secret"]))
        if verb.destroys:
            confirm(verb.destroys.format(**given), yes=given["yes"])
        service, method = verb.endpoint.split(".")
        answer = ask(account, state, lambda api: getattr(getattr(api, service), method)(*ids), platform)
        show(answer, as_json=as_json)

    params: list[click.Parameter] = [_argument(*argument.partition("=")) for argument in verb.arguments]
    if verb.fields:
        params.append(click.Argument(["words"], nargs=-1, metavar="[FIELD=VALUE]..."))
    command = Asking(
        verb.name, callback=run, params=params, help=verb.help, endpoints=(verb.endpoint,), platform=platform
    )
    asking_options(command)
    if verb.fields:
        file_option(command)
        secret_option(command)
    if verb.destroys:
        yes_option(command)
    return command


def _argument(name: str, equals: str, default: str) -> click.Argument:
    kind = click.INT if name in NUMBERS else click.STRING
    return click.Argument([name], type=kind, required=not equals, default=default or None)


def account_option(function: Any) -> Any:
    """``--account NAME``: whose resources they are."""
    return click.option("--account", default="default", show_default=True, help="The account.")(function)


def yes_option(function: Any) -> Any:
    """``--yes``: do not ask."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(function)


def file_option(function: Any) -> Any:
    """``--file``: fields beside the words."""
    return click.option("--file", type=PATH, help="Take fields from this TOML file.")(function)


def secret_option(function: Any) -> Any:
    """``--secret FIELD``: one that is no word of a command line."""
    about = "A secret: from DIALER_SECRET_<FIELD>, the file its _FILE names, or asked for."
    return click.option("--secret", multiple=True, metavar="FIELD", help=about)(function)


def words_argument(function: Any) -> Any:
    """``FIELD=VALUE`` words."""
    return click.argument("words", nargs=-1, metavar="[FIELD=VALUE]...")(function)


def asking_options(function: Any) -> Any:
    """What every such command takes: ``--account``, ``--state``, ``--json``."""
    return account_option(state_option(json_option(function)))


def ask(account: str, state: Path | None, request: Callable[[Any], Awaitable[Any]], platform: str = PLATFORM) -> Any:
    """Make one request, of the ``api`` of a platform's client, with an account's key.

    Raises what it raises, and SettingsRefused without a key or for an account on another platform.
    """
    from dialer.errors import SettingsRefused
    from dialer.providers.switchboard import Switchboard
    from dialer.settings import find_state, load_settings

    settings = load_settings(os.environ, find_state(os.environ, state, Path.cwd()))
    there = settings.account(account).platform
    if there != platform:
        raise SettingsRefused(
            f'this command is for accounts on {platform}, and "{account}" is on {there}: name another with --account'
        )
    client: Any = Switchboard(settings.account).platform(account)

    async def answered() -> Any:
        try:
            return await request(client.api)
        finally:
            await client.close()

    return asyncio.run(answered())


def confirm(what: str, *, yes: bool) -> None:
    """Ask before ``what`` is done; raises NotAllowed where nobody agrees, or nobody is there to."""
    from campaigns.errors import NotAllowed

    if yes:
        return
    if not is_terminal():
        raise NotAllowed(f"to {what}, add --yes")
    if not click.confirm(f"{what[0].upper()}{what[1:]}?", err=True):
        raise NotAllowed("nothing was done")
