"""What a platform answered, on the terminal or as JSON; no secret is in either."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

import click

from dialer.cli.options import print_json, say

SECRETS = ("token", "secret", "password", "_key", "apikey", "pass")
"""What the name of a secret ends with."""


def show(answer: Any, *, as_json: bool) -> None:
    """Print what was answered: one JSON document, or a line per record or field.

    A page is a list, with the cursor of the next one. A list's lines have the documented fields; of one record, and of
    what has none documented, everything is shown.
    """
    plain = without_secrets(_plain(answer))
    if as_json:
        print_json(plain)
    elif plain is None:
        say("Done.")
    elif isinstance(getattr(answer, "items", None), tuple):
        show(answer.items, as_json=False)
        if answer.next:
            say(f"There are more: add {answer.next}")
    elif isinstance(plain, dict):
        for name, value in plain.items():
            click.echo(f"{name}\t{_text(value)}")
    else:
        for record, row in zip(answer, plain, strict=True):
            names = record.names() if hasattr(record, "names") else row
            click.echo("\t".join(_text(row[name]) for name in names if row.get(name) not in (None, "")))
        if not plain:
            say("There are none.")


def without_secrets(value: Any) -> Any:
    """A document in which no field that sounds like a secret has a value: a platform may answer what it likes."""
    if isinstance(value, dict):
        hidden = {name: "**********" for name, inner in value.items() if inner and name.lower().endswith(SECRETS)}
        return {name: hidden.get(name) or without_secrets(inner) for name, inner in value.items()}
    return [without_secrets(inner) for inner in value] if isinstance(value, list) else value


def _plain(answer: Any) -> Any:
    if isinstance(answer, (list, tuple)):
        return [_plain(one) for one in answer]
    if is_dataclass(answer) and not isinstance(answer, type):
        return {field.name: _plain(getattr(answer, field.name)) for field in fields(answer)}
    if hasattr(answer, "model_dump"):
        return answer.model_dump(mode="json", by_alias=True, exclude_none=True)
    return answer


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
