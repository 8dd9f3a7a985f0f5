"""Call flows (seed 004, flows/call-flows/list) and agents (agents/call/*)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.received import Received, Route
from dialer.sandbox.trillet.office import WORKSPACE, Office, practice_agent
from dialer.sandbox.trillet.tables import AGENT, FLOW, FLOW_WORDS, checked, one_of
from dialer.sandbox.trillet.wire import Rejected, object_id

LISTED = ("_id", "workspaceId", "name", "direction", "agent", "isActive", "promptType", "createdAt", "updatedAt")
"""What flows/call-flows/list shows of each."""


class Flows:
    """The endpoints about flows and agents."""

    def __init__(self, office: Office) -> None:
        self._office, self._shelf = office, office.ground.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/v1/api/call-flows", self.create),
            ("GET", "/v1/api/call-flows", self.every),
            ("POST", "/v1/api/agents", self.create_agent),
            ("GET", "/v1/api/agents", self.every_agent),
            ("GET", "/v1/api/agents/{agent}", self.agent),
        ]

    def create(self, received: Received) -> dict[str, Any]:
        """Seed 004, Create Call Flow: every field of the answer that it prints."""
        body = checked(received.body, FLOW, "name", "direction", "promptType")
        one_of(body, FLOW_WORDS)
        if body.get("isGlobal"):
            raise Rejected("Only specific workspaces can create global flows", 403)
        if body.get("agent"):
            self._office.agent(body["agent"])
            self._office.activate(body["agent"])
        flow = self._answered(body)
        return self._shelf.put("trillet flows", flow["_id"], flow)

    def every(self, _: Received) -> list[dict[str, Any]]:
        """A bare list; the first is that of the first agent."""
        first = self._office.agents()[0]
        own = {**first, "_id": object_id(0), "name": f"{first['name']}'s flow", "direction": "outbound",
               "agent": first["_id"], "isActive": True, "promptType": "simple"}  # fmt: skip
        return [{name: flow[name] for name in LISTED} for flow in (own, *self._shelf.rows("trillet flows"))]

    def create_agent(self, received: Received) -> dict[str, Any]:
        """agents/call/create; a key of the agent's own is not kept."""
        body = checked(received.body, AGENT, "name", "ttsModel", "llmModel")
        for name in ("provider", "voiceId"):
            if not body["ttsModel"].get(name):
                raise Rejected(f"ttsModel.{name} is required")
        received.hide(body["ttsModel"], ("elevenLabsApiKey",))
        id_ = self._new_id("agent numbers")
        agent = {**practice_agent(id_), "smartCallback": False, "maxAttemptsForSmartCallback": 5, **body}
        for number in self._office.numbers():
            if number["_id"] in body.get("phoneNumberIds", []):
                self._shelf.put("trillet numbers", number["_id"], {**number, "agentId": id_})
        return self._shelf.put("trillet agents", id_, agent)

    def every_agent(self, _: Received) -> list[dict[str, Any]]:
        """A bare list."""
        return self._office.agents()

    def agent(self, received: Received) -> dict[str, Any]:
        """agents/call/get."""
        return self._office.agent(received.path["agent"])

    def _answered(self, body: dict[str, Any]) -> dict[str, Any]:
        now, prompt = self._office.now, body.get("prompt", "")
        at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        version = {"_id": self._new_id("prompt numbers"), "name": f"Prompt Version - {now:%m/%d/%Y, %I:%M:%S %p}",
                   "prompt": prompt, "metadata": {"notes": ""}, "createdAt": at, "updatedAt": at}  # fmt: skip
        welcome, custom = body.get("welcomeMessage", "user_initiated"), body.get("customWelcomeMessage", "")
        own = body.get("settings", {})
        return {
            "_id": self._new_id("flow numbers"),
            "workspaceId": WORKSPACE,
            "folderId": body.get("folderId"),
            "isGlobal": False,
            "isPreConfigured": body.get("isPreConfigured", False),
            "preConfiguredWorkspaceId": body.get("preConfiguredWorkspaceId"),
            "name": body["name"],
            "direction": body["direction"],
            "description": body.get("description", ""),
            "agent": body.get("agent"),
            "promptType": "simple",
            "welcomeMessage": welcome,
            "customWelcomeMessage": custom,
            "flowData": {"nodes": [], "edges": [], **body.get("flowData", {})},
            "prompt": prompt,
            "currentPromptId": version["_id"],
            "promptVersions": [version],
            "gemini_prompt": prompt,
            "startNodeId": None,
            "isActive": body.get("isActive", True),
            "agentWebhookUrl": body.get("agentWebhookUrl", ""),
            "inboundWebhookUrl": body.get("inboundWebhookUrl", ""),
            "dynamicVariableCollections": body.get("dynamicVariableCollections", []),
            "locations": [],
            "webhooks": body.get("webhooks", []),
            "settings": {
                "welcomeMessage": welcome,
                "customWelcomeMessage": custom,
                "enableHumanLikeVoiceAndTone": False,
                "welcomeMessageDelay": 0,
                "webhooks": {"agent": body.get("agentWebhookUrl", ""), "inbound": body.get("inboundWebhookUrl", "")},
                "customerLocation": "new york",
                "transfers": [],
                "knowledgeBases": [],
                "utilizePriorCallsContext": False,
                "callSettings": {"trilletVoiceGuard": True, "reminderMessages": []},
                "security": {"hipaaCompliance": False, "publicAccess": False},
                **own,
            },
            "createdAt": at,
            "updatedAt": at,
        }

    def _new_id(self, kind: str) -> str:
        number = self._shelf.new_id(kind)
        self._shelf.put(kind, number, {})
        return object_id(number)
