"""``dialer webhook``: have a platform tell of its calls by itself."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.asking import Asking, account_option, ask
from dialer.cli.options import say, state_option


@click.group(name="webhook")
def command() -> None:
    """Have the platform tell of its calls by itself; `dialer worker --listen` hears it."""


def url_option(function: click.Command) -> click.Command:
    """``--url PUBLIC``."""
    about = "Where the platform reaches `dialer worker --listen`, such as https://dialer.example.com."
    return click.option("--url", required=True, metavar="PUBLIC", help=about)(function)


@command.command(
    cls=Asking, endpoints=("agents.get", "agents.set_field", "agents.create_action", "agents.update_action")
)
@click.argument("agent", type=int)
@url_option
@click.option("--field", "more", multiple=True, metavar="NAME", help="Another field that the platform is to send.")
@account_option
@state_option
def setup(agent: int, url: str, more: tuple[str, ...], account: str, state: Path | None) -> None:
    """Give AGENT the action that tells of its calls. Done twice, it changes nothing.

    It sends our reference, the number and all of the agent's custom fields.
    """
    from dialer.cli.hooking import address, kept, remember
    from dialer.providers.callfluent.hook import hook

    to, before = address(url, account, state), kept(account, agent, state)
    done = ask(account, state, lambda api: hook(api, agent, to, more, before))
    remember(account, agent, done, state)
    say(f"Agent {agent} {done.done}: it tells {url} of its calls. `dialer worker --listen HOST:PORT` hears it there.")


@command.command(name="address")
@url_option
@account_option
@state_option
def address_(url: str, account: str, state: Path | None) -> None:
    """Print the address to give to the platform by hand; whoever has it can tell us of calls."""
    from dialer.cli.hooking import address

    click.echo(address(url, account, state))
