"""What Trillet's endpoints share: agents, numbers, and what each call was asked for with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dialer.errors import SettingsRefused
from dialer.sandbox.calls import LEAVE_MESSAGE, Call
from dialer.sandbox.ground import Ground
from dialer.sandbox.shelf import Row
from dialer.sandbox.trillet.wire import Rejected, object_id

WORKSPACE = object_id(1)
NUMBER = "+12025550123"
"""The number of the practice agents; it is fictional."""
HELD = object_id(1)
"""Its id."""


@dataclass(frozen=True, slots=True)
class Office:
    """One practice workspace; ``own`` is the user's agent, without which every word is an agent's id."""

    ground: Ground
    own: Row | None = None

    @property
    def now(self) -> datetime:
        """The clock's now."""
        return self.ground.clock.now()

    def agent(self, agent: object) -> Row:
        """The agent of that id: one that was made, the user's own, or a practice agent. Raises Rejected."""
        id_, assumed = str(agent), self.ground.assumed
        if (kept := self.ground.shelf.get("trillet agents", id_)) is not None:
            return kept
        if self.own is not None and id_ == self.own["_id"]:
            return self.own
        if self.own is None and assumed.any_agent and re.fullmatch(r"[0-9A-Za-z_-]{1,64}", id_):
            return practice_agent(id_)
        raise Rejected("Agent not found", 404)

    def agents(self) -> list[Row]:
        """Those that were made, and the user's own or the first practice agent."""
        return [self.own or practice_agent(object_id(1)), *self.ground.shelf.rows("trillet agents")]

    def numbers(self) -> list[Row]:
        """Every number of the workspace, the practice agents' own first."""
        shelf = self.ground.shelf
        own = {"_id": HELD, "phoneNumber": NUMBER, "country": "US", "type": "local", "status": "active",
               "provider": "twilio", "isExternal": False, "workspaceId": WORKSPACE, "flowType": "outbound",
               "agentId": self.agents()[0]["_id"]}  # fmt: skip
        kept = shelf.get("trillet numbers", HELD)
        return [kept or own, *(row for row in shelf.rows("trillet numbers") if row["_id"] != HELD)]

    def caller(self, agent: Row) -> str:
        """The number it calls from; raises Rejected for an agent that was made and has none."""
        held = [row for row in self.numbers() if row.get("agentId") == agent["_id"] and row["status"] == "active"]
        if not held and self.ground.shelf.get("trillet agents", agent["_id"]) is not None:
            raise Rejected("The agent has no active phone number")
        return str(held[0]["phoneNumber"]) if held else NUMBER

    def has_flow(self, agent: Row) -> None:
        """Raises Rejected for an agent that was made and has no active flow."""
        shelf = self.ground.shelf
        flows = (flow for flow in shelf.rows("trillet flows") if flow["isActive"] and flow["agent"] == agent["_id"])
        if shelf.get("trillet agents", agent["_id"]) is not None and not any(flows):
            raise Rejected("The agent has no active flow")

    def activate(self, agent_id: str) -> None:
        """A number that waits for this agent is active from now on (seed 004, ``agent``)."""
        for row in self.numbers():
            if row.get("agentId") == agent_id and row["status"] == "pending":
                self.ground.shelf.put("trillet numbers", row["_id"], {**row, "status": "active"})

    def card(self, agent_id: str) -> dict[str, Any]:
        """What records say of an agent."""
        try:
            agent = self.agent(agent_id)
            return {"name": agent["name"], "phoneNumber": self.caller(agent), "workspaceId": WORKSPACE}
        except Rejected:  # it has gone, or lost its number, since
            return {"name": "", "phoneNumber": NUMBER, "workspaceId": WORKSPACE}

    def calls(self, agent: str | None = None) -> list[Call]:
        """The calls there are by now, oldest first: those of a batch begin later."""
        book = self.ground.book
        calls = book.every() if agent is None else book.calls(agent)
        return [call for call in calls if call.created_at <= self.now]

    def call(self, id_: str) -> Call:
        """The call of a record's id; raises Rejected."""
        number = int(id_, 16) if re.fullmatch(r"[0-9a-f]{24}", id_) else 0
        call = self.ground.book.get(number)
        if call is None or call.created_at > self.now:
            raise Rejected("Call history not found", 404)
        return call

    def place(self, agent: Row, number: str, request: Mapping[str, Any], at: datetime) -> Call:
        """Accept a call; what it was asked for with is in ``request``'s body. Raises OSError."""
        call = self.ground.book.place(agent["_id"], number, LEAVE_MESSAGE, at, request)
        if self.ground.log is not None:
            self.ground.log.expect_end(call)
        return call

    def withdraw(self, call: Call) -> None:
        """Have a call that has not begun never begin."""
        book, log = self.ground.book, self.ground.log
        ended = book.hang_up(call, self.now)
        if log is not None:
            log.cut_short(ended)
        book.delete(ended)


def read_agent(path: Path) -> Row:
    """The user's agent, from a file such as ``agents pull`` keeps; raises SettingsRefused."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsRefused(f"the agent file {path} cannot be read: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("_id"), str):
        raise SettingsRefused(f"the agent file {path} holds no agent of Trillet's; pull the agent again")
    return {**practice_agent(found["_id"]), **found}


def practice_agent(id_: str) -> Row:
    """A practice agent, as agents/call/list prints one."""
    return {
        "ttsModel": {"language": "en", "provider": "openai", "voiceId": "alloy", "name": "Alloy"},
        "_id": id_,
        "workspaceId": WORKSPACE,
        "userId": object_id(2),
        "name": "Practice agent",
        "llmModel": "gpt-4o-mini",
        "type": "voice",
        "settings": {"speed": 0.7, "volume": 1, "temperature": 0.7},
        "status": "ready",
        "activeSessions": [],
        "createdAt": "2025-01-19T02:57:27.923Z",
        "updatedAt": "2025-01-19T02:57:27.923Z",
    }
