"""A life: two campaigns from their launch to their end, lived by the dialer's own loops, which die again and again.

Feeder, caller, collector and keeper run as they are, on virtual time at a rehearsal's speed. In place of Redis there is
a list of rings, and a pacer that books from this clock; in place of a platform, ``TruePlatform``. After every few
commits the process dies, before or after one of them or of a request; what it held in memory is gone, people speak to
the campaigns, and another process begins.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from campaigns.vocabulary import AttemptState, ContactState, Result
from dialer.caller import Caller
from dialer.collector import Collector
from dialer.feeder import Feeder
from dialer.keeper import Keeper
from dialer.pacing.pacer import Limit, Slots
from dialer.providers.platform import Placement
from tests.integration.shop import NOON
from tests.model.ledger import Crash, Databases, LocalLedger
from tests.model.platform import Fate, TruePlatform, View
from tests.model.virtual import VirtualClock, VirtualLoop
from tests.model.world import EDITS, WORLDS, Size, World, person

SPEED = 300.0
COMMITS, REQUESTS = 10, 50
"""After how many of them a process dies on average, whichever come first."""
APART_S = 0.02
TICKS_S = {"dialer.feeder.TICK_S": 2.0, "dialer.collector.TICK_S": 0.5, "dialer.keeper.TICK_S": 2.0}
"""Rarer than they are: an idle tick costs as much as a call, and a life has to be lived through second by second."""
EDITED_S = 10.0
"""The latest that an edit is begun after the process is."""
RINGS_LOST, RINGS_REPEATED = 0.01, 0.05
LATEST = timedelta(minutes=4)
"""The longest lag of history: less than a third of the horizon, so that silence may be taken for an answer."""
OTHER_RESULTS = [Result.NO_ANSWER, Result.BUSY, Result.VOICEMAIL_LEFT, Result.FAILED, Result.INVALID_NUMBER]


@dataclass(slots=True)
class Tally:
    """What was lived through; ``seen`` are the moves that were made."""

    calls: int = 0
    crashes: int = 0
    operations: int = 0
    held: int = 0
    seen: Counter[tuple[str, str | None, str | None]] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.calls += other.calls
        self.crashes += other.crashes
        self.operations += other.operations
        self.held += other.held
        self.seen.update(other.seen)


class Rings:
    """In place of Redis and arq: a ring starts a task of the process; some are lost, some come twice."""

    def __init__(self, rnd: random.Random, dial: Callable[[Sequence[int]], Coroutine[Any, Any, None]]) -> None:
        self._rnd, self._dial = rnd, dial
        self.tasks: list[asyncio.Task[None]] = []

    async def ring(self, attempt_ids: Sequence[int], size: int = 20) -> None:
        step = max(1, min(20, size))
        for start in range(0, len(attempt_ids), step):
            luck = self._rnd.random()
            for _ in range(0 if luck < RINGS_LOST else 2 if luck < RINGS_LOST + RINGS_REPEATED else 1):
                self.tasks.append(asyncio.create_task(self._dial(attempt_ids[start : start + step])))

    def reap(self) -> None:
        """Raises what went wrong in a ring that has ended."""
        for task in (task for task in self.tasks if task.done()):
            task.result()
        self.tasks = [task for task in self.tasks if not task.done()]


class Pacer:
    """In place of the real one: a booking's slots are one instant, so its commits are one, and bookings keep apart."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock, self._next = clock, 0.0

    async def book(self, limits: Sequence[Limit], count: int, min_wait_s: float, max_wait_s: float) -> Slots:
        now = self._clock.monotonic()
        slot = max(self._next, now + min_wait_s)
        if slot > now + max_wait_s:
            return Slots(slot - now - max_wait_s, 0.0, 0, now)
        self._next = slot + APART_S
        return Slots(slot - now, 0.0, count, now)


class Doom:
    """When the process dies: at the nth moment before or after a commit, or before or after a request."""

    def __init__(self, rnd: random.Random) -> None:
        self._commits, self._requests = rnd.randint(1, 4 * COMMITS), rnd.randint(1, 4 * REQUESTS)
        self.commits = self.requests = 0

    def commit(self) -> None:
        self.commits += 1
        if self.commits >= self._commits:
            raise Crash

    def request(self) -> None:
        self.requests += 1
        if self.requests >= self._requests:
            raise Crash


class Life:
    """One seed's life: its size, its people's words and its platform's moods are drawn from it."""

    def __init__(self, databases: Databases, seed: int, people: int) -> None:
        self.rnd, self.seed, self.tally = random.Random(seed), seed, Tally()
        self.clock = VirtualClock(NOON, SPEED)
        self.redial = self.rnd.random() < 0.25
        self.platform = TruePlatform(self.clock, self.fate, lambda: self.doom.request())
        at_once = self.rnd.randint(people // 2, people)
        size = Size(
            people, at_once, account_at_once=self.rnd.randint(at_once, 2 * at_once), per_number=self.rnd.randint(2, 4),
            retries={"attempts": 2},
            values={"on_unknown": "redial" if self.redial else "hold",
                    "engine": {"breaker": {"in_a_row": 50, "share": 1.0}}},
        )  # fmt: skip
        self.world = World(databases.empty(), self.clock, self.platform, size)
        self.doom = Doom(self.rnd)
        self.wish: tuple[int, dict[str, Any]] | None = None

    def fate(self, number: str) -> Fate:
        """What becomes of a request. Where silence may be taken for an answer (``redial``), history hides nothing."""
        rnd = self.rnd
        view = View(
            lag=rnd.random() * LATEST, hidden=not self.redial and rnd.random() < 0.02, repeated=rnd.random() < 0.1,
            no_number=rnd.random() < 0.1, no_ref=False, wrong_id=rnd.random() < 0.03,
        )  # fmt: skip
        match rnd.random():
            case luck if luck < 0.03:
                return Fate(Placement.UNKNOWN, calls=0, text="reset")
            case luck if luck < 0.08:
                placement, calls = Placement.UNKNOWN, 1
            case luck if luck < 0.10:
                return Fate(Placement.NOT_PLACED, calls=0, text="429")
            case luck if luck < 0.12:
                return Fate(Placement.REJECTED, calls=0, text=f"no {number}")
            case _:
                placement, calls = Placement.PLACED, 1 if rnd.random() < 0.99 else 2
        result = Result.HUMAN if rnd.random() < 0.5 else rnd.choice(OTHER_RESULTS)
        said = "do not call" if result is Result.HUMAN and rnd.random() < 0.03 else None
        talk = timedelta(seconds=rnd.uniform(1, 180))
        return Fate(placement, calls, result, talk, view, "", said, rnd.random() < 0.7, rnd.random() < 0.01)

    def live(self) -> Tally:
        """Live to the end; raises AssertionError with this life's seed."""
        loop = VirtualLoop(self.clock)
        loop.set_exception_handler(self._complain)
        try:
            with ExitStack() as patched:
                patched.enter_context(patch("time.monotonic", self.clock.monotonic))
                for name, tick_s in TICKS_S.items():
                    patched.enter_context(patch(name, tick_s))
                while not self._over():
                    self._be_a_process(loop)
                    self._speak()
                    self._check(self.world.hear())
            self.world.judge.drained()
            self._check([*self.world.account(), *self._mislabelled(), *self._called_again()])
        finally:
            loop.close()
        self.tally.calls = len(self.platform.requests)
        self.tally.held = sum(state == ContactState.HELD for state in self.world.judge.states["contact"].values())
        self.tally.seen = self.world.judge.seen
        return self.tally

    def _complain(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Who died in a crash tells nobody; everything else that nobody asked for is a fault."""
        if not isinstance(context.get("exception"), Crash):
            self.world.judge.faults.append(str(context))

    def _check(self, faults: Sequence[str]) -> None:
        assert not faults, f"life {self.seed}: {faults[:10]}"

    def _over(self) -> bool:
        states = self.world.judge.states
        return all(state in ("done", "cancelled") for state in states["campaign"].values()) and not any(
            state in ("reserved", "submitted", "accepted", "unknown") for state in states["attempt"].values()
        )

    def _be_a_process(self, loop: VirtualLoop) -> None:
        """From its start to its crash, or until there is nothing left to do."""
        self.doom = Doom(self.rnd)
        ledger = LocalLedger(self.world.engine, self.clock, self.doom.commit)
        try:
            loop.run_until_complete(self._serve(ledger))
        except Crash:
            self.tally.crashes += 1
        self.tally.operations += (self.doom.commits + self.doom.requests) // 2
        ledger.dead = True
        loop.clear()

    async def _serve(self, ledger: LocalLedger) -> None:
        caller = Caller(
            ledger, self.clock, Pacer(self.clock), lambda *_: self.platform, WORLDS,  # type: ignore[arg-type]
            lambda account: self.world.limits[account].per_second,
        )  # fmt: skip
        rings = Rings(self.rnd, caller.dial)
        feeder = Feeder(ledger, self.clock, rings, WORLDS, self.world.limits, self._idle)  # type: ignore[arg-type]
        collector = Collector(ledger, self.clock, lambda *_: self.platform, WORLDS, feeder.wake, lambda _: 1.0)  # type: ignore[arg-type]
        keeper = Keeper(ledger, self.clock, rings, lambda _: False)  # type: ignore[arg-type]
        await keeper.start(alone=True)
        if self.wish:
            rings.tasks.append(asyncio.create_task(self._edit(ledger, *self.wish)))
        loops = [asyncio.create_task(each.run()) for each in (feeder, collector, keeper)]
        while not self._nothing_left():
            rings.reap()
            for loop in loops:
                assert not loop.done(), loop.exception()
            await asyncio.sleep(1.0)

    async def _edit(self, ledger: LocalLedger, campaign_id: int, otherwise: dict[str, Any]) -> None:
        """Somebody edits a campaign while it dials; if the process dies of it, they do it again with the next one."""
        await asyncio.sleep(self.rnd.uniform(0, EDITED_S))
        await self.world.edit(ledger, campaign_id, otherwise)
        self.wish = None

    def _nothing_left(self) -> bool:
        self._check(self.world.hear())
        return self._over()

    def _idle(self, next_due: datetime) -> None:
        self.clock.jump(next_due)

    def _speak(self) -> None:
        """Between two processes people say something, now and then; whoever paused a campaign resumes it."""
        rnd, world = self.rnd, self.world
        if rnd.random() < 0.3:
            self._settle_truthfully()
        if self.wish is None and rnd.random() < 0.3:
            some = {key: rnd.choice(values) for key, values in EDITS.items() if rnd.random() < 0.5}
            self.wish = rnd.choice(world.campaigns), some
        elif rnd.random() < 0.2:
            self.wish = None  # an edit that was cut off is not always given again
        for campaign_id in world.campaigns:
            world.resume(campaign_id)
        if rnd.random() < 0.7:
            return
        campaign_id, someone = rnd.choice(world.campaigns), person(rnd.randint(1, world.size.people))
        words: list[Callable[[], Any]] = [
            lambda: world.pause(campaign_id) and self.clock.wait(timedelta(minutes=rnd.randint(1, 90))),
            lambda: rnd.random() < 0.2 and world.suppress(someone.phones[-1].e164),
            lambda: rnd.random() < 0.2 and world.withdraw(campaign_id, someone),
            lambda: world.append(campaign_id, [someone]),
            lambda: rnd.random() < 0.02 and world.cancel(campaign_id),
        ]
        rnd.choice(words)()

    def _settle_truthfully(self) -> None:
        """A person looks the held contacts up, and says what the platform knows of them."""
        by_ref = {call.ref: call for call in self.platform.calls_placed}
        for contact in self.world.held():
            ref = self.world.last_ref(contact.id)
            call = by_ref.get(ref)
            if call is None or call.ends <= self.clock.now():
                self.world.settle(contact.campaign_id, contact.identity, call and call.fate.result)

    def _mislabelled(self) -> Iterator[str]:
        """Each attempt that ended has the result of a call that its request placed; each that did not, no call."""
        truth: dict[str | None, set[Result]] = {}
        for call in self.platform.calls_placed:
            truth.setdefault(call.ref, set()).add(call.fate.result)
        for row in self.world.attempts():
            calls = truth.get(row.ref, set())
            if row.state == AttemptState.ENDED and row.result not in calls:
                yield f"mislabelled: attempt {row.id} is {row.result}, and was {calls}"
            if row.state in (AttemptState.NOT_PLACED, AttemptState.REJECTED) and calls:
                yield f"lost: attempt {row.id} is {row.state}, and was {calls}"

    def _called_again(self) -> Iterator[str]:
        """Nobody who was reached is called again in the same campaign."""
        reached: dict[tuple[int, str], datetime] = {}
        campaigns = {row.ref: row.campaign_id for row in self.world.attempts()}
        people = self.world.judge.people
        ends = {call.ref: call.ends for call in self.platform.calls_placed if call.fate.result is Result.HUMAN}
        for request in self.platform.requests:
            key = campaigns[request.ref], people[request.number].numbers[0]
            if key in reached:
                yield f"duplicated: request {request.ref} calls somebody who was reached at {reached[key]}"
            if request.ref in ends:
                reached[key] = ends[request.ref]
