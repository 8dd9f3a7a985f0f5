"""CallFluent's five endpoints that a dialer uses (seed 000, Agent Services and Call Services)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dialer.clock import Clock
from dialer.sandbox.agents import Agents, voice_mail
from dialer.sandbox.book import Book
from dialer.sandbox.distortion import Distortion
from dialer.sandbox.log import Log
from dialer.sandbox.phone_types import blocked
from dialer.sandbox.wire import Rejected, average_duration, number_to_call, page_number, payload, record, success


@dataclass(frozen=True, slots=True)
class Received:
    """One request: the parameters of its path and query, and its line for the log, which holds the body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    line: dict[str, Any]


Endpoint = Callable[[Received], dict[str, Any]]


class Endpoints:
    """Answers requests: each endpoint gives the body of its answer or raises Rejected.

    Nothing here waits, so that a call is placed and logged in one go, or not at all.
    """

    def __init__(
        self, agents: Agents, book: Book, log: Log | None, clock: Clock, distortion: Distortion | None = None
    ) -> None:  # fmt: skip
        """``distortion`` is what a bad history does to records; None: nothing."""
        self._agents, self._book, self._log, self._clock = agents, book, log, clock
        self._distortion = distortion

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/api/call/make-call/{agent_id}", self.make_call),
            ("GET", "/api/agent/{agentId}/calls", self.history),
            ("GET", "/api/agent/get-one/{agentId}", self.get_one),
            ("GET", "/api/agent/number-list/{id}/{agentType}", self.number_list),
            ("PUT", "/api/agent/custom-field/{id}", self.custom_field),
        ]

    def make_call(self, received: Received) -> dict[str, Any]:
        """Call Services §1: accept a call; the answer names no call."""
        agent = self._agents.get(received.path["agent_id"])
        number = number_to_call(received.line["body"])
        if blocked(number, agent["blocked_phone_types"]):
            raise Rejected("The agent blocks this type of phone number")
        received.line["placed"] = True  # in the journal, too, so that the log says it after a kill
        call = self._book.place(agent["id"], number, voice_mail(agent), self._clock.now(), received.line)
        if self._log is not None:
            self._log.expect_end(call)
        return success([agent])

    def history(self, received: Received) -> dict[str, Any]:
        """Agent Services §6: a page of the agent's calls."""
        agent = self._agents.get(received.path["agentId"])
        page, now = page_number(received.query.get("page")), self._clock.now()
        if self._distortion is not None:
            return success(self._distortion.page(self._book.calls(agent["id"]), page, now))
        return success([record(call, now) for call in self._book.page(agent["id"], page)])

    def get_one(self, received: Received) -> dict[str, Any]:
        """Agent Services §4: the agent's settings."""
        agent = self._agents.get(received.path["agentId"])
        calls = self._book.calls(agent["id"])
        average = average_duration(calls, self._clock.now())
        return success({"agent": agent, "files": [], "totalCalls": len(calls), "averageDuration": average})

    def number_list(self, received: Received) -> dict[str, Any]:
        """Agent Services §1: the numbers one can call from."""
        if received.path["agentType"] not in ("outbound", "inbound"):
            raise Rejected("agentType must be outbound or inbound")
        agent = self._agents.first()
        number = agent["phone_number"]
        numbers = [{"number": number, "sid": f"PN{agent['id']:032d}", "type": "twilio"}]
        return success(numbers, agentNumMap={number: agent["avatar"]})

    def custom_field(self, received: Received) -> dict[str, Any]:
        """Agent Services §12: create or update a custom field of the agent."""
        agent = self._agents.get(received.path["id"])
        return success(self._agents.add_field(agent, payload(received.line["body"])))
