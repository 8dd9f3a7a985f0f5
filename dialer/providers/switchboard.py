"""Platforms by account: one client per account and reading, made when first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from pydantic import SecretStr

from campaigns import spec
from dialer.errors import SettingsRefused
from dialer.providers.platform import Platform
from dialer.providers.registry import Account, BeforeRequest, no_wait
from dialer.settings import variable


def key_of(name: str, account: Account) -> SecretStr:
    """The account's key; raises SettingsRefused where it has none."""
    if account.key is None:
        usual = f"{account.key_variable} or " if account.key_variable else ""
        raise SettingsRefused(f'account "{name}" has no key: set {usual}DIALER_KEY_{variable(name)}')
    return account.key


class Switchboard:
    """The platform clients of one process."""

    def __init__(self, account: Callable[[str], Account]) -> None:
        """``account`` finds an account by name; it raises SettingsRefused for one nobody described."""
        self._account = account
        self._platforms: dict[tuple[str, str], Platform] = {}
        self.turn: Callable[[str, float], BeforeRequest] = lambda account, per_minute: no_wait
        """What a request of an account with a limit of requests waits for; set before any client is made."""

    def platform(self, account: str, reading: spec.Platform | None = None) -> Platform:
        """The client for an account, reading the platform's words as a campaign's ``[platform]`` says.

        Raises SettingsRefused where the account has no key, or is on another platform than the campaign.
        """
        key = (account, reading.model_dump_json() if reading else "")
        if key not in self._platforms:
            described = self._account(account)
            reading = reading or spec.Platform(name=described.platform)
            if described.platform != reading.name:
                raise SettingsRefused(
                    f'account "{account}" is on {described.platform}, the campaign file says {reading.name}:'
                    f' write name = "{described.platform}" under [platform], or name another account'
                )
            self._platforms[key] = self._connect(account, described, reading)
        return self._platforms[key]

    def _connect(self, name: str, account: Account, reading: spec.Platform) -> Platform:
        secret, per_minute = key_of(name, account), account.abilities.requests_per_minute
        return account.connect(secret, reading, self.turn(name, per_minute) if per_minute else no_wait)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of every connection."""
        for platform in self._platforms.values():
            await platform.close()
