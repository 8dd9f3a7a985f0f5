"""Every step chosen by Hypothesis: the ledger's own operations in any order, any of them cut off by a crash.

The caller's three steps (intent, request, record) are rules of their own, so that anything may come between them; what
a process knows between them dies with it. Feeder, collector and keeper are the dialer's own, one tick at a time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from campaigns.ledger.moves import Intent, Submitted, submit
from campaigns.ledger.outcomes import record
from campaigns.ledger.suppression import campaign_scope
from campaigns.ledger.tables import attempts
from campaigns.vocabulary import Result
from dialer.caller import GUARD_S, MARGIN, outcome_of
from dialer.collector import Collector
from dialer.feeder import Feeder
from dialer.keeper import Keeper
from dialer.providers.platform import Answer, Deadline, Placement
from dialer.worker import let_go
from tests.integration.shop import NOON
from tests.model.ledger import Crash, Databases, LocalLedger
from tests.model.platform import Fate, TruePlatform, View
from tests.model.virtual import VirtualClock, VirtualLoop
from tests.model.world import EDITS, WORLDS, Size, World, person

CRASHES = st.none() | st.none() | st.integers(1, 3)
"""Nobody dies; or at the first, second or third moment: before a commit, after it, before the next."""
LATE_CRASHES = st.none() | st.integers(1, 20)
CAMPAIGNS = st.integers(0, 1)
PEOPLE = st.integers(1, Size().people + 3)
NTH = st.integers(0, 50)
"""Which of many: counted round."""
SELDOM = st.sampled_from([False, False, False, True])
VIEWS = st.just(View()) | st.builds(
    View, lag=st.sampled_from([timedelta(0), timedelta(minutes=3), timedelta(hours=2)]), hidden=SELDOM,
    repeated=st.booleans(), no_number=SELDOM, no_ref=st.booleans(), no_time=SELDOM, wrong_id=SELDOM,
)  # fmt: skip
PLACED = st.builds(
    Fate, placement=st.sampled_from([Placement.PLACED, Placement.PLACED, Placement.PLACED, Placement.UNKNOWN]),
    calls=st.sampled_from([1, 1, 1, 2]), result=st.sampled_from(Result), view=VIEWS,
    talk=st.sampled_from([timedelta(seconds=5), timedelta(minutes=2), timedelta(minutes=50)]),
    disposition=st.sampled_from([None, None, None, "do not call", "callback", "not interested"]),
    names_id=st.booleans(), always_the_same=st.booleans(),
)  # fmt: skip
REFUSED = st.sampled_from(
    [Fate(Placement.UNKNOWN, 0, text="reset"), Fate(Placement.NOT_PLACED, 0, text="429"),
     Fate(Placement.REJECTED, 0, text="no such number"), Fate(Placement.ACCOUNT, 0, text="no minutes")]
)  # fmt: skip
FATES = PLACED | PLACED | PLACED | REFUSED
SPANS = st.sampled_from(
    [timedelta(seconds=1), timedelta(seconds=40), timedelta(minutes=5), timedelta(minutes=16), timedelta(minutes=61),
     timedelta(hours=3)]
)  # fmt: skip
OTHERWISE = st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in EDITS.items()})
Word = Callable[[World, int, int], object]
WORDS: Sequence[Word] = (
    lambda world, campaign, nth: world.pause(campaign),
    lambda world, campaign, nth: [world.resume(each) for each in world.campaigns],
    lambda world, campaign, nth: [world.open(each) for each in world.campaigns],
    lambda world, campaign, nth: world.close(campaign),
    lambda world, campaign, nth: world.append(campaign, [person(nth)]),
    lambda world, campaign, nth: world.append(campaign, [person(each) for each in range(nth, nth + 4)]),
    lambda world, campaign, nth: world.call_back(nth, "tomorrow 10:00"),
)
"""What people say to a campaign, or of the nth person. A command that changes more of a campaign belongs here, too."""
HARD_WORDS: Sequence[Word] = (
    lambda world, campaign, nth: world.cancel(campaign),
    lambda world, campaign, nth: world.suppress(person(nth).phones[-1].e164),
    lambda world, campaign, nth: world.suppress(person(nth).phones[0].e164, campaign_scope(campaign)),
    lambda world, campaign, nth: world.withdraw(campaign, person(nth)),
    lambda world, campaign, nth: world.forget(person(nth).phones[0].e164),
)


@dataclass(slots=True)
class Memory:
    """What one process knows, and nobody else: its dialer's parts, intents that were not sent, answers not recorded."""

    ledger: LocalLedger
    feeder: Feeder
    collector: Collector
    keeper: Keeper
    intents: list[tuple[sa.Row[Any], Submitted]] = field(default_factory=list)
    answers: list[tuple[int, Answer]] = field(default_factory=list)


class Rings:
    """Every ring that was ever rung: each may be answered late, twice, or never."""

    def __init__(self) -> None:
        self.rung: list[Sequence[int]] = []

    async def ring(self, attempt_ids: Sequence[int], size: int = 20) -> None:
        if attempt_ids:
            self.rung.append(attempt_ids)


class Dialing(RuleBasedStateMachine):
    """Two campaigns' story; ``databases``, and ``seen`` for the moves of all stories, are set where it is run."""

    databases: Databases
    seen: Counter[tuple[str, str | None, str | None]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock(NOON)
        self.loop = VirtualLoop(self.clock)
        self.fate = Fate()
        self.platform = TruePlatform(self.clock, lambda _: self.fate, self.harm)
        self.world = World(self.databases.empty(), self.clock, self.platform, Size())
        self.rings = Rings()
        self.moments: int | None = None
        self.start()

    # a process lives and dies

    def start(self) -> None:
        """A new process, alone on its ledger: every request without an outcome was its predecessor's."""
        ledger = LocalLedger(self.world.engine, self.clock, self.harm)
        feeder = Feeder(ledger, self.clock, self.rings, WORLDS, self.world.limits, None)  # type: ignore[arg-type]
        collector = Collector(ledger, self.clock, lambda *_: self.platform, WORLDS, feeder.wake, lambda _: 1.0)  # type: ignore[arg-type]
        keeper = Keeper(ledger, self.clock, self.rings, lambda _: True)  # type: ignore[arg-type]
        self.process = Memory(ledger, feeder, collector, keeper)
        self.moments = None
        self.loop.run_until_complete(keeper.start(alone=True))

    def harm(self) -> None:
        if self.moments is not None:
            self.moments -= 1
            if not self.moments:
                raise Crash

    def run(self, work: Callable[[], Coroutine[Any, Any, None]], crash: int | None) -> None:
        """Let the process do something; if it dies of it, its tasks are gone and another begins."""
        self.moments = crash
        try:
            self.loop.run_until_complete(work())
        except Crash:
            self.process.ledger.dead = True
            self.loop.clear()
            self.start()
        self.moments = None

    @rule()
    def crash(self) -> None:
        self.start()

    # the dialer's own steps

    @rule(crash=CRASHES)
    def feed(self, crash: int | None) -> None:
        self.run(self._feed, crash)

    async def _feed(self) -> None:
        await self.process.feeder.tick()

    @precondition(lambda self: self.rings.rung)
    @rule(nth=NTH, crash=CRASHES)
    def deliver(self, nth: int, crash: int | None) -> None:
        """A ring is answered, for the first time or again: the intent of each of its attempts."""
        self.run(lambda: self._deliver(nth), crash)

    async def _deliver(self, nth: int) -> None:
        ids, ledger = self.rings.rung[-1 - nth % len(self.rings.rung)], self.process.ledger
        dialable = sa.select(attempts.c.id, attempts.c.ref, attempts.c.agent, attempts.c.number)
        found = await ledger.read(lambda conn: conn.execute(dialable.where(attempts.c.id.in_(ids))).all())
        marks = await asyncio.gather(*(ledger.write(submit, Intent(row.id, row.ref, MARGIN)) for row in found))
        self.process.intents += [(row, mark) for row, mark in zip(found, marks, strict=True) if mark]

    @precondition(lambda self: self.process.intents)
    @rule(nth=NTH, fate=FATES, crash=CRASHES)
    def send(self, nth: int, fate: Fate, crash: int | None) -> None:
        self.run(lambda: self._send(nth, fate), crash)

    async def _send(self, nth: int, fate: Fate) -> None:
        """One request leaves, at most half a second after its intent; the process may die before or after it."""
        row, mark = self.process.intents.pop(nth % len(self.process.intents))
        self.fate = fate
        deadline = Deadline(mark.monotonic + GUARD_S, mark.wall + GUARD_S)
        self.process.answers.append((row.id, await self.platform.place(row.agent, row.number, {}, row.ref, deadline)))

    @precondition(lambda self: self.process.answers)
    @rule(nth=NTH, crash=CRASHES)
    def answer(self, nth: int, crash: int | None) -> None:
        self.run(lambda: self._answer(nth), crash)

    async def _answer(self, nth: int) -> None:
        """An answer is written down."""
        attempt_id, answer = self.process.answers.pop(nth % len(self.process.answers))
        await self.process.ledger.write(record, outcome_of(attempt_id, answer, self.clock))

    @rule(fates=st.lists(FATES, min_size=1, max_size=4), crash=LATE_CRASHES)
    def call(self, fates: list[Fate], crash: int | None) -> None:
        """All of it at once, as far as it goes: whoever may be called is."""
        self.run(lambda: self._call(fates), crash)

    @rule(fates=st.lists(PLACED, min_size=1, max_size=4), span=SPANS)
    def call_and_collect(self, fates: list[Fate], span: timedelta) -> None:
        self.run(lambda: self._call(fates), None)
        self.clock.wait(span)
        self.run(self.process.collector.tick, None)

    async def _call(self, fates: list[Fate]) -> None:
        rung = len(self.rings.rung)
        await self._feed()
        for nth in range(len(self.rings.rung) - rung):
            await self._deliver(nth)
        while self.process.intents:
            await self._send(0, fates[len(self.process.intents) % len(fates)])
        while self.process.answers:
            await self._answer(0)

    @rule(crash=CRASHES)
    def collect(self, crash: int | None) -> None:
        self.run(self.process.collector.tick, crash)

    @rule(crash=CRASHES)
    def keep(self, crash: int | None) -> None:
        self.run(self.process.keeper.tick, crash)

    # the world's

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.clock.wait(span)

    @rule(seconds=st.integers(1, 30))
    def clock_is_set_back(self, seconds: int) -> None:
        self.clock.move(-timedelta(seconds=seconds))

    @precondition(lambda self: self.platform.calls_placed)
    @rule(nth=NTH, view=VIEWS)
    def history_changes(self, nth: int, view: View) -> None:
        self.platform.calls_placed[nth % len(self.platform.calls_placed)].view = view

    @rule(campaign=CAMPAIGNS, nth=PEOPLE, fate=PLACED)
    def somebody_else_calls(self, campaign: int, nth: int, fate: Fate) -> None:
        """A call of the same agent that is none of ours."""
        self.platform.call(("spring", "autumn")[campaign], person(nth).phones[0].e164, None, fate)

    # what people say

    @rule(campaign=CAMPAIGNS, nth=PEOPLE, say=st.sampled_from(WORDS))
    def somebody_says(self, campaign: int, nth: int, say: Word) -> None:
        say(self.world, self.world.campaigns[campaign], nth)

    @rule(campaign=CAMPAIGNS, nth=PEOPLE, say=st.sampled_from(HARD_WORDS), sure=st.integers(0, 9))
    def somebody_ends_it(self, campaign: int, nth: int, say: Word, sure: int) -> None:
        """What leaves nothing to call is said rarely, or every story would be short."""
        if sure == 2:
            say(self.world, self.world.campaigns[campaign], nth)

    @rule(campaign=CAMPAIGNS, otherwise=OTHERWISE, crash=LATE_CRASHES)
    def edit(self, campaign: int, otherwise: dict[str, Any], crash: int | None) -> None:
        """A file is changed, by a process that may die before all who wait were decided anew by it."""
        self.run(lambda: self.world.edit(self.process.ledger, self.world.campaigns[campaign], otherwise), crash)

    @rule(campaign=CAMPAIGNS, result=st.none() | st.sampled_from(Result))
    def settle(self, campaign: int, result: Result | None) -> None:
        self.world.settle(self.world.campaigns[campaign], None, result)

    @invariant()
    def nothing_is_false(self) -> None:
        faults = self.world.account()
        assert not faults, faults

    def teardown(self) -> None:
        """The worker leaves and another comes: what is open ends, and everybody is accounted for."""
        try:
            for _ in range(2):
                self.start()
                self.world.ledger.do(let_go, None)
                self.clock.wait(timedelta(minutes=70))
                self.run(self.process.collector.tick, None)
                self.run(self.process.keeper.tick, None)
            self.world.hear()
            self.world.judge.drained(waiting=True)
            self.seen.update(self.world.judge.seen)
            assert not self.world.judge.faults, self.world.judge.faults
        finally:
            self.loop.close()
