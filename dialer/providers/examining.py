"""A platform that can say beforehand whether an agent is able to call as a campaign means it to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, runtime_checkable

from campaigns.spec import Retries
from dialer.finding import Finding
from dialer.providers.platform import Agent, Platform


@runtime_checkable
class Examining(Platform, Protocol):
    """A platform whose agents can be looked at before a launch, and given custom fields."""

    def examine(self, agent: Agent, retries: Retries) -> AsyncIterator[Finding]:
        """One finding after another; what the platform does not tell is a warning, never a failure."""
        ...

    def lacks(self, agent: Agent) -> str | None:
        """The custom field for our reference, where the agent surely has none."""
        ...

    async def add_field(self, agent: str, name: str, label: str) -> None:
        """Give an agent a custom field. Raises PlatformError."""
        ...
