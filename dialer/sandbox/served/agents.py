"""Agents, their numbers, files and custom fields (seed 000 and 001, Agent §1-§5, §7-§9, §12, §13, §17)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.practice import Practice, inside
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row
from dialer.sandbox.tables import AGENT, AGENT_EXAMPLE, AGENT_REQUIRED, check, require, whole_number
from dialer.sandbox.wire import Rejected, average_duration, payload, success


class Agents:
    """The endpoints about agents; their calls and actions have modules of their own."""

    def __init__(self, practice: Practice) -> None:
        self._practice, self._agents, self._shelf = practice, practice.agents, practice.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("GET", "/api/agent/number-list/{id}/{agentType}", self.number_list),
            ("POST", "/api/agent/create", self.create),
            ("GET", "/api/agent/get-all/{workspaceId}", self.get_all),
            ("GET", "/api/agent/get-one/{agentId}", self.get_one),
            ("DELETE", "/api/agent/delete/{agentId}", self.delete),
            ("PUT", "/api/agent/update/{id}", self.update),
            ("PUT", "/api/agent/knowledge/{id}", self.upload),
            ("DELETE", "/api/agent/knowledge/{id}", self.delete_file),
            ("PUT", "/api/agent/custom-field/{id}", self.custom_field),
            ("DELETE", "/api/agent/remove-custom-fields/{agent_id}/{field_id}", self.delete_field),
            ("PUT", "/api/agent/webhook-cors-origin/{agent_id}", self.set_origins),
        ]

    def number_list(self, received: Received) -> dict[str, Any]:
        """§1: the numbers one can call from, and whose they are."""
        if received.path["agentType"] not in ("outbound", "inbound"):
            raise Rejected("agentType must be outbound or inbound")
        workspace = self._practice.workspace(received.path["id"])
        received.may_see(workspace["id"])
        first = self._agents.first()
        numbers = [
            {"number": first["phone_number"], "sid": f"PN{first['id']:032d}", "type": "twilio"},
            {"number": "+12025550124", "sid": f"PN{0:032d}", "type": "verified"},
        ]
        known = {row["number"] for row in numbers}
        used = {agent["phone_number"]: agent["avatar"] for agent in self._agents.of(workspace["id"])}
        used = {number: avatar for number, avatar in used.items() if number in known}
        if self._practice.assumed.nested_numbers:
            return success({"number_list": numbers, "agentNumMap": used})
        return success(numbers, agentNumMap=used)

    def create(self, received: Received) -> dict[str, Any]:
        """§2: the body is the agent, bare; 400 at the limit of agents."""
        settings = inside(received.body, "")
        check(settings, AGENT)
        self._complete(settings)
        workspace = self._practice.workspace(whole_number(settings["workspaceId"], "workspaceId"))
        if len(self._agents.of(workspace["id"])) >= workspace.get("maxAgents", float("inf")):
            raise Rejected("You have reached limit.", 400, "msg")
        return success(self._agents.create(settings))

    def get_all(self, received: Received) -> dict[str, Any]:
        """§3."""
        workspace = self._practice.workspace(received.path["workspaceId"])
        received.may_see(workspace["id"])
        return success(self._agents.of(workspace["id"]))

    def get_one(self, received: Received) -> dict[str, Any]:
        """§4: the agent's settings, files and figures."""
        agent = self._seen(received, "agentId")
        calls = self._practice.book.calls(agent["id"])
        average = average_duration(calls, self._practice.clock.now())
        files = [row for row in self._shelf.rows("files") if row["agent_id"] == agent["id"]]
        if self._practice.assumed.show_actions:
            actions = [row for row in self._shelf.rows("actions") if row["agentId"] == agent["id"]]
            agent = {**agent, "actions": actions} if actions else agent
        return success({"agent": agent, "files": files, "totalCalls": len(calls), "averageDuration": average})

    def delete(self, received: Received) -> dict[str, Any]:
        """§5."""
        agent = self._changed(received, "agentId")
        self._agents.delete(agent)
        return success(self._agents.of(agent["workspaceId"]))

    def update(self, received: Received) -> dict[str, Any]:
        """§7: ``{"Payload": agent}``; a small letter, or none at all, is taken as well."""
        agent = self._changed(received, "id")
        changes = inside(received.body, "Payload", "payload", "")
        check(changes, AGENT)
        self._complete({**agent, **changes})
        if "workspaceId" in changes:
            self._practice.workspace(changes["workspaceId"])
        return success(self._agents.update(agent, changes))

    def upload(self, received: Received) -> dict[str, Any]:
        """§8: multipart, the file as ``files``; its content is not kept."""
        agent = self._changed(received, "id")
        found = received.body.get("files") if isinstance(received.body, dict) else None
        if not isinstance(found, list) or not found:
            raise Rejected("files is required")
        for file in found:
            number = self._shelf.new_id("files")
            self._shelf.put("files", number, {"id": number, "agent_id": agent["id"], **file})
        return success(self._agents.of(agent["workspaceId"]))

    def delete_file(self, received: Received) -> dict[str, Any]:
        """§9."""
        received.may_change()
        file = self._practice.kept("files", received.path["id"], "File")
        self._shelf.remove("files", file["id"])
        return success(self._agents.of(self._agents.get(file["agent_id"])["workspaceId"]))

    def custom_field(self, received: Received) -> dict[str, Any]:
        """§12: create or update a custom field of the agent."""
        agent = self._changed(received, "id")
        return success(self._agents.add_field(agent, payload(received.body)))

    def delete_field(self, received: Received) -> dict[str, Any]:
        """§13."""
        agent = self._changed(received, "agent_id")
        return success(self._agents.remove_field(agent, received.path["field_id"]))

    def set_origins(self, received: Received) -> dict[str, Any]:
        """§17."""
        agent = self._changed(received, "agent_id")
        data = payload(received.body)
        enabled, origins = data.get("has_webhook_cors_origin"), data.get("webhook_cors_origin")
        if not isinstance(enabled, bool):
            raise Rejected("has_webhook_cors_origin must be a boolean")
        if not isinstance(origins, list) or not all(isinstance(origin, str) for origin in origins):
            raise Rejected("webhook_cors_origin must be an array")
        webhook = {"has_webhook_cors_origin": enabled, "webhook_cors_origin": origins}
        self._agents.update(agent, webhook)
        return success(webhook)

    def _seen(self, received: Received, name: str) -> Row:
        agent = self._agents.get(received.path[name])
        received.may_see(agent["workspaceId"])
        return agent

    def _changed(self, received: Received, name: str) -> Row:
        received.may_change()
        return self._agents.get(received.path[name])

    def _complete(self, settings: Row) -> None:
        """Raises Rejected for an agent that lacks what it must have."""
        require(settings, AGENT_REQUIRED if self._practice.assumed.strict_agents else AGENT_EXAMPLE)
        if settings["format"] not in ("outbound", "inbound"):
            raise Rejected("format must be outbound or inbound")
        if settings["format"] == "outbound":
            require(settings, ("phone_number",))
