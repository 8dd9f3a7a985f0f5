"""Everything the practice platform's endpoints share: what is kept, the calls, the clock, and what is assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dialer.clock import Clock
from dialer.sandbox.agents import PRACTICE, Agents
from dialer.sandbox.assumptions import Assumptions
from dialer.sandbox.book import Book
from dialer.sandbox.log import Log
from dialer.sandbox.shelf import Row, Shelf
from dialer.sandbox.wire import Rejected


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice platform."""

    agents: Agents
    book: Book
    shelf: Shelf
    log: Log | None
    clock: Clock
    assumed: Assumptions

    def workspaces(self) -> list[Row]:
        """Every workspace; the practice workspace is there unless it was deleted."""
        kept = self.shelf.rows("workspaces")
        if self.shelf.get("workspaces", PRACTICE) is None and not self.shelf.removed("workspaces", PRACTICE):
            return [{"id": PRACTICE, "name": "Practice workspace"}, *kept]
        return kept

    def workspace(self, workspace_id: object) -> Row:
        """The workspace of that id, raises Rejected."""
        for workspace in self.workspaces():
            if str(workspace["id"]) == str(workspace_id):
                return workspace
        raise self.unknown("Workspace")

    def kept(self, kind: str, key: str, name: str) -> Row:
        """A row of the shelf that a path names; raises Rejected."""
        row = self.shelf.get(kind, key) if re.fullmatch(r"[0-9]{1,12}", key) else None
        if row is None:
            raise self.unknown(name)
        return row

    def unknown(self, name: str) -> Rejected:
        """What an id that nobody knows is told."""
        return Rejected(f"{name} not found", self.assumed.unknown_status)

    def spent_minutes(self, workspace: Row) -> int:
        """The minutes of this month's calls, each begun minute whole; months are UTC's."""
        now, minutes = self.clock.now(), 0
        for agent in self.agents.of(workspace["id"]):
            for call in self.book.calls(agent["id"]):
                if (call.created_at.year, call.created_at.month) == (now.year, now.month) and call.answered_at:
                    talk_s = (min(call.ended_at, now) - call.answered_at).total_seconds()
                    minutes += max(0, -int(-talk_s // 60))
        return minutes


def inside(body: Any, *wrappers: str) -> dict[str, Any]:
    """What a request carries in one of the wrappings, "" meaning none; raises Rejected."""
    for wrapper in wrappers:
        found = body if not wrapper else body.get(wrapper) if isinstance(body, dict) else None
        if isinstance(found, dict):
            return found
    shown = " or ".join(f'{{"{wrapper}": {{...}}}}' if wrapper else "{...}" for wrapper in wrappers)
    raise Rejected(f"The body must be {shown}")
