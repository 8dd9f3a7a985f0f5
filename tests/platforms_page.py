"""The tables of ``docs/platforms.md``, made from the code: ``python -m tests.platforms_page`` writes them anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from dialer.cli import COMMANDS, program
from dialer.cli.asking import Asking
from dialer.providers.callfluent.constants import constants
from dialer.providers.callfluent.endpoints import ENDPOINTS
from dialer.sandbox.assumptions import MEANINGS, Assumptions
from dialer.sandbox.endpoints import SERVICES

PAGE = Path(__file__).parents[1] / "docs" / "platforms.md"
PLACED = ("CallFluent.place", "`dialer launch`", "test_make_call_wraps_number_and_fields_as_printed")


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command about what is on the platform, and the endpoints it asks."""
    for name in (name for group in COMMANDS.values() for name in group):
        found = program.get_command(click.Context(program), name)  # type: ignore[attr-defined]
        for sub in found.commands.values() if isinstance(found, click.Group) else ():
            if isinstance(sub, Asking):
                yield f"dialer {name} {sub.name}", sub.endpoints


def served() -> dict[tuple[str, str], str]:
    """What serves each documented method and path in the practice platform."""
    nothing: Any = type("Nothing", (), {"__getattr__": lambda self, name: self})()
    return {
        (verb, path.removeprefix("/api")): endpoint.__qualname__  # type: ignore[attr-defined]
        for service in SERVICES
        for verb, path, endpoint in service(nothing).routes()
    }


def endpoint_table() -> list[str]:
    """Every documented endpoint with what asks it, what serves it and what tries it."""
    asked: dict[str, list[str]] = {}
    for command, endpoints in commands():
        for name in endpoints:
            asked.setdefault(name, []).append(f"`{command}`")
    lines = ["| endpoint | printed in | client | command | sandbox | test |", "|---|---|---|---|---|---|"]
    sandbox = served()
    for name, one in ENDPOINTS.items():
        client, command, test = (f"api.{name}", ", ".join(asked.get(name, ())), f"[{name}]")
        if name == "calls.make":
            client, command, test = PLACED
        serves = sandbox[one.verb, one.path]
        lines.append(f"| {one.verb} `{one.path}` | {one.section} | `{client}` | {command} | `{serves}` | `{test}` |")
    return lines


def assumption_table() -> list[str]:
    """What the practice platform assumes."""
    lines = ["| assumption | value | what it means |", "|---|---|---|"]
    return lines + [f"| `{name}` | `{_word(name)}` | {meaning} |" for name, meaning in MEANINGS.items()]


def constant_table() -> list[str]:
    """The lists of constants."""
    lines = ["| list | entries | for example |", "|---|---|---|"]
    for name, found in constants().items():
        first = found.entries[0]
        lines.append(f"| `{name}` | {len(found.entries)} | `{first.value}`: {first.label} |")
    return lines


TABLES = {"endpoints": endpoint_table, "assumptions": assumption_table, "constants": constant_table}


def rewritten(text: str) -> str:
    """The page with its tables made anew."""
    for name, table in TABLES.items():
        made = "\n".join(table())
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        text = text[: text.index(begin)] + f"{begin}\n{made}\n" + text[text.index(end) :]
    return text


def _word(name: str) -> str:
    value = getattr(Assumptions(), name)
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
