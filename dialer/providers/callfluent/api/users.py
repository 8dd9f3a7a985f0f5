"""The user whose key it is: profile, details, password, branding, mail server (seed 000, User §1-§5).

What is printed under "Update User Detail" is make-call's page, word for word, with a path that does not fit it. So the
details are sent as it shows, ``{"data": {…}}``, with ``phone_number`` and other fields beside it, and none is required.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field, SecretStr

from dialer.providers.callfluent.envelope import data
from dialer.providers.parts import Found, Payload, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class UserDetail(Payload):
    """A user's details; fields beside these are sent as they are."""

    model_config = ConfigDict(extra="allow")

    name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    address: str | None = None


class UserSettings(Payload):
    """Branding and domain (User §4); images are addresses or base64."""

    user_id: str = Field(alias="userId")
    domain_name: str | None = None
    website_logo: str | None = None
    website_icon: str | None = None
    support_desk_url: str | None = None
    website_name: str | None = None
    website_description: str | None = None
    primary_color: str | None = Field(default=None, pattern=r"^#[0-9A-Fa-f]{6}$")


class SmtpSettings(Payload):
    """The server that mails are sent through (User §5); all are required, and the port is a string."""

    user_id: str = Field(alias="userId")
    smtp_host: str
    smtp_port: str
    smtp_username: str
    smtp_password: SecretStr
    from_name: str
    from_email: str


class User(Found):
    """A user as the profile tells."""

    name: str | None = None
    email: str | None = None


class Profile(Found):
    """The user and the settings of their own site, neither of them wrapped."""

    user: User = User()
    setting: dict[str, Any] = Field(default_factory=dict)


class Users:
    """The five requests about the user. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def profile(self) -> Profile:
        """The user whose key it is."""
        return read_one(Profile, data(await self._wire.ask("users.profile")))

    async def update(self, detail: UserDetail) -> None:
        """Change the user's details."""
        await self._wire.ask("users.update", {"data": detail.body()})

    async def reset_password(self, old: SecretStr, new: SecretStr) -> None:
        """Change the password."""
        await self._wire.ask("users.reset_password", {"data": {"oldPass": old, "newPass": new}})

    async def update_settings(self, settings: UserSettings) -> None:
        """Change branding and domain."""
        await self._wire.ask("users.update_settings", {"data": settings.body()})

    async def update_smtp(self, settings: SmtpSettings) -> User:
        """Change the mail server; the answer has the user beside its status, not under ``data``."""
        answer = await self._wire.ask("users.update_smtp", {"data": settings.body()})
        return read_one(User, answer.get("user") if isinstance(answer, dict) else None)
