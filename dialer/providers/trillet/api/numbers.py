"""Numbers, and what each is for.

Pages: calls/call-history/get-phoneNumber, phone-numbers/*, telephony/register-externalNumber.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr

from dialer.providers.parts import read, read_one
from dialer.providers.trillet.api.shapes import Known, Sent, listed

if TYPE_CHECKING:
    from dialer.providers.wire import Wire

Kind = Literal["local", "tollFree", "mobile"]
E164 = r"^\+[1-9][0-9]{7,14}$"


class Number(Known):
    """A number of the workspace."""

    id: str | None = Field(default=None, alias="_id")
    phone_number: str | None = None
    country: str | None = None
    type: str | None = None
    status: str | None = None
    agent_id: str | None = None
    is_external: bool | None = None
    expires_at: str | None = None

    @property
    def usable(self) -> bool:
        """Whether it was not given back; the printed one was."""
        return self.status != "released"


class NumberConfig(Known):
    """What a number is for (phone-numbers/get-config)."""

    phone_number_id: str | None = None
    agent_id: str | None = None
    flow_type: str | None = None
    direction: str | None = None
    status: str | None = None
    recording: bool | None = None
    office_hours: dict[str, Any] | None = None
    transfer_caller_id_mode: str | None = None
    metadata_tags: list[str] = Field(default_factory=list)


class ConfigChanges(Sent):
    """What changes of it (phone-numbers/update-config); ``max_call_duration`` is in seconds."""

    agent_id: str | None = None
    max_call_duration: int | None = Field(default=None, ge=1)
    recording_enabled: bool | None = None
    office_hours: dict[str, Any] | None = None
    transfer_caller_id_mode: Literal["agent", "customer"] | None = None
    metadata_tags: list[str] | None = None
    label: str | None = None


class Wanted(Sent):
    """A number that is looked for (phone-numbers/available-numbers)."""

    country: str = Field(pattern=r"^[A-Z]{2}$")
    type: Kind = "local"
    contains: str | None = None
    limit: int | None = Field(default=None, ge=1)


class Available(Known):
    """A number that can be bought."""

    phone_number: str | None = None
    friendly_name: str | None = None
    locality: str | None = None
    region: str | None = None


class Purchase(Sent):
    """A number that is bought (phone-numbers/purchase)."""

    country: str = Field(pattern=r"^[A-Z]{2}$")
    type: Kind = "local"
    phone_number: str = Field(pattern=E164)
    address_sid: str | None = None
    coupon: str | None = None


class Registration(Sent):
    """A number of one's own (telephony/register-externalNumber); the account at Twilio is sent as ``credentials``."""

    phone_number: str = Field(pattern=E164)
    provider: Literal["twilio"] = "twilio"
    account_sid: str
    auth_token: SecretStr

    def body(self) -> dict[str, Any]:
        """As it is printed; the token is a ``SecretStr`` still."""
        sent = super().body()
        credentials = {name: sent.pop(name) for name in ("accountSid", "authToken")}
        return {**sent, "credentials": credentials}


class Registered(Known):
    """What was said to a registration, or to a change of a configuration."""

    status: str | None = None
    success: bool | None = None
    message: str | None = None


class Numbers:
    """The six requests about numbers. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def every(self) -> tuple[Number, ...]:
        """The workspace's numbers. One is printed bare, and the page says that there is a list ``phoneNumbers``."""
        found = listed(await self._wire.ask("numbers.every"), "phoneNumbers")
        rows = found if isinstance(found, list) else [found]
        return read(Number, [{"phoneNumber": row} if isinstance(row, str) else row for row in rows])

    async def config(self, number: str) -> NumberConfig:
        """What a number is for; ``number`` is its id."""
        return read_one(NumberConfig, await self._wire.ask("numbers.config", number=number))

    async def configure(self, number: str, changes: ConfigChanges) -> Registered:
        """Change it."""
        return read_one(Registered, await self._wire.ask("numbers.configure", changes.body(), number=number))

    async def available(self, wanted: Wanted) -> tuple[Available, ...]:
        """Numbers that can be bought."""
        params = {name: str(value) for name, value in wanted.body().items()}
        return read(Available, listed(await self._wire.find("numbers.available", params), "numbers"))

    async def purchase(self, number: Purchase) -> Number:
        """Buy a number."""
        return read_one(Number, listed(await self._wire.ask("numbers.purchase", number.body()), "phoneNumber"))

    async def register(self, number: Registration) -> Registered:
        """Bring a number of one's own."""
        return read_one(Registered, await self._wire.ask("numbers.register", number.body()))
