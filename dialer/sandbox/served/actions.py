"""What agents do in a call (seed 000 and 001, Agent §14-§16)."""

from __future__ import annotations

import json
from typing import Any

from dialer.sandbox.practice import Practice, inside
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row
from dialer.sandbox.tables import ACTIONS, require, whole_number
from dialer.sandbox.wire import Rejected, success


class Actions:
    """The three endpoints about actions."""

    def __init__(self, practice: Practice) -> None:
        self._practice, self._shelf = practice, practice.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/api/agent/create-action", self.create),
            ("POST", "/api/agent/update-action/{actionId}", self.update),
            ("DELETE", "/api/agent/delete-action/{actionId}", self.delete),
        ]

    def create(self, received: Received) -> dict[str, Any]:
        """§14: ``{"payload": action}``."""
        received.may_change()
        action = inside(received.body, "payload")
        agent = self._practice.agents.get(whole_number(action.get("agentId"), "agentId"))
        _check(action)
        number = self._shelf.new_id("actions")
        return success(self._shelf.put("actions", number, {**action, "id": number, "agentId": agent["id"]}))

    def update(self, received: Received) -> dict[str, Any]:
        """§15: the action, bare; the wrapping of §14, or one named like the caption, is taken as well."""
        received.may_change()
        kept = self._practice.kept("actions", received.path["actionId"], "Action")
        action = inside(received.body, "payload", "actionPayload", "")
        _check(action)
        changed = {**action, "id": kept["id"], "agentId": kept["agentId"]}
        return success(self._shelf.put("actions", kept["id"], changed))

    def delete(self, received: Received) -> dict[str, Any]:
        """§16."""
        received.may_change()
        action = self._practice.kept("actions", received.path["actionId"], "Action")
        self._shelf.remove("actions", action["id"])
        return success(action)


def _check(action: Row) -> None:
    """Raises Rejected for an action of no known type, or that lacks what its type needs."""
    kind = action.get("actionType")
    if not isinstance(kind, str) or kind not in ACTIONS:
        raise Rejected(f"actionType must be one of {', '.join(ACTIONS)}")
    require(action, ("name", *ACTIONS[kind]))
    if "fields" in ACTIONS[kind] and not _is_json_list(action["fields"]):
        raise Rejected("fields must be a JSON string of a list")


def _is_json_list(text: object) -> bool:
    try:
        return isinstance(text, str) and isinstance(json.loads(text), list)
    except ValueError:
        return False
