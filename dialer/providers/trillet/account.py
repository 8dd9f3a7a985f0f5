"""An account on Trillet: one workspace (introduction, and best practices, of docs.trillet.ai)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from dialer.providers.platform import Abilities, Platform
from dialer.providers.registry import Account, BeforeRequest, no_wait
from dialer.providers.trillet.signature import Algorithm, Signing
from dialer.settings import is_loopback

if TYPE_CHECKING:
    from campaigns import spec


class TrilletAccount(Account):
    """Its address, workspace and pace: 60 requests a minute and one call at once are what the developer plan has.

    ``callback_url`` is told of each call and is a secret, since it may hold one; what is told there is signed with
    ``webhook_secret`` and ``webhook_algorithm``.
    """

    abilities: ClassVar[Abilities] = Abilities(
        gives_call_id=True, echoes_reference=True, has_idempotency_key=False, hangs_up=False, webhooks=True,
        max_call_s=3600, requests_per_minute=60,
    )  # fmt: skip
    key_variable: ClassVar[str | None] = "TRILLET_API_KEY"

    platform: str = "trillet"
    base_url: str = "https://api.trillet.ai"
    workspace: str = Field(default="", pattern=r"^[0-9A-Za-z_-]*$")
    at_once: int = Field(default=1, ge=1, le=5000)
    callback_url: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    webhook_algorithm: Algorithm = "sha256"

    @field_validator("callback_url")
    @classmethod
    def _nobody_reads_along(cls, url: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(url.get_secret_value()) if url else None
        if parts and parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise ValueError("write https://…")
        return url

    @model_validator(mode="after")
    def _has_workspace(self) -> TrilletAccount:
        if not self.workspace and not is_loopback(urlsplit(self.base_url).hostname or ""):
            raise ValueError("write workspace = the id that Trillet's dashboard shows")
        return self

    def connect(self, key: SecretStr, reading: spec.Platform, before_request: BeforeRequest = no_wait) -> Platform:
        """A client of this account; raises SettingsRefused for an unusable key or address."""
        from dialer.providers.trillet.client import Trillet

        signed_with = Signing(self.webhook_secret, self.webhook_algorithm) if self.webhook_secret else None
        return Trillet(
            self.base_url, key, self.workspace, reading, callback_url=self.callback_url, signed_with=signed_with,
            before_request=before_request,
        )  # fmt: skip
