"""Values of a call's record by their names, wherever the platform put them.

Where a platform puts the fields an agent collects is documented nowhere, so a name is looked for in the whole record:
in objects, in lists of named values, in JSON written as text. Names match whatever their case and punctuation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
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
    return [(plain(name), value) for name, value in _pairs(record, DEEPEST)]


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


def _pairs(place: Any, deep: int) -> Iterator[tuple[str, Any]]:
    """Every name and its value, what is further out first."""
    if not deep:
        return
    if isinstance(place, dict):
        called = next((place[name] for name in NAMES if isinstance(place.get(name), str)), None)
        if called is not None:
            yield called, place.get("value")
        yield from ((str(name), value) for name, value in place.items())
    inner = place.values() if isinstance(place, dict) else place if isinstance(place, list) else ()
    for value in inner:
        if isinstance(opened := _opened(value), (dict, list)):
            yield from _pairs(opened, deep - 1)


def _opened(value: Any) -> Any:
    if not (isinstance(value, str) and value.lstrip()[:1] in ("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
