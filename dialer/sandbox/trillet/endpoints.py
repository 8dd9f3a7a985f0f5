"""Trillet, practised: its endpoints, its key and its refusals (``ground.Practised``)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dialer.sandbox.ground import Ground
from dialer.sandbox.journal import iso
from dialer.sandbox.received import Endpoint, Received, Route
from dialer.sandbox.trillet.batches import Batches
from dialer.sandbox.trillet.calls import Calls
from dialer.sandbox.trillet.flows import Flows
from dialer.sandbox.trillet.numbers import Numbers
from dialer.sandbox.trillet.office import Office, read_agent
from dialer.sandbox.trillet.wire import Rejected

MINUTE = timedelta(minutes=1)
SERVICES = (Calls, Batches, Flows, Numbers)


class Trillet:
    """Trillet's side of the practice platform."""

    base = ""

    def __init__(self, ground: Ground) -> None:
        """With the user's agent, where there is one; raises SettingsRefused."""
        office = Office(ground, None if ground.agent is None else read_agent(ground.agent))
        self._office, self._taken = office, deque[datetime]()
        routes = (route for service in SERVICES for route in service(office).routes())
        self._routes = [(verb, path, self._counted(endpoint)) for verb, path, endpoint in routes]

    def _counted(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint that takes no more than so many requests a minute of all (best practices)."""

        def answer(received: Received) -> Any:
            now, most = self._office.now, self._office.ground.assumed.requests_per_minute
            while self._taken and self._taken[0] <= now - MINUTE:
                self._taken.popleft()
            if 0 < most <= len(self._taken):
                reset_at = iso(self._taken[0] + MINUTE)
                raise Rejected("Too many requests. Please try again in 60 seconds.", 429, reset_at=reset_at)
            self._taken.append(now)
            return endpoint(received)

        return answer

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return self._routes

    def called(self, line: Mapping[str, Any]) -> str | None:
        """The number of a request for a call."""
        if line["method"] != "POST" or line["path"] != "/v1/api/call":
            return None
        return str(line["body"].get("to")) if isinstance(line["body"], dict) else ""

    def is_history(self, line: Mapping[str, Any]) -> bool:
        """Whether a request reads a list of calls."""
        return line["method"] == "GET" and str(line["path"]).partition("?")[0].endswith("/api/call-history")

    def key_in(self, headers: Mapping[str, str]) -> str:
        """``x-api-key`` (introduction)."""
        return headers.get("x-api-key", "")

    def refusal(self, text: str, status: int) -> Rejected:
        """``{"error": {"code", "message"}}`` (introduction)."""
        return Rejected(text, status)
