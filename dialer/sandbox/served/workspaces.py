"""Workspaces (seed 000 and 002, Workspace §1-§9)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.practice import Practice, inside
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row
from dialer.sandbox.tables import WORKSPACE, check, require
from dialer.sandbox.wire import Rejected, success

SECRETS = ("auth_token", "elevenlabs_key", "openai_key")
VOICES = [
    {"value": "alloy", "label": "Friendly and expressive male", "brand": "openai"},
    {"value": "echo", "label": "Clear and natural male", "brand": "openai"},
]


class Workspaces:
    """The nine endpoints about workspaces."""

    def __init__(self, practice: Practice) -> None:
        self._practice, self._shelf = practice, practice.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/api/workspace/create", self.create),
            ("GET", "/api/workspace/get-all", self.get_all),
            ("GET", "/api/workspace/get/{id}", self.get),
            ("GET", "/api/workspace/{id}/voices", self.voices),
            ("PUT", "/api/workspace/update/{id}", self.update),
            ("POST", "/api/workspace/invite-user", self.invite),
            ("DELETE", "/api/workspace/invite-delete/{id}", self.remove_member),
            ("DELETE", "/api/workspace/delete/{id}", self.delete),
            ("GET", "/api/workspace/calendars/{id}", self.calendars),
        ]

    def create(self, received: Received) -> dict[str, Any]:
        """§1; 400 at the limit of workspaces."""
        body = inside(received.body, "")
        check(body, {"name": "string"})
        require(body, ("name",))
        assumed = self._practice.assumed
        if len(self._practice.workspaces()) >= assumed.max_workspaces:
            please = "Please delete some before creating new ones."
            raise Rejected("Workspace creation limit exceeded.", 400, message=please)
        number = self._shelf.new_id("workspaces")
        limits = {
            "maxMins": assumed.max_minutes, "maxMembers": assumed.max_members, "maxAgents": assumed.max_agents,
        }  # fmt: skip
        self._shelf.put("workspaces", number, {"id": number, "name": body["name"], **limits})
        return success(self._named())

    def get_all(self, received: Received) -> dict[str, Any]:
        """§2: without a status, under ``workspaces``."""
        return {"workspaces": self._named()}

    def get(self, received: Received) -> dict[str, Any]:
        """§3; its secrets are not shown."""
        workspace = self._practice.workspace(received.path["id"])
        members = [row for row in self._shelf.rows("members") if row["workspace_id"] == workspace["id"]]
        return success({**workspace, "members": members, "usedMins": self._practice.spent_minutes(workspace)})

    def voices(self, received: Received) -> list[dict[str, str]]:
        """§4: a bare list."""
        self._practice.workspace(received.path["id"])
        return VOICES

    def update(self, received: Received) -> dict[str, Any]:
        """§5; secrets are not kept."""
        received.may_change()
        workspace = self._practice.workspace(received.path["id"])
        body = inside(received.body, "")
        received.hide(body, SECRETS)
        check(body, WORKSPACE)
        self._keep({**workspace, **{name: value for name, value in body.items() if name not in SECRETS}})
        return success(self._named())

    def invite(self, received: Received) -> dict[str, Any]:
        """§6: nobody gets a mail."""
        received.may_change()
        body = inside(received.body, "")
        check(body, {"workspace_id": "number", "email": "string"})
        require(body, ("workspace_id", "email"))
        workspace = self._practice.workspace(body["workspace_id"])
        there = [row for row in self._shelf.rows("members") if row["workspace_id"] == workspace["id"]]
        if len(there) >= workspace.get("maxMembers", float("inf")):
            raise Rejected("Member limit reached.")
        number = self._shelf.new_id("members")
        self._shelf.put("members", number, {"id": number, "workspace_id": workspace["id"], "email": body["email"]})
        return success(self._named())

    def remove_member(self, received: Received) -> dict[str, Any]:
        """§7."""
        received.may_change()
        member = self._practice.kept("members", received.path["id"], "Member")
        self._shelf.remove("members", member["id"])
        return success(self._named())

    def delete(self, received: Received) -> dict[str, Any]:
        """§8: its agents and members go with it."""
        received.may_change()
        workspace = self._practice.workspace(received.path["id"])
        for agent in self._practice.agents.of(workspace["id"]):
            self._practice.agents.delete(agent)
        for member in self._shelf.rows("members"):
            if member["workspace_id"] == workspace["id"]:
                self._shelf.remove("members", member["id"])
        self._shelf.remove("workspaces", workspace["id"])
        return success(self._named())

    def calendars(self, received: Received) -> dict[str, Any]:
        """§9: none is linked to the practice platform but one made up."""
        workspace = self._practice.workspace(received.path["id"])
        received.may_see(workspace["id"])
        return success([{"id": "B6blCXXXXX", "name": "Practice calendar"}])

    def _keep(self, workspace: Row) -> None:
        self._shelf.put("workspaces", workspace["id"], workspace)

    def _named(self) -> list[Row]:
        return [{"id": row["id"], "name": row["name"]} for row in self._practice.workspaces()]
