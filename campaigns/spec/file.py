"""The campaign file is read, and its faults are named: where, what, and the nearest key there is."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from campaigns.errors import SpecRefused
from campaigns.spec.campaign import Spec


def parse_spec(text: str, origin: str) -> Spec:
    """Read a campaign file's text; ``origin`` names it in errors.

    Raises SpecRefused with one line per fault: where, what, and for an unknown key the nearest known one.
    """
    try:
        return Spec.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SpecRefused(f"{origin}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise SpecRefused("\n".join(_fault(origin, fault) for fault in error.errors())) from error


def load_spec(path: Path) -> Spec:
    """Read the campaign file at ``path``; raises SpecRefused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SpecRefused(f"{path}: no such campaign file; `dialer init LIST` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SpecRefused(f"{path}: cannot be read: {error}") from error
    return parse_spec(text, str(path))


def dump_spec(spec: Spec) -> str:
    """The spec as JSON, as the ledger keeps it; ``Spec.model_validate_json`` reads it back."""
    return spec.model_dump_json()


def _fault(origin: str, fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] != "extra_forbidden":
        message = str(fault["msg"]).removeprefix("Value error, ")
        return f"{origin}: {where}: {message}" if where else f"{origin}: {message}"
    near = difflib.get_close_matches(str(fault["loc"][-1]), sorted(_keys(Spec)), n=1, cutoff=0.5)
    hint = f'; did you mean "{near[0]}"?' if near else "; examples/campaign.toml shows every key"
    return f"{origin}: {where}: there is no such key{hint}"


def _keys(model: type[BaseModel]) -> set[str]:
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys |= _keys(part)
    return keys
