"""What OpenCX's wire looks like, literally as its OpenAPI file of September 2024 has it, and seed 003 for Buy.

- Lists answer ``{"items": [...], "next": cursor or null}``; errors ``{"statusCode", "message", "error"}``.
- ``POST /phone/{id}/call`` answers 201 without a body; so do changes and deletions, with 200.
- A session is ``{id, status, channel: {type}, contact, language, created_at, updated_at}``; its status is ``open``,
  ``closed_resolved`` or ``closed_unresolved``, a call's channel ``phone_voice``.

Documented is 500 alone. What is wrong with a request gets ``refusal_status`` (400), an id that nobody knows
``unknown_status`` (500), a wrong key 401, an unknown path 404. Built in beside that:

- a call has a session from when it is answered, by whoever it is; one that nobody answers never has (facts on OpenCX,
  §2.1: no telephony result is exposed);
- a session shows its contact as it is now; a contact is known by its phone, and saving it again changes it;
- an answered call of 10 seconds or more is closed as resolved, a shorter one as unresolved;
- sequences are kept, started and cancelled; they call nobody here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from dialer.sandbox.refusal import Refusal
from dialer.sandbox.shelf import Row

_NAMES = uuid.UUID("6f70656e-6378-4070-8172-616374696365")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")


def refusal(text: str, status: int) -> Refusal:
    """An error as it is documented."""
    return Refusal(text, status, {"statusCode": status, "message": text, "error": HTTPStatus(status).phrase})


def named(kind: str, name: object) -> str:
    """The id of something, the same in every run."""
    return str(uuid.uuid5(_NAMES, f"{kind}:{name}"))


def page(rows: Sequence[Row], size: int, cursor: str | None) -> dict[str, Any]:
    """A page of rows: the cursor is the id of the last one before it."""
    ids = [row["id"] for row in rows]
    begin = ids.index(cursor) + 1 if cursor in ids else 0
    items = rows[begin : begin + size]
    return {"items": items, "next": items[-1]["id"] if begin + size < len(rows) else None}


def table(body: Any, *needed: str) -> dict[str, Any]:
    """A body that is an object with these fields; raises Refusal."""
    if not isinstance(body, dict):
        raise refusal("the body must be an object", 400)
    if missing := [name for name in needed if name not in body]:
        raise refusal(f"{missing[0]} is required", 400)
    return body


def check(values: Mapping[str, Any], fields: Mapping[str, Callable[[Any], bool]]) -> None:
    """Raises Refusal for a field that nobody documented, or a value that is not of its kind."""
    for name, value in values.items():
        if name not in fields:
            raise refusal(f"property {name} should not exist", 400)
        if not fields[name](value):
            raise refusal(f"{name} is not valid", 400)


def is_number(value: Any) -> bool:
    """Whether it is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_text(value: Any) -> bool:
    """Whether it is a string."""
    return isinstance(value, str)


def is_phone(value: Any) -> bool:
    """Whether it is an international phone number."""
    return isinstance(value, str) and _INTERNATIONAL.fullmatch(value) is not None


def is_words(value: Any) -> bool:
    """Whether it is an object of strings."""
    return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())
