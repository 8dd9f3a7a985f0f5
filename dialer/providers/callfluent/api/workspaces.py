"""Workspaces, their members, voices and calendars (seed 000 and 002, Workspace §1-§9).

An answer to a change is the list of workspaces; that of get-all stands under ``workspaces`` without a status, the
voices are a bare list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr

from dialer.providers.callfluent.envelope import data
from dialer.providers.parts import Found, Payload, read, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class WorkspaceChanges(Payload):
    """What can be changed of a workspace (Workspace §5)."""

    name: str | None = Field(default=None, min_length=1)
    sid: str | None = None
    auth_token: SecretStr | None = None
    elevenlabs_key: SecretStr | None = None
    openai_key: SecretStr | None = None
    max_minutes: int | None = Field(default=None, alias="maxMins", ge=0)
    max_members: int | None = Field(default=None, alias="maxMembers", ge=0)
    max_agents: int | None = Field(default=None, alias="maxAgents", ge=0)


class Workspace(Found):
    """A workspace; get-all tells id and name, what get adds is not documented."""

    id: int | str | None = None
    name: str | None = None
    sid: str | None = None
    auth_token: SecretStr | None = None
    elevenlabs_key: SecretStr | None = None
    openai_key: SecretStr | None = None
    max_minutes: int | float | None = Field(default=None, alias="maxMins")
    max_members: int | None = Field(default=None, alias="maxMembers")
    max_agents: int | None = Field(default=None, alias="maxAgents")


class Voice(Found):
    """A voice that agents of a workspace may speak with; ``value`` is what an agent names (Workspace §4)."""

    value: str | None = None
    label: str | None = None
    brand: str | None = None


class Calendar(Found):
    """A GHL calendar (Workspace §9); its fields are not documented."""

    id: int | str | None = None
    name: str | None = None


class Workspaces:
    """The nine requests about workspaces. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(self, name: str) -> tuple[Workspace, ...]:
        """Make a workspace; answers all of them."""
        return _workspaces(await self._wire.ask("workspaces.create", {"name": name}))

    async def every(self) -> tuple[Workspace, ...]:
        """All workspaces."""
        return _workspaces(await self._wire.ask("workspaces.every"))

    async def get(self, workspace: int) -> Workspace:
        """One workspace."""
        return read_one(Workspace, data(await self._wire.ask("workspaces.get", id=workspace)))

    async def voices(self, workspace: int) -> tuple[Voice, ...]:
        """The voices that its agents may have."""
        return read(Voice, data(await self._wire.ask("workspaces.voices", id=workspace)))

    async def update(self, workspace: int, changes: WorkspaceChanges) -> tuple[Workspace, ...]:
        """Change a workspace; answers all of them."""
        return _workspaces(await self._wire.ask("workspaces.update", changes.body(), id=workspace))

    async def invite(self, workspace: int, email: str) -> tuple[Workspace, ...]:
        """Make someone a guest of a workspace; they get an e-mail."""
        return _workspaces(await self._wire.ask("workspaces.invite", {"workspace_id": workspace, "email": email}))

    async def remove_member(self, member: int) -> tuple[Workspace, ...]:
        """Take a member off a workspace; ``member`` is the id of the membership."""
        return _workspaces(await self._wire.ask("workspaces.remove_member", id=member))

    async def delete(self, workspace: int) -> tuple[Workspace, ...]:
        """Delete a workspace; answers those that are left."""
        return _workspaces(await self._wire.ask("workspaces.delete", id=workspace))

    async def calendars(self, workspace: int) -> tuple[Calendar, ...]:
        """The GHL calendars linked to a workspace."""
        return read(Calendar, data(await self._wire.ask("workspaces.calendars", id=workspace)))


def _workspaces(answer: Any) -> tuple[Workspace, ...]:
    found = data(answer)
    return read(Workspace, found["workspaces"] if isinstance(found, dict) and "workspaces" in found else found)
