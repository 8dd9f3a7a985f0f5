"""OpenCX's endpoints, all that are documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dialer.sandbox.ground import Ground, bearer
from dialer.sandbox.opencx.contacts import Contacts
from dialer.sandbox.opencx.phones import Phones
from dialer.sandbox.opencx.sequences import Sequences
from dialer.sandbox.opencx.sessions import Sessions
from dialer.sandbox.opencx.wire import refusal
from dialer.sandbox.received import Route
from dialer.sandbox.refusal import Refusal

SERVICES = (Phones, Contacts, Sessions, Sequences)
CALL = re.compile(r"/phone/(outbound-call|[^/]+/call)")


class Endpoints:
    """OpenCX's side of the practice platform (``ground.Practised``)."""

    base = ""

    def __init__(self, ground: Ground) -> None:
        """Raises SettingsRefused for an agent's file that cannot be used."""
        self._phones = Phones(ground)
        self._routes = [route for service in SERVICES for route in service(ground).routes()]

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return self._routes

    def called(self, line: Mapping[str, Any]) -> str | None:
        """The number of the contact that a call is asked for."""
        asks = line["method"] == "POST" and CALL.fullmatch(line["path"])
        return self._phones.number_of(line["body"]) if asks else None

    def is_history(self, line: Mapping[str, Any]) -> bool:
        """Whether a request lists sessions."""
        return line["method"] == "GET" and str(line["path"]).partition("?")[0] == "/chat/sessions"

    def key_in(self, headers: Mapping[str, str]) -> str:
        """The bearer token."""
        return bearer(headers)

    def refusal(self, text: str, status: int) -> Refusal:
        """``{statusCode, message, error}``."""
        return refusal(text, status)
