"""Values of a call's record by their names, wherever the platform put them.

Where a platform puts the fields an agent collects is documented nowhere, so a name is looked for in the whole record:
in objects, in lists of named values, in JSON written as text. Names match whatever their case and punctuation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any

NAMES = ("name", "key", "label", "field")
"""What an entry of a list of named values calls its name."""

DEEPEST = 6
"""How far into a record is looked."""


Named = Sequence[tuple[str, Any]]
"""Every (plain) name of a record and its value, what is further out first."""


def named(record: Mapping[str, Any]) -> Named:
    """The names and values of a record."""
    found: list[tuple[str, Any]] = []
    _add_pairs(record, DEEPEST, found)
    return found


def collected(record: Named, names: Iterable[str], known: Set[tuple[str, str]] = frozenset()) -> str | None:
    """The first filled value under one of the names, in their order; what is further out goes first.

    Values that are ``known`` beforehand, as (plain name, value), are passed over.
    """
    wanted = [plain(name) for name in names]
    filled: dict[str, str] = {}
    for name, value in record:
        if name in wanted and (text := _text(value)) and (name, text) not in known:
            if name == wanted[0]:
                return text
            filled.setdefault(name, text)
    return next((filled[name] for name in wanted if name in filled), None)


@lru_cache(4096)
def plain(word: str) -> str:
    """A word without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", word.casefold())


def _add_pairs(place: Any, deep: int, found: list[tuple[str, Any]]) -> None:
    """Add every name and its value, what is further out first."""
    if isinstance(place, dict):
        called = next((place[name] for name in NAMES if name in place and isinstance(place[name], str)), None)
        if called is not None:
            found.append((plain(called), place.get("value")))
        found += [(plain(str(name)), value) for name, value in place.items()]
    if deep > 1:
        for value in place.values() if isinstance(place, dict) else place:
            opened = _opened(value) if isinstance(value, str) else value
            if isinstance(opened, (dict, list)):
                _add_pairs(opened, deep - 1, found)


def _opened(text: str) -> Any:
    """What JSON in a text says; None where it is none."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
