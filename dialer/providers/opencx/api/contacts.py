"""Contacts (OpenAPI 2024-09-14, ``/contacts``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialer.providers.opencx.pages import Page, read_page
from dialer.providers.parts import Found, Payload, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class ContactFields(Payload):
    """What is told of a contact; ``custom_data`` are words under names of one's own."""

    email: str | None = None
    phone: str | None = None
    name: str | None = None
    custom_data: dict[str, str] | None = None


class Contact(Found):
    """A contact as it is answered; what it was made with as ``phone`` is ``phone_number``."""

    id: str | None = None
    email: str | None = None
    phone_number: str | None = None
    name: str | None = None
    custom_data: dict[str, str] | None = None


class Contacts:
    """The requests about contacts. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def save(self, contact: ContactFields) -> Contact:
        """Make a contact; answers its id alone."""
        return read_one(Contact, await self._wire.ask("contacts.save", {"contact": contact.body()}))

    async def every(self, cursor: str | None = None) -> Page[Contact]:
        """A page of the contacts."""
        return read_page(Contact, await self._wire.find("contacts.every", {"cursor": cursor} if cursor else {}))

    async def update(self, contact: str, changes: ContactFields) -> None:
        """Change a contact."""
        await self._wire.ask("contacts.update", {"contact": changes.body()}, contact_id=contact)

    async def delete(self, contact: str) -> None:
        """Delete a contact."""
        await self._wire.ask("contacts.delete", contact_id=contact)
