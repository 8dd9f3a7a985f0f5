"""Platforms by account: one client per account and reading, made when first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from campaigns import spec
from dialer.errors import SettingsRefused
from dialer.providers.callfluent.client import CallFluent
from dialer.providers.platform import Platform
from dialer.settings import Account


class Switchboard:
    """The platform clients of one process."""

    def __init__(self, account: Callable[[str], Account]) -> None:
        """``account`` finds an account by name; it raises SettingsRefused for one nobody described."""
        self._account = account
        self._platforms: dict[tuple[str, str], Platform] = {}

    def platform(self, account: str, reading: spec.Platform) -> Platform:
        """The client for an account, reading the platform's words as a campaign's ``[platform]`` says.

        Raises SettingsRefused where the account has no key.
        """
        key = (account, reading.model_dump_json())
        if key not in self._platforms:
            described = self._account(account)
            if described.key is None:
                raise SettingsRefused(
                    f'account "{account}" has no key: set CALLFLUENT_API_KEY or its DIALER_KEY_… variable'
                )
            self._platforms[key] = CallFluent(described.base_url, described.key, reading)
        return self._platforms[key]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of every connection."""
        for platform in self._platforms.values():
            await platform.close()
