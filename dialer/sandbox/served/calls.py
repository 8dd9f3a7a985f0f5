"""Calls (seed 000, Call §1; 000 and 001, Agent §6, §10, §11)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.agents import voice_mail
from dialer.sandbox.calls import Call
from dialer.sandbox.phone_types import blocked
from dialer.sandbox.practice import Practice, inside
from dialer.sandbox.received import Received, Route
from dialer.sandbox.tables import whole_number
from dialer.sandbox.wire import Rejected, number_to_call, page_number, record, success


class Calls:
    """The endpoints about calls. Nothing waits, so that a call is placed and logged in one go, or not at all."""

    def __init__(self, practice: Practice) -> None:
        self._practice, self._agents, self._book = practice, practice.agents, practice.book

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/api/call/make-call/{agent_id}", self.make_call),
            ("GET", "/api/agent/{agentId}/calls", self.history),
            ("DELETE", "/api/agent/delete-call/{call_id}", self.delete),
            ("POST", "/api/agent/hangup-call", self.hang_up),
        ]

    def make_call(self, received: Received) -> dict[str, Any]:
        """Call §1: accept a call; the answer names no call."""
        agent = self._agents.get(received.path["agent_id"])
        number = number_to_call(received.line["body"])
        if blocked(number, agent["blocked_phone_types"]):
            raise Rejected("The agent blocks this type of phone number")
        self._has_minutes(agent["workspaceId"])
        now = self._practice.clock.now()
        call = self._book.place(agent["id"], number, voice_mail(agent), now, received.line)
        if self._practice.log is not None:
            self._practice.log.expect_end(call)
        return success({"call": {"id": call.id}, "agent": agent} if self._practice.assumed.call_id else [agent])

    def history(self, received: Received) -> dict[str, Any]:
        """Agent §6: a page of the agent's calls."""
        agent = self._agents.get(received.path["agentId"])
        received.may_see(agent["workspaceId"])
        calls = self._book.page(agent["id"], page_number(received.query.get("page")))
        now = self._practice.clock.now()
        return success([record(call, now) for call in calls])

    def delete(self, received: Received) -> dict[str, Any]:
        """Agent §10: gone from the history; a call that goes on does so."""
        received.may_change()
        call = self._call(received.path["call_id"])
        self._book.delete(call)
        return success(self._beside(call))

    def hang_up(self, received: Received) -> dict[str, Any]:
        """Agent §11: the body names the call, bare."""
        received.may_change()
        call = self._call(str(whole_number(inside(received.body, "").get("callid"), "callid")))
        now = self._practice.clock.now()
        if call.ended_at <= now:
            raise Rejected("The call is not in progress")
        ended = self._book.hang_up(call, now)
        if self._practice.log is not None:
            self._practice.log.cut_short(ended)
        return success(self._beside(call))

    def _call(self, call_id: str) -> Call:
        call = self._book.get(int(call_id)) if call_id.isascii() and call_id.isdigit() else None
        if call is None:
            raise self._practice.unknown("Call")
        return call

    def _beside(self, call: Call) -> list[dict[str, Any]]:
        return self._agents.of(self._agents.get(call.agent)["workspaceId"])

    def _has_minutes(self, workspace_id: int) -> None:
        """Raises Rejected where a workspace's minutes of this month are used up."""
        kept = self._practice.shelf.get("workspaces", workspace_id)  # the practice workspace as it came has no limit
        if kept is not None and "maxMins" in kept and self._practice.spent_minutes(kept) >= kept["maxMins"]:
            raise Rejected("Your workspace has no minutes left.")
