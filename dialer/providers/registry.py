"""Which voice platforms there are: each is the class of its accounts, found by name (entry points of ``GROUP``).

A platform of your own is a package that names such a class the same way as ours do in ``pyproject.toml``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dialer.errors import SettingsRefused
from dialer.providers.platform import Abilities, Platform

if TYPE_CHECKING:
    from campaigns import spec

GROUP = "dialer.platforms"

BeforeRequest = Callable[[], Awaitable[None]]
"""Awaited before each request but the call's own; it returns when the request may leave."""


async def no_wait() -> None:
    """No request has to wait."""


class Account(BaseModel, ABC):
    """One account on one voice platform: its address, its key, and the limits that all its campaigns share.

    A platform's own class gives the defaults, says what the platform can do, and adds settings of its own, each with a
    default. ``key_variable`` is the environment variable with the key of the account "default".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    abilities: ClassVar[Abilities]
    key_variable: ClassVar[str | None] = None

    platform: str
    base_url: str
    key: SecretStr | None = None
    per_second: float = Field(default=1.0, gt=0, le=100)
    at_once: int = Field(default=5, ge=1, le=5000)
    pages_per_second: float = Field(default=1.0, ge=0.05, le=100)

    @classmethod
    def fields_of(cls, agent: Mapping[str, Any]) -> Sequence[str] | None:
        """The names of the custom fields in an agent's raw settings; None where it has no such thing."""
        return None

    @abstractmethod
    def connect(self, key: SecretStr, reading: spec.Platform, before_request: BeforeRequest = no_wait) -> Platform:
        """A client that reads the platform's words as ``reading`` says; raises SettingsRefused for an unusable key."""


def account_class(name: str) -> type[Account]:
    """The class of a platform's accounts; raises SettingsRefused for a platform that nobody brought."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        raise SettingsRefused(f'there is no platform "{name}"; there are: {", ".join(sorted(found))}')
    kind: type[Account] = found[name].load()
    return kind
