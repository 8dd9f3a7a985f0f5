"""Payloads and records whose names on the wire are in camelCase, as most of Trillet's are."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from dialer.providers.parts import Found, Payload
from dialer.providers.trillet.history import LISTS


class Sent(Payload):
    """A body that is sent."""

    model_config = ConfigDict(alias_generator=to_camel)


class Known(Found):
    """Something that was answered."""

    model_config = ConfigDict(alias_generator=to_camel)


def listed(document: Any, *wrappers: str) -> Any:
    """The list in an answer: bare as it is printed, or wrapped as public clients met it (facts on Trillet, §3.4)."""
    if isinstance(document, dict):
        return next((document[name] for name in (*wrappers, *LISTS) if name in document), document)
    return document
