"""The agents of the practice platform: the user's own, from a file, or one for every number asked for."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialer.errors import SettingsRefused
from dialer.sandbox.calls import HANG_UP, LEAVE_MESSAGE
from dialer.sandbox.journal import Journal, encode
from dialer.sandbox.wire import Rejected


class Agents:
    """Agents by id; custom fields that are added to them are kept in ``journal``."""

    def __init__(self, settings: Mapping[str, Any] | None, journal: Journal) -> None:
        """With ``settings`` there is one agent, that one; without, every number is an agent's id."""
        self._only = None if settings is None else int(settings["id"])
        self._agents: dict[int, dict[str, Any]] = {}
        if settings is not None and self._only is not None:
            self._agents[self._only] = {**_practice_agent(self._only), **settings}
        self._journal = journal
        for line in journal.lines():
            try:
                kept = json.loads(line)
                self._keep(self.get(str(kept["agent"])), kept["field"])
            except (ValueError, KeyError, Rejected):
                continue

    def get(self, agent_id: str) -> dict[str, Any]:
        """The agent of that id; raises Rejected."""
        if re.fullmatch(r"[0-9]{1,12}", agent_id):
            number = int(agent_id)
            if number in self._agents:
                return self._agents[number]
            if self._only is None:
                return self._agents.setdefault(number, _practice_agent(number))
        raise Rejected("Agent not found")

    def first(self) -> dict[str, Any]:
        """The user's agent where there is one, else the practice agent."""
        return self.get("1" if self._only is None else str(self._only))

    def add_field(self, agent: dict[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
        """Create a custom field, or update the one whose ``id`` is given (seed 000, Agent Services §12).

        Raises Rejected for a field without name or label and for an unknown id.
        """
        for name in ("name", "label"):
            if not isinstance(data.get(name), str) or not data[name]:
                raise Rejected(f"{name} is required")
        if "id" in data and not any(_has_id(old, data["id"]) for old in agent["custom_fields"]):
            raise Rejected("Custom field not found")
        field = {"id": data.get("id", str(uuid.uuid4())), "name": data["name"], "label": data["label"]}
        self._journal.append(encode({"agent": agent["id"], "field": field}))
        self._keep(agent, field)
        return field

    def _keep(self, agent: dict[str, Any], field: dict[str, Any]) -> None:
        others = [old for old in agent["custom_fields"] if not _has_id(old, field["id"])]
        agent["custom_fields"] = [*others, field]


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


def _practice_agent(agent_id: int) -> dict[str, Any]:
    """An agent's settings under their documented names (seed 000, Agent Services §2); its number is fictional."""
    return {
        "id": agent_id,
        "workspaceId": 1,
        "format": "outbound",
        "timezone": "UTC+00:00",
        "name": "Practice agent",
        "avatar": "",
        "lang": "en",
        "voice": "alloy",
        "phone_number": "+12025550123",
        "blocked_phone_types": "",
        "enable_voice_mail": True,
        "voice_mail_mode": 1,
        "voice_mail_text": "",
        "welcome_msg_flag": True,
        "welcome_msg": "Hello, this is an AI assistant with a practice call.",
        "machine_detection_timeout": 10,
        "agent_type": "sales",
        "custom_fields": [],
    }


def _has_id(field: Any, field_id: Any) -> bool:
    return isinstance(field, dict) and field.get("id") == field_id
