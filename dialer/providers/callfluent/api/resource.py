"""How a white-labelled domain is branded (seed 000, Resource §1).

The table calls ``domain`` a parameter of the path, which has no place for one: it is sent as a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialer.providers.callfluent.envelope import data
from dialer.providers.parts import Found, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class Branding(Found):
    """What a domain shows."""

    website_icon: str | None = None
    website_logo: str | None = None
    primary_color: str | None = None
    support_desk_url: str | None = None
    website_description: str | None = None
    website_name: str | None = None


class Resource:
    """The one request about a domain. Raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def get(self, domain: str) -> Branding:
        """A domain's branding; the answer has no wrapping."""
        return read_one(Branding, data(await self._wire.find("resource.get", {"domain": domain})))
