"""Sequences, which are kept here and call nobody (OpenAPI 2024-09-14, ``/sequences``)."""

from __future__ import annotations

import uuid
from typing import Any

from dialer.sandbox.ground import Ground
from dialer.sandbox.journal import iso
from dialer.sandbox.opencx.wire import check, is_text, refusal, table
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row

FIELDS = {
    "name": is_text,
    "custom_id": is_text,
    "is_continuous": lambda value: isinstance(value, bool),
    "filter": lambda value: isinstance(value, dict) and isinstance(value.get("or"), list) and bool(value["or"]),
    "steps": lambda value: isinstance(value, list) and bool(value),
}
STAMPS = ("started_at", "canceled_at", "ended_at")


class Sequences:
    """The endpoints about sequences; each takes an id or a custom id."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._shelf = ground, ground.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/sequences", self.create),
            ("GET", "/sequences/{sequence_id}", self.get),
            ("PATCH", "/sequences/{sequence_id}", self.update),
            ("PUT", "/sequences/{sequence_id}/start", self.start),
            ("PUT", "/sequences/{sequence_id}/cancel", self.cancel),
            ("POST", "/sequences/{sequence_id}/contacts", self.add_contacts),
        ]

    def create(self, received: Received) -> dict[str, Any]:
        """Make one; 201."""
        given = table(received.body, "filter", "steps")
        check(given, FIELDS)
        made = str(uuid.uuid4())
        usual = {"name": "New Sequence", "custom_id": None, "is_continuous": True, **dict.fromkeys(STAMPS)}
        self._shelf.put("sequences", made, {**usual, **given, "id": made})
        received.created()
        return {"id": made}

    def get(self, received: Received) -> dict[str, Any]:
        """Show one; its id is not in the answer."""
        row = self._find(received)
        return {name: value for name, value in row.items() if name not in ("id", "runs")}

    def update(self, received: Received) -> None:
        """Change one."""
        given = table(received.body)
        check(given, FIELDS)
        row = self._find(received)
        self._shelf.put("sequences", row["id"], row | given)

    def start(self, received: Received) -> None:
        """Start a one-off sequence that was not cancelled."""
        row = self._find(received)
        if row["is_continuous"] or row["canceled_at"]:
            raise refusal("Only a one-off sequence that is not canceled can be started", 500)
        self._stamp(row, "started_at")

    def cancel(self, received: Received) -> None:
        """Cancel one, or a run of one."""
        self._stamp(self._find(received), "canceled_at")

    def add_contacts(self, received: Received) -> dict[str, Any]:
        """Add contacts to a continuous sequence; 201."""
        row, given = self._find(received), table(received.body, "contacts")
        if not row["is_continuous"]:
            raise refusal("Contacts can be added to continuous sequences only", 500)
        if not isinstance(given["contacts"], list):
            raise refusal("contacts is not valid", 400)
        run = str(uuid.uuid4())
        self._shelf.put("sequences", row["id"], row | {"runs": [*row.get("runs", ()), run]})
        received.created()
        return {"run_id": run}

    def _find(self, received: Received) -> Row:
        wanted = received.path["sequence_id"]
        for row in self._shelf.rows("sequences"):
            if wanted in (row["id"], row["custom_id"], *row.get("runs", ())):
                return row
        raise refusal("Sequence not found", self._ground.assumed.unknown_status)

    def _stamp(self, row: Row, name: str) -> None:
        self._shelf.put("sequences", row["id"], row | {name: iso(self._ground.clock.now())})
