"""Call flows: what an agent says and does in a call (seed 004; flows/call-flows/list).

To change a flow is documented nowhere, and public clients get 500 for one that was made here (facts on Trillet, §3.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from dialer.providers.parts import read, read_one
from dialer.providers.trillet.api.shapes import Known, Sent, listed

if TYPE_CHECKING:
    from dialer.providers.wire import Wire

Welcome = Literal["user_initiated", "ai_dynamic", "ai_custom"]


class FlowPayload(Sent):
    """A call flow as it is made: the 19 fields of seed 004."""

    name: str = Field(min_length=1)
    direction: Literal["outbound", "bidirectional"]
    description: str | None = None
    agent: str | None = None
    prompt_type: Literal["simple"] = "simple"
    folder_id: str | None = None
    is_global: bool | None = None
    is_pre_configured: bool | None = None
    pre_configured_workspace_id: str | None = None
    welcome_message: Welcome | None = None
    custom_welcome_message: str | None = None
    flow_data: dict[str, Any] | None = None
    prompt: str | None = None
    is_active: bool | None = None
    agent_webhook_url: str | None = None
    inbound_webhook_url: str | None = None
    dynamic_variable_collections: list[Any] | None = None
    webhooks: list[Any] | None = None
    settings: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_its_own_welcome(self) -> FlowPayload:
        if self.custom_welcome_message and self.welcome_message != "ai_custom":
            raise ValueError('customWelcomeMessage is for welcomeMessage = "ai_custom" only')
        return self


class FlowData(Known):
    """The nodes and edges of a flow's routing."""

    nodes: list[Any] = Field(default_factory=list)
    edges: list[Any] = Field(default_factory=list)


class PromptVersion(Known):
    """A prompt as it was at some time."""

    id: str | None = Field(default=None, alias="_id")
    name: str | None = None
    prompt: str | None = None
    metadata: dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Security(Known):
    """Security settings with processed values."""

    hipaa_compliance: bool | None = None
    public_access: bool | None = None


class FlowSettings(Known):
    """A flow's settings: those that seed 004 describes; its example has more."""

    security: Security | None = None


class Flow(Known):
    """A call flow as it is answered (seed 004)."""

    id: str | None = Field(default=None, alias="_id")
    workspace_id: str | None = None
    folder_id: str | None = None
    is_global: bool | None = None
    is_pre_configured: bool | None = None
    pre_configured_workspace_id: str | None = None
    name: str | None = None
    direction: str | None = None
    description: str | None = None
    agent: str | dict[str, Any] | None = None
    prompt_type: str | None = None
    welcome_message: str | None = None
    custom_welcome_message: str | None = None
    flow_data: FlowData | None = None
    prompt: str | None = None
    current_prompt_id: str | None = None
    prompt_versions: tuple[PromptVersion, ...] = ()
    gemini_prompt: str | None = Field(default=None, alias="gemini_prompt")
    start_node_id: str | None = None
    is_active: bool | None = None
    agent_webhook_url: str | None = None
    inbound_webhook_url: str | None = None
    dynamic_variable_collections: list[Any] = Field(default_factory=list)
    locations: list[Any] = Field(default_factory=list)
    webhooks: list[Any] = Field(default_factory=list)
    settings: FlowSettings | None = None
    created_at: str | None = None
    updated_at: str | None = None

    @property
    def agent_id(self) -> str | None:
        """Its agent's id: it is printed so, and public clients met the whole agent in its place."""
        return str(self.agent.get("_id")) if isinstance(self.agent, dict) else self.agent


class Flows:
    """The two requests about call flows. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(self, flow: FlowPayload) -> Flow:
        """Make a flow; with an ``agent``, a number that waits for that agent becomes active."""
        return read_one(Flow, await self._wire.ask("flows.create", flow.body()))

    async def every(self) -> tuple[Flow, ...]:
        """The workspace's flows."""
        return read(Flow, listed(await self._wire.ask("flows.every")))
