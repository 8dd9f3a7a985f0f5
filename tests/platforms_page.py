"""The tables of ``docs/platforms.md``, made from the code: ``python -m tests.platforms_page`` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from dialer.cli import COMMANDS, program
from dialer.cli.asking import Asking
from dialer.providers.callfluent.constants import constants
from dialer.providers.callfluent.endpoints import ENDPOINTS
from dialer.providers.endpoint import Endpoint
from dialer.providers.platform import Abilities
from dialer.providers.registry import GROUP, account_class
from dialer.sandbox.assumptions import MEANINGS, Assumptions
from dialer.sandbox.endpoints import SERVICES
from dialer.sandbox.received import Route

PAGE = Path(__file__).parents[1] / "docs" / "platforms.md"


@dataclass(frozen=True, slots=True)
class Documented:
    """A platform's endpoints; those of ``placing`` are asked by the client itself and tried by a test.

    ``routes`` are those of the sandbox, whose paths begin with ``base``.
    """

    platform: str
    endpoints: Mapping[str, Endpoint]
    routes: Sequence[Route]
    base: str
    placing: Mapping[str, tuple[str, str]]


def _routes(*services: Any) -> list[Route]:
    nothing: Any = type("Nothing", (), {"__getattr__": lambda self, name: self})()
    return [route for service in services for route in service(nothing).routes()]


CALLFLUENT = Documented(
    "callfluent", ENDPOINTS, _routes(*SERVICES), "/api",
    {"calls.make": ("CallFluent.place", "test_make_call_wraps_number_and_fields_as_printed")},
)  # fmt: skip


def commands(platform: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command about what is on a platform, and the endpoints it asks."""
    for name in (name for group in COMMANDS.values() for name in group):
        yield from _asking(program.get_command(click.Context(program), name), f"dialer {name}", platform)  # type: ignore[attr-defined]


def _asking(command: Any, words: str, platform: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(command, Asking) and command.platform == platform:
        yield words, command.endpoints
    for sub in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _asking(sub, f"{words} {sub.name}", platform)


def endpoint_table(documented: Documented) -> list[str]:
    """Every documented endpoint with what asks it, what serves it and what tries it."""
    asked: dict[str, list[str]] = {}
    for command, endpoints in commands(documented.platform):
        for name in endpoints:
            asked.setdefault(name, []).append(f"`{command}`")
    sandbox = {(verb, path.removeprefix(documented.base)): serves for verb, path, serves in documented.routes}
    lines = ["| endpoint | printed in | client | command | sandbox | test |", "|---|---|---|---|---|---|"]
    for name, one in documented.endpoints.items():
        client, command, test = (f"api.{name}", ", ".join(asked.get(name, ())), f"[{name}]")
        if name in documented.placing:
            (client, test), command = documented.placing[name], ", ".join(["`dialer launch`", *asked.get(name, ())])
        serves = sandbox[one.verb, one.path].__qualname__  # type: ignore[attr-defined]
        lines.append(f"| {one.verb} `{one.path}` | {one.section} | `{client}` | {command} | `{serves}` | `{test}` |")
    return lines


def ability_table() -> list[str]:
    """What each platform can do."""
    kinds = [account_class(point.name) for point in sorted(entry_points(group=GROUP))]
    names = [str(kind.model_fields["platform"].default) for kind in kinds]
    lines = [f"| | {' | '.join(f'`{name}`' for name in names)} |", "|---|" + "---|" * len(names)]
    for field in fields(Abilities):
        values = [getattr(kind.abilities, field.name) for kind in kinds]
        lines.append(f"| `{field.name}` | {' | '.join(_said(value) for value in values)} |")
    for field_name in ("base_url", "per_second", "at_once"):
        values = [kind.model_fields[field_name].default for kind in kinds]
        lines.append(f"| `{field_name}` | {' | '.join(_said(value) for value in values)} |")
    return lines


def _said(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {True: "yes", False: "no", None: "–"}[value]
    return f"`{value}`" if isinstance(value, str) else f"{value:,.4g}"


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


DOCUMENTED = (CALLFLUENT,)
TABLES: dict[str, Callable[[], list[str]]] = {
    **{f"{one.platform} endpoints": partial(endpoint_table, one) for one in DOCUMENTED},
    "abilities": ability_table, "assumptions": assumption_table, "constants": constant_table,
}  # fmt: skip


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
