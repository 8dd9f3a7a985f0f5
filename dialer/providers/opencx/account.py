"""An account on OpenCX (seed 003)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, SecretStr

from dialer.providers.opencx.api.phones import LONGEST_CALL_S, CallOptions
from dialer.providers.platform import Abilities, Platform
from dialer.providers.registry import Account, BeforeRequest, no_wait

if TYPE_CHECKING:
    from campaigns import spec


class OpenCXAccount(Account):
    """Its address, pace, way of calling, and the options of every call.

    ``calls`` says how a call is asked for: of a phone (2024-09), or at ``/phone/outbound-call`` (2024-11). A call costs
    two requests, of 100 a minute. One that nobody answers keeps its line for ten minutes, hence so many at once.
    """

    abilities: ClassVar[Abilities] = Abilities(
        gives_call_id=False,
        echoes_reference=True,
        has_idempotency_key=False,
        hangs_up=False,
        webhooks=False,
        max_call_s=LONGEST_CALL_S,
        presumes_no_answer_after_s=600,
        requests_per_minute=100,
    )
    key_variable: ClassVar[str | None] = "OPENCX_API_KEY"

    platform: str = "opencx"
    base_url: str = "https://api.open.cx"
    per_second: float = Field(default=0.7, gt=0, le=0.8)
    at_once: int = Field(default=50, ge=1, le=5000)
    calls: Literal["2024-09", "2024-11"] = "2024-09"
    options: CallOptions = CallOptions()

    def connect(self, key: SecretStr, reading: spec.Platform, before_request: BeforeRequest = no_wait) -> Platform:
        """A client of this account."""
        from dialer.providers.opencx.client import OpenCX

        return OpenCX(self, key, reading, before_request)
