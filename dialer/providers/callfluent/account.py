"""An account on CallFluent (seed 000)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import SecretStr

from dialer.providers.platform import Abilities, Platform
from dialer.providers.registry import Account, BeforeRequest, no_wait

if TYPE_CHECKING:
    from campaigns import spec


class CallFluentAccount(Account):
    """Its address, pace and workspace; no document names a limit, so pace and calls at once are careful."""

    abilities: ClassVar[Abilities] = Abilities(
        gives_call_id=False, echoes_reference=False, has_idempotency_key=False, hangs_up=True, webhooks=True
    )
    key_variable: ClassVar[str | None] = "CALLFLUENT_API_KEY"

    platform: str = "callfluent"
    base_url: str = "https://api.callfluent.ai/api"
    workspace: str = "1"

    @classmethod
    def fields_of(cls, agent: Mapping[str, Any]) -> Sequence[str] | None:
        """As they stand in the agent; one that shows none has none."""
        from dialer.providers.callfluent.agents import field_names

        return field_names(agent) or ()

    def connect(self, key: SecretStr, reading: spec.Platform, before_request: BeforeRequest = no_wait) -> Platform:
        """A client of this account; no request has to wait, for no limit is documented."""
        from dialer.providers.callfluent.client import CallFluent

        return CallFluent(self.base_url, key, reading, workspace=self.workspace)
