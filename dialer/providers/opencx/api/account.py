"""All services of one account."""

from __future__ import annotations

from dialer.providers.opencx.api.contacts import Contacts
from dialer.providers.opencx.api.phones import Phones
from dialer.providers.opencx.api.sequences import Sequences
from dialer.providers.opencx.api.sessions import Sessions
from dialer.providers.wire import Wire


class Api:
    """What OpenCX documents, but for placing calls: ``Platform.place`` alone does that, never past the ledger."""

    def __init__(self, wire: Wire) -> None:
        self.phones = Phones(wire)
        self.contacts = Contacts(wire)
        self.sequences = Sequences(wire)
        self.sessions = Sessions(wire)
