"""CallFluent's 33 endpoints (seed 000), all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialer.sandbox.agents import Agents, read_agent
from dialer.sandbox.distortion import Distortion
from dialer.sandbox.faults import Records
from dialer.sandbox.ground import Ground, bearer
from dialer.sandbox.practice import Practice
from dialer.sandbox.received import Route
from dialer.sandbox.served.actions import Actions
from dialer.sandbox.served.agents import Agents as AgentServices
from dialer.sandbox.served.calls import Calls
from dialer.sandbox.served.resource import Resource
from dialer.sandbox.served.users import Users
from dialer.sandbox.served.workspaces import Workspaces
from dialer.sandbox.wire import Rejected

SERVICES = (Calls, AgentServices, Actions, Workspaces, Users, Resource)


class Endpoints:
    """CallFluent's side of the practice platform (``ground.Practised``)."""

    base = "/api"

    def __init__(self, practice: Practice) -> None:
        self._routes = [route for service in SERVICES for route in service(practice).routes()]

    @classmethod
    def on(cls, ground: Ground) -> Endpoints:
        """The endpoints, with the user's agent or the practice agent; raises SettingsRefused."""
        settings = None if ground.agent is None else read_agent(ground.agent)
        agents = Agents(settings, ground.shelf, ground.assumed)
        distortion = None if ground.records == Records() else Distortion(ground.records, ground.seed)
        return cls(Practice(agents, ground.book, ground.shelf, ground.log, ground.clock, ground.assumed, distortion))

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return self._routes

    def called(self, line: Mapping[str, Any]) -> str | None:
        """The number of a make-call request."""
        if line["method"] != "POST" or "/make-call/" not in line["path"]:
            return None
        data = line["body"].get("data") if isinstance(line["body"], dict) else None
        return str(data.get("phone_number")) if isinstance(data, dict) else ""

    def is_history(self, line: Mapping[str, Any]) -> bool:
        """Whether a request reads an agent's calls."""
        return line["method"] == "GET" and str(line["path"]).partition("?")[0].endswith("/calls")

    def key_in(self, headers: Mapping[str, str]) -> str:
        """The bearer token."""
        return bearer(headers)

    def refusal(self, text: str, status: int) -> Rejected:
        """``{status: false, msg}``, as where it is documented (Workspace §5); under ``error`` at 500."""
        return Rejected(text, status, "error" if status == 500 else "msg")
