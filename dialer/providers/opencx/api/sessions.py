"""Sessions: conversations on any channel, a phone call among them (OpenAPI 2024-09-14, ``/chat/sessions``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialer.providers.opencx.pages import Page, read_page
from dialer.providers.parts import Found, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class Session(Found):
    """A session; ``status`` is open, closed_resolved or closed_unresolved, ``channel.type`` of a call phone_voice."""

    id: str | None = None
    status: str | None = None
    channel: dict[str, Any] | None = None
    contact: dict[str, Any] | None = None
    language: str | None = None
    assignee_id: str | None = None
    handoff: dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Event(Found):
    """Something that happened in a session; ``event.type`` message has what was said, the transcript."""

    created_at: str | None = None
    event: dict[str, Any] | None = None


class Sessions:
    """The requests about sessions. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def every(self, cursor: str | None = None, channel: str | None = None) -> Page[Session]:
        """A page of the sessions, of one channel or all."""
        asked = {"channel_type": channel, "cursor": cursor}
        params = {name: value for name, value in asked.items() if value}
        return read_page(Session, await self._wire.find("sessions.every", params))

    async def get(self, session: str) -> Session:
        """One session."""
        return read_one(Session, await self._wire.ask("sessions.get", session_id=session))

    async def history(self, session: str, cursor: str | None = None) -> Page[Event]:
        """A page of what happened in a session."""
        params = {"cursor": cursor} if cursor else {}
        return read_page(Event, await self._wire.find("sessions.history", params, session_id=session))
