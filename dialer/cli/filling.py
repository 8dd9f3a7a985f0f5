"""A payload out of words (``name=Ann``), a TOML file and secrets; a fault is named in one line, a secret in none."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from campaigns.errors import InputRefused
from dialer.cli.options import is_terminal
from dialer.cli.showing import SECRETS
from dialer.providers.parts import Payload
from dialer.settings import value, variable

Model = TypeVar("Model", bound=Payload)


def fill(model: type[Model], words: Sequence[str], file: Path | None, secrets: Sequence[str] = ()) -> Model:
    """The payload; words go before the file.

    Raises UsageError for a word that is none or is a secret, InputRefused for a file or a value that cannot be used.
    """
    values = {**read_fields(file), **from_words(words, model.secrets())}
    needed = [name for name in model.secrets() if _required(model, name)]
    for name in dict.fromkeys((*secrets, *needed)):
        if name not in model.secrets():
            raise click.UsageError(f"{name} is no secret of this; secrets are: {', '.join(sorted(model.secrets()))}")
        if name not in values:
            values[name] = secret(name)
    if not values:
        raise click.UsageError(f"nothing to send: write FIELD=VALUE; fields are {', '.join(model.names())}")
    return validated(model, values)


def validated(model: type[Model], values: Mapping[str, Any]) -> Model:
    """The payload of these values; raises InputRefused with every fault, without the values themselves."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InputRefused("; ".join(_fault(model, fault) for fault in error.errors(include_input=False))) from None


def from_words(words: Sequence[str], secrets: frozenset[str] = frozenset()) -> dict[str, str]:
    """``FIELD=VALUE`` words as a table; raises UsageError, also for a secret: others can read a command line."""
    found = {}
    for word in words:
        name, equals, given = word.partition("=")
        if not equals:
            raise click.UsageError(f'"{word}" is no FIELD=VALUE')
        if name in secrets or name.lower().endswith(SECRETS):
            raise click.UsageError(f"{name} is a secret, and a command line is no place for one: --secret, or --file")
        found[name] = given
    return found


def read_fields(file: Path | None) -> dict[str, Any]:
    """The table of a TOML file; none without a file. Raises InputRefused."""
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputRefused(f"{file} cannot be read: {why}") from None


def secret(name: str) -> str:
    """A secret from its variable, the file that it names, or a person; raises InputRefused where none of them is."""
    told = value(os.environ, f"DIALER_SECRET_{variable(name)}")
    if told is not None:
        return told
    if not is_terminal():
        raise InputRefused(f"{name} is wanted: set DIALER_SECRET_{variable(name)}, or its _FILE")
    return str(click.prompt(name, hide_input=True, err=True))


def _required(model: type[Payload], name: str) -> bool:
    return any(field.is_required() for known, field in model.model_fields.items() if name in (known, field.alias))


def _fault(model: type[Payload], fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{where}: there is no such field; fields are {', '.join(model.names())}"
    return f"{where}: {str(fault['msg']).removeprefix('Value error, ')}"
