"""Agents: their voice and their model (agents/call/create, list, get)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr

from dialer.providers.parts import read, read_one
from dialer.providers.trillet.api.shapes import Known, Sent, listed

if TYPE_CHECKING:
    from dialer.providers.wire import Wire

Model = Literal[
    "gpt-4o-mini", "gpt-4o", "gpt-4o-enterprise", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-enterprise",
    "gpt-4.1-mini-enterprise", "gemini-2.5-flash", "gemini-2.0-flash-001",
]  # fmt: skip


class Voice(Sent):
    """A voice; the key is one's own at ElevenLabs."""

    provider: str
    voice_id: str
    name: str | None = None
    language: str | None = None
    eleven_labs_api_key: SecretStr | None = None


class Gap(Sent):
    """A time between two attempts to call somebody back."""

    days: int = Field(ge=0)
    hours: int = Field(ge=0)


class VoiceSettings(Sent):
    """How it speaks."""

    speed: float | None = None
    volume: float | None = None
    temperature: float | None = None


class AgentPayload(Sent):
    """An agent as it is made (agents/call/create)."""

    name: str = Field(min_length=1)
    tts_model: Voice
    llm_model: Model = "gpt-4o-mini"
    smart_callback: bool | None = None
    max_attempts_for_smart_callback: int | None = Field(default=None, ge=1)
    gap_between_each_attempt_for_smart_callback: list[Gap] | None = None
    phone_number_ids: list[str] | None = None
    settings: VoiceSettings | None = None
    variables: dict[str, Any] | None = None


class Agent(Known):
    """An agent as it is answered."""

    id: str | None = Field(default=None, alias="_id")
    workspace_id: str | None = None
    user_id: str | None = None
    name: str | None = None
    status: str | None = None
    llm_model: str | None = None
    smart_callback: bool | None = None


class Agents:
    """The three requests about agents. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(self, agent: AgentPayload) -> Agent:
        """Make an agent."""
        return read_one(Agent, await self._wire.ask("agents.create", agent.body()))

    async def every(self) -> tuple[Agent, ...]:
        """The workspace's agents."""
        return read(Agent, listed(await self._wire.ask("agents.every")))

    async def get(self, agent: str) -> Agent:
        """An agent."""
        return read_one(Agent, await self._wire.ask("agents.get", agent=agent))
