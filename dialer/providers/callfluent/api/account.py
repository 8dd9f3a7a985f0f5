"""All services of one account."""

from __future__ import annotations

from dialer.providers.callfluent.api.agents import Agents
from dialer.providers.callfluent.api.resource import Resource
from dialer.providers.callfluent.api.users import Users
from dialer.providers.callfluent.api.workspaces import Workspaces
from dialer.providers.wire import Wire


class Api:
    """What CallFluent documents, but for placing calls: ``dialer.providers.platform.Platform.place`` alone does that,
    so that no call is requested twice or past the ledger.
    """

    def __init__(self, wire: Wire) -> None:
        self.workspaces = Workspaces(wire)
        self.agents = Agents(wire)
        self.resource = Resource(wire)
        self.users = Users(wire)
