"""All services of one workspace."""

from __future__ import annotations

from dialer.providers.trillet.api.agents import Agents
from dialer.providers.trillet.api.batches import Batches
from dialer.providers.trillet.api.calls import Calls
from dialer.providers.trillet.api.flows import Flows
from dialer.providers.trillet.api.numbers import Numbers
from dialer.providers.wire import Wire


class Api:
    """What Trillet documents, but for placing a call: ``dialer.providers.platform.Platform.place`` alone does that.

    A batch places calls, too, and is Trillet's own affair: past the ledger, its hours and its lists.
    """

    def __init__(self, wire: Wire) -> None:
        self.flows = Flows(wire)
        self.calls = Calls(wire)
        self.batches = Batches(wire)
        self.agents = Agents(wire)
        self.numbers = Numbers(wire)
