"""A voice platform in this process, with a truth of its own: which requests it received, which calls it placed.

It knows nothing of the dialer but the ``Platform`` protocol, through which it answers as a ``Fate`` says and shows its
calls as a ``View`` says: late, twice, without a number, under another id, or never.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from campaigns.vocabulary import Result
from dialer.providers.platform import Abilities, Agent, Answer, CallRecord, Deadline, Liveness, Placement
from tests.model.virtual import VirtualClock

PAGE = 50
ABILITIES = Abilities(
    gives_call_id=True, echoes_reference=True, has_idempotency_key=False, hangs_up=False, webhooks=False
)


@dataclass(frozen=True, slots=True)
class View:
    """How history shows a call: after a ``lag``, or ``hidden`` for good; on two pages; and what of it can be read.

    ``wrong_id``: under another id than the answer to the request named; ``no_time``: nobody can read when it was.
    """

    lag: timedelta = timedelta(0)
    hidden: bool = False
    repeated: bool = False
    no_number: bool = False
    no_ref: bool = False
    no_time: bool = False
    wrong_id: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one request: how it is answered, how many calls it places, how those go and are shown.

    ``names_id``: the answer names the call's id; ``always_the_same``: it names the platform's idea of one.
    """

    placement: Placement = Placement.PLACED
    calls: int = 1
    result: Result = Result.HUMAN
    talk: timedelta = timedelta(seconds=30)
    view: View = View()
    text: str = ""
    disposition: str | None = None
    names_id: bool = False
    always_the_same: bool = False


@dataclass(slots=True)
class Call:
    """A call as it was, whatever anybody is told of it; ``view`` may change."""

    id: str
    agent: str
    ref: str | None
    number: str
    began: datetime
    ends: datetime
    fate: Fate
    view: View

    def record(self, now: datetime) -> CallRecord:
        """What history says of it now."""
        over, view = now >= self.ends, self.view
        return CallRecord(
            call_id=f"{self.id}-shown" if view.wrong_id else self.id,
            number=None if view.no_number else self.number,
            created_at=None if view.no_time else self.began,
            liveness=Liveness.FINAL if over else Liveness.LIVE,
            result=self.fate.result if over else None,
            raw_status="completed" if over else "in-progress",
            raw_answered_by="",
            outbound=True,
            ref=None if view.no_ref else self.ref,
            ended_at=self.ends if over else None,
            disposition=self.fate.disposition if over else None,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """A request to make a call, as it was received."""

    ref: str
    agent: str
    number: str
    at: datetime
    fate: Fate


@dataclass(slots=True)
class TruePlatform:
    """Implements ``Platform``; ``fate`` says what becomes of a request, ``harm`` may kill the process that sends it."""

    clock: VirtualClock
    fate: Callable[[str], Fate]
    harm: Callable[[], None] = lambda: None
    latency_s: float = 0.05
    requests: list[Request] = field(default_factory=list)
    calls_placed: list[Call] = field(default_factory=list)
    abilities: Abilities = ABILITIES

    async def warm(self) -> None:
        """It has no connections."""

    async def place(self, agent: str, number: str, fields: Mapping[str, str], ref: str, deadline: Deadline) -> Answer:
        if self.clock.monotonic() > deadline.monotonic:
            return Answer(Placement.NOT_PLACED, "too late", retry_after_s=0.0)
        self.harm()
        answer = self.receive(agent, number, ref)
        self.harm()
        await asyncio.sleep(self.latency_s)
        return answer

    def receive(self, agent: str, number: str, ref: str) -> Answer:
        """A request arrives: it is dealt with as its fate says, and answered."""
        now, fate = self.clock.now(), self.fate(number)
        self.requests.append(Request(ref, agent, number, now, fate))
        placed = [self.call(agent, number, ref, fate) for _ in range(fate.calls)]
        id_ = "agent" if fate.always_the_same else placed[0].id if placed and fate.names_id else None
        return Answer(fate.placement, fate.text, id_)

    def call(self, agent: str, number: str, ref: str | None, fate: Fate) -> Call:
        """Place a call; without ``ref``: somebody else's, on the same agent."""
        now, id_ = self.clock.now(), f"call-{len(self.calls_placed)}"
        made = Call(id_, agent, ref, number, now, now + fate.talk, fate, fate.view)
        self.calls_placed.append(made)
        return made

    async def calls(self, agent: str, page: int) -> Sequence[CallRecord]:
        now = self.clock.now()
        return [call.record(now) for call in islice(self._visible(agent, now), (page - 1) * PAGE, page * PAGE)]

    def _visible(self, agent: str, now: datetime) -> Iterator[Call]:
        for call in reversed(self.calls_placed):
            if call.agent == agent and not call.view.hidden and call.began + call.view.lag <= now:
                yield from (call, call) if call.view.repeated else (call,)

    async def agent(self, agent: str) -> Agent:
        return Agent(agent, agent, None, outbound=True, blocked_types=frozenset(), field_names=None)

    async def numbers(self) -> Sequence[str]:
        return ()

    async def close(self) -> None:
        """It has no connections."""
