"""The agents of the practice platform: the user's own, from a file, those that were made, or one for every number."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialer.errors import SettingsRefused
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.calls import HANG_UP, LEAVE_MESSAGE
from dialer.sandbox.shelf import Shelf
from dialer.sandbox.wire import Rejected

PRACTICE = 1
"""The id of the practice agent, and of the practice workspace."""


class Agents:
    """Agents by id; those that were made or changed are kept on ``shelf``."""

    def __init__(self, settings: Mapping[str, Any] | None, shelf: Shelf, assumed: Assumptions | None = None) -> None:
        """With ``settings`` that agent is there at first; without, every number is an agent's id."""
        self._shelf, self._assumed = shelf, assumed or Assumptions()
        self._first = PRACTICE if settings is None else int(settings["id"])
        self._any = settings is None and self._assumed.any_agent
        self._default = {**_practice_agent(self._first), **(settings or {})}
        self._unchanged: dict[int, dict[str, Any]] = {}

    def get(self, agent_id: str | int) -> dict[str, Any]:
        """The agent of that id; raises Rejected."""
        if re.fullmatch(r"[0-9]{1,12}", str(agent_id)):
            number = int(agent_id)
            kept = self._shelf.get("agents", number)
            if kept is not None:
                return kept
            if (number == self._first or self._any) and not self._shelf.removed("agents", number):
                return self._unchanged.setdefault(number, self._made_up(number))
        raise Rejected("Agent not found", self._assumed.unknown_status)

    def first(self) -> dict[str, Any]:
        """The user's agent where there is one, else the practice agent."""
        return self.get(self._first)

    def of(self, workspace: int) -> list[dict[str, Any]]:
        """The agents of a workspace: the first one, and those that were made or changed."""
        kept = self._shelf.rows("agents")
        if self._shelf.get("agents", self._first) is None and not self._shelf.removed("agents", self._first):
            kept = [self.first(), *kept]
        return [agent for agent in kept if agent["workspaceId"] == workspace]

    def create(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Make an agent."""
        number = self._shelf.new_id("agents")
        return self._shelf.put("agents", number, {**_plain_agent(number), **settings})

    def update(self, agent: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change an agent: what is not named stays."""
        return self._shelf.put("agents", agent["id"], {**agent, **changes})

    def delete(self, agent: Mapping[str, Any]) -> None:
        """Remove an agent; its number is nobody's from then on."""
        self._shelf.remove("agents", agent["id"])

    def add_field(self, agent: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
        """Create a custom field, or update the one whose ``id`` is given (seed 000, Agent Services §12).

        Raises Rejected for a field without name or label and for an unknown id.
        """
        for name in ("name", "label"):
            if not isinstance(data.get(name), str) or not data[name]:
                raise Rejected(f"{name} is required")
        if "id" in data and not any(_has_id(old, data["id"]) for old in agent["custom_fields"]):
            raise Rejected("Custom field not found")
        field = {"id": data.get("id", str(uuid.uuid4())), "name": data["name"], "label": data["label"]}
        others = [old for old in agent["custom_fields"] if not _has_id(old, field["id"])]
        self.update(agent, {"custom_fields": [*others, field]})
        return field

    def remove_field(self, agent: Mapping[str, Any], field_id: str) -> list[Any]:
        """Remove a custom field; answers those that are left. Raises Rejected for an unknown id."""
        left = [field for field in agent["custom_fields"] if not _has_id(field, field_id)]
        if len(left) == len(agent["custom_fields"]):
            raise Rejected("Custom field not found", self._assumed.unknown_status)
        self.update(agent, {"custom_fields": left})
        return left

    def _made_up(self, number: int) -> dict[str, Any]:
        return self._default if number == self._first else _practice_agent(number)


def voice_mail(agent: Mapping[str, Any]) -> int | None:
    """What the agent does when a machine answers: LEAVE_MESSAGE, HANG_UP, or None when it detects none."""
    if str(agent["enable_voice_mail"]).lower() not in ("true", "1"):
        return None
    return HANG_UP if str(agent["voice_mail_mode"]) == str(HANG_UP) else LEAVE_MESSAGE


def read_agent(path: Path) -> dict[str, Any]:
    """An agent's settings from a file: the agent, or the whole get-one answer around it. Raises SettingsRefused."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsRefused(f"the agent file {path} cannot be read: {error}") from error
    for wrapper in ("data", "agent"):
        if isinstance(found, dict) and isinstance(found.get(wrapper), dict):
            found = found[wrapper]
    if not isinstance(found, dict) or not re.fullmatch(r"[0-9]{1,12}", str(found.get("id"))):
        raise SettingsRefused(f"the agent file {path} holds no agent with a number as its id; pull the agent again")
    settings: dict[str, Any] = {**found, "id": int(found["id"])}
    if not isinstance(settings.get("custom_fields", []), list):
        del settings["custom_fields"]
    return settings


def _plain_agent(agent_id: int) -> dict[str, Any]:
    """What an agent has that was told nothing (the names are documented: seed 000, Agent Services §2)."""
    return {
        "id": agent_id,
        "workspaceId": PRACTICE,
        "format": "outbound",
        "avatar": "",
        "phone_number": "",
        "blocked_phone_types": "",
        "enable_voice_mail": False,
        "voice_mail_mode": LEAVE_MESSAGE,
        "custom_fields": [],
    }


def _practice_agent(agent_id: int) -> dict[str, Any]:
    """The practice agent's settings; its number is fictional."""
    return {
        **_plain_agent(agent_id),
        "timezone": "UTC+00:00",
        "name": "Practice agent",
        "lang": "en",
        "voice": "alloy",
        "phone_number": "+12025550123",
        "enable_voice_mail": True,
        "voice_mail_text": "",
        "welcome_msg_flag": True,
        "welcome_msg": "Hello, this is an AI assistant with a practice call.",
        "machine_detection_timeout": 10,
        "agent_type": "sales",
    }


def _has_id(field: Any, field_id: Any) -> bool:
    return isinstance(field, dict) and field.get("id") == field_id
