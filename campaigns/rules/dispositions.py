"""What the collected fields of a call's record say, in our words.

Where a platform puts the fields an agent collects is documented nowhere, so a name is looked for in the whole record:
in objects, in lists of named values, in JSON written as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.spec import Action, Outcomes

NAMES = ("name", "key", "label", "field")
"""What an entry of a list of named values calls its name."""

DEEPEST = 6
"""How far into a record is looked."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was collected in a call: the raw disposition, what it asks for, and the raw time to call back."""

    disposition: str | None = None
    action: Action | None = None
    callback: str | None = None


NOTHING_SAID = Said()


def said_in(record: Mapping[str, Any], disposition: str | None, outcomes: Outcomes) -> Said:
    """Read the collected fields that ``[outcomes]`` names; ``disposition`` is the platform's own where none is there.

    A time to call back without a disposition asks for a callback.
    """
    word = _collected(record, outcomes.disposition) or disposition
    callback = _collected(record, outcomes.callback_at)
    means = {_plain(value): action for value, action in outcomes.values.items()}
    action = means.get(_plain(word)) if word else None
    return Said(word, action or ("callback" if callback else None), callback)


def _collected(record: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """The first filled value under one of the names, in their order."""
    filled: dict[str, str] = {}
    for name, value in _pairs(record, DEEPEST):
        filled.setdefault(_plain(name), value)
    return next((filled[plain] for plain in map(_plain, names) if plain in filled), None)


def _pairs(place: Any, deep: int) -> Iterator[tuple[str, str]]:
    """Every name and its value as text, what is further out first."""
    if not deep:
        return
    inner: list[Any] = []
    if isinstance(place, Mapping):
        named = next((place[name] for name in NAMES if isinstance(place.get(name), str)), None)
        if named is not None and _text(place.get("value")):
            yield named, _text(place["value"])
        for name, value in place.items():
            if text := _text(value):
                yield str(name), text
            inner.append(_opened(value))
    elif isinstance(place, list):
        inner = [_opened(value) for value in place]
    for value in inner:
        yield from _pairs(value, deep - 1)


def _opened(value: Any) -> Any:
    if not (isinstance(value, str) and value.lstrip()[:1] in ("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _plain(word: str) -> str:
    """A word without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", word.casefold())
