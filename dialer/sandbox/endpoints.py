"""CallFluent's 33 endpoints (seed 000), all of them."""

from __future__ import annotations

from dialer.sandbox.practice import Practice
from dialer.sandbox.received import Endpoint, Received, Route
from dialer.sandbox.served.actions import Actions
from dialer.sandbox.served.agents import Agents
from dialer.sandbox.served.calls import Calls
from dialer.sandbox.served.resource import Resource
from dialer.sandbox.served.users import Users
from dialer.sandbox.served.workspaces import Workspaces

__all__ = ["Endpoint", "Endpoints", "Received"]

SERVICES = (Calls, Agents, Actions, Workspaces, Users, Resource)


class Endpoints:
    """Answers requests: each endpoint gives the body of its answer or raises Rejected."""

    def __init__(self, practice: Practice) -> None:
        self._routes = [route for service in SERVICES for route in service(practice).routes()]

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return self._routes
