"""``dialer constants``: the words that the platform knows; asks nobody."""

from __future__ import annotations

import click

from dialer.cli.options import json_option
from dialer.cli.showing import show


@click.group(name="constants")
def command() -> None:
    """Show the words that the platform knows: languages, tones, time zones, ..."""


@command.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the lists."""
    from dialer.providers.callfluent.constants import constants

    show([{"name": name, "entries": len(found.entries)} for name, found in constants().items()], as_json=as_json)


@command.command(name="show")
@click.argument("name", metavar="LIST")
@click.argument("word", required=False)
@json_option
def show_(name: str, word: str | None, as_json: bool) -> None:
    """Show a LIST, or what WORD is in it: a value, a label, or near to one."""
    from dataclasses import asdict
    from difflib import get_close_matches

    from dialer.providers.callfluent.constants import UnknownWord, constants

    if name not in constants():
        near = get_close_matches(name, constants(), n=1)
        hint = f"did you mean {near[0]}?" if near else "`dialer constants list` names them"
        raise click.UsageError(f'there is no list "{name}"; {hint}')
    found = constants()[name]
    try:
        entries = found.entries if word is None else (found.find(word),)
    except UnknownWord as error:
        raise click.UsageError(str(error)) from None
    show([{key: told for key, told in asdict(entry).items() if told} for entry in entries], as_json=as_json)
