"""The branding of a domain (seed 000, Resource §1)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.practice import Practice
from dialer.sandbox.received import Received, Route
from dialer.sandbox.wire import Rejected

BRANDING = {
    "website_icon": "https://api.callfluent.ai/image/agent/XXXXX.png",
    "website_logo": "https://api.callfluent.ai/image/agent/XXXXX.png",
    "primary_color": "#00ff9c",
    "support_desk_url": "",
    "website_description": "",
    "website_name": "Callfluent AI",
}


class Resource:
    """The one endpoint about a domain; the table has it in the path, which has no place for it: both are taken."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [("GET", "/api/resource", self.get), ("GET", "/api/resource/{domain}", self.get)]

    def get(self, received: Received) -> dict[str, Any]:
        """§1: without any wrapping; the user's own settings where the domain is theirs."""
        domain = received.path.get("domain") or received.query.get("domain")
        if not domain:
            raise Rejected("domain is required")
        own = self._practice.shelf.get("user", "settings") or {}
        shown = own if own.get("domain_name") == domain else {}
        return {name: shown.get(name, value) for name, value in BRANDING.items()}
