"""What a platform's answer says in words, for people: in JSON or, from a proxy before the platform, in HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MAX_WORDS, SHORTEST = 300, 3
TAGS = re.compile(r"<(script|style|head)\b.*?</\1>|<[^>]+>", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"(\d{1,3}\.){3}\d{1,3}")
"""An internet address: a user is told to point a domain at one (User §4)."""
PHONE_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")


def parse(body: bytes) -> Any:
    """The JSON document of an answer; None where there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def words(body: bytes, secrets: Sequence[str] = ()) -> str:
    """The platform's own words: one line, at most 300 characters, without these secrets.

    Phone numbers become ``<number>``: equal faults of different people then read the same and can be counted, and the
    words may stand in a log.
    """
    document = parse(body)
    said = [document.get(key) for key in ("error", "msg", "message")] if isinstance(document, dict) else []
    texts = [text for value in said if value for text in _spoken(value)]
    text = ": ".join(dict.fromkeys(texts)) or TAGS.sub(" ", body.decode("utf-8", "replace"))
    for secret in secrets:
        text = text.replace(secret, "<secret>").replace(json.dumps(secret)[1:-1], "<secret>")
    return PHONE_NUMBER.sub(_blotted, " ".join(text.split()))[:MAX_WORDS]


def _spoken(value: Any) -> list[str]:
    """What one of them says: a text, or an error's ``code`` and ``message``, or whatever it is."""
    if isinstance(value, dict):
        return [text for name in ("code", "message") if isinstance(text := value.get(name), str)] or [json.dumps(value)]
    return [value if isinstance(value, str) else json.dumps(value)]


def without(text: str, sent: Any) -> str:
    """The text without any value of a body that was sent, of three letters or more: ``<sent>`` stands in its place."""
    values = {value.strip() for value in _texts(sent) if len(value.strip()) >= SHORTEST}
    spelled = {*values, *(json.dumps(value)[1:-1] for value in values), *(" ".join(value.split()) for value in values)}
    longest_first = sorted(spelled, key=len, reverse=True)
    if len(text) == MAX_WORDS:  # it was cut, maybe in the middle of one
        cut = next((n for value in longest_first for n in range(len(value), 2, -1) if text.endswith(value[:n])), 0)
        text = text[: len(text) - cut]
    for value in longest_first:
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "<sent>", text, flags=re.IGNORECASE)
    return text


def _texts(sent: Any) -> Iterator[str]:
    if isinstance(sent, str):
        yield sent
    for inner in sent.values() if isinstance(sent, Mapping) else sent if isinstance(sent, (list, tuple)) else ():
        yield from _texts(inner)


def _blotted(found: re.Match[str]) -> str:
    return found[0] if ADDRESS.fullmatch(found[0]) else "<number>"
