"""What a platform sends of its own accord, read into hints.

A platform whose client is also ``Hearing`` is listened to. Whoever knows the secret in the receiver's address may send
anything, so a hint ends no call: it has history asked sooner, and what was said in the call is kept beside what history
says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, runtime_checkable
from urllib.parse import parse_qsl

from campaigns.hint import Hint
from campaigns.rules.collected import plain
from dialer.errors import Unreadable

LONGEST_TRANSCRIPT, LONGEST_VALUE, LONGEST_NAME = 100_000, 2_000, 60
MOST_FIELDS, MOST_VALUES, DEEPEST = 50, 2_000, 5
"""How many fields are kept, and how many values are looked at to find them, how far in."""
LABELS = ("name", "key", "label", "field")
"""What an entry of a list of named values calls its name."""
SPEAKERS, SPOKEN = ("role", "speaker", "from"), ("content", "message", "text", "utterance", "transcript")


@runtime_checkable
class Hearing(Protocol):
    """A platform that tells of calls of its own accord."""

    def hints(self, headers: Mapping[str, str], body: bytes) -> Sequence[Hint]:
        """The hints in one webhook's body; ``headers`` by their names in small letters.

        It is given whatever anybody sends. Raises NotGenuine where the platform signs what it sends and this is not
        signed so, Unreadable where it cannot be read, and nothing else.
        """
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """What a platform may call the parts of a hint; the first that is filled counts."""

    ref: Sequence[str] = ()
    call_id: Sequence[str] = ()
    number: Sequence[str] = ()
    transcript: Sequence[str] = ()
    recording: Sequence[str] = ()


def document(body: bytes) -> Any:
    """The body's JSON, whatever it says it is, or a form's fields; raises Unreadable."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        pass
    try:
        form = dict(parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Unreadable from None
    if not form:
        raise Unreadable
    return form


def read_hint(told: Any, names: Names, read_number: Callable[[Any], str | None]) -> Hint:
    """One hint out of an object, whatever is wrapped around its parts; raises Unreadable for what is none.

    Names match whatever their case and punctuation, what is further out goes first, and what is none of the parts is a
    field. ``read_number`` makes E.164 of what the platform writes, or None.
    """
    if not isinstance(told, dict):
        raise Unreadable
    parts = (names.ref, names.call_id, names.number, names.transcript, names.recording)
    known = {plain(name) for part in parts for name in part}
    found: dict[str, Any] = {}
    fields: dict[str, str] = {}
    for name, value in islice(_leaves(told, known, DEEPEST), MOST_VALUES):
        if plain(name) in known:
            if value not in (None, "", [], {}):
                found.setdefault(plain(name), value)
        elif (text := _text(value)) and len(fields) < MOST_FIELDS and (column := _column(name)):
            fields.setdefault(column, text[:LONGEST_VALUE])
    ref, call_id, number, transcript, recording = (
        next((found[plain(name)] for name in part if plain(name) in found), None) for part in parts
    )
    return Hint(
        ref=_text(ref)[:LONGEST_VALUE] or None,
        call_id=_text(call_id)[:LONGEST_VALUE] or None,
        number=read_number(number),
        transcript=_spoken(transcript)[:LONGEST_TRANSCRIPT] or None,
        recording=_address(recording),
        fields=fields,
    )


def _leaves(place: Any, whole: set[str], deep: int) -> Iterator[tuple[str, Any]]:
    """Every name and its value, what is further out first; the values of names in ``whole`` are not looked into."""
    if not deep:
        return
    if isinstance(place, list):
        for inner in place:
            labelled = isinstance(inner, dict) and "value" in inner
            label = next((inner[name] for name in LABELS if isinstance(inner.get(name), str)), "") if labelled else ""
            yield from [(label, inner["value"])] if label else _leaves(inner, whole, deep - 1)
    if not isinstance(place, dict):
        return
    opened = {str(name): _opened(value) for name, value in place.items()}
    yield from opened.items()
    for name, value in opened.items():
        if plain(name) not in whole:
            yield from _leaves(value, whole, deep - 1)


def _opened(value: Any) -> Any:
    """JSON that was written as text."""
    if not (isinstance(value, str) and value.lstrip()[:1] in ("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _column(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")[:LONGEST_NAME]


def _spoken(value: Any) -> str:
    """A transcript as text: as it came, or a line for each turn."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_spoken, value)))
    if not isinstance(value, dict):
        return _text(value)
    who, said = (next((_text(value[name]) for name in part if value.get(name)), "") for part in (SPEAKERS, SPOKEN))
    return f"{who}: {said}" if who and said else said


def _address(value: Any) -> str | None:
    text = _text(value)
    return text if re.fullmatch(rf"https?://\S{{1,{LONGEST_VALUE}}}", text) else None
