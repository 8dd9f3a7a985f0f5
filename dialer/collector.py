"""Platform call records → results (DESIGN §4.6, §4.7).

An agent's history is read only while it has open attempts. Nothing about it is documented, neither order nor page size
nor lag, so it is read until it is older than the oldest open attempt (once newest-first order was seen), has an empty
page or brings nothing new. Only a complete reading may conclude that a call was never placed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.errors import DialerError
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.evidence import called_perhaps
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import MAY_EXIST
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.tables import HELD, OPEN, attempts, campaigns
from campaigns.points import Point, reach
from campaigns.spec import Engine
from campaigns.spec import Platform as PlatformReading
from campaigns.vocabulary import AttemptState
from dialer.clock import Clock
from dialer.errors import PlatformError
from dialer.matching import EARLY, Candidate, match
from dialer.noticing import Noticer
from dialer.presuming import presumed
from dialer.providers.platform import Abilities, CallRecord, Liveness, Platform

log = logging.getLogger(__name__)

TICK_S = 0.05
PAGES = 500
REPEATS = 2
"""So many pages in a row that bring nothing new are the end; a single one may be a page that came twice."""
LATE = timedelta(days=1)
AT_ONCE = 200
"""How many records are applied in one transaction: intents wait for it."""
ENOUGH_MATCHES = 50

MATCHED: sa.Select[Any] = sa.select(
    attempts.c.id, attempts.c.ref, attempts.c.number, attempts.c.state, attempts.c.intent_at, attempts.c.call_id,
    attempts.c.raw_status,
)  # fmt: skip
"""What of an attempt a record is matched with."""
_MINE = (attempts.c.account == sa.bindparam("of_account")) & (attempts.c.agent == sa.bindparam("of_agent"))
_MAY_BE_LIVE = OPEN & attempts.c.state.in_(MAY_EXIST)
_SENT = MATCHED.where(_MINE, _MAY_BE_LIVE)
_HELD_LATELY = MATCHED.where(_MINE, HELD, attempts.c.number != "", attempts.c.intent_at > sa.bindparam("since"))
"""Without a number: the person was erased."""
_LINE = (attempts.c.account, attempts.c.agent, attempts.c.campaign_id)
_LINES = sa.select(*_LINE, sa.func.count().label("open")).where(_MAY_BE_LIVE).group_by(*_LINE).subquery()
_BUSY = (
    sa.select(_LINES, campaigns.c.world, campaigns.c.spec)
    .join(campaigns, campaigns.c.id == _LINES.c.campaign_id)
    .order_by(_LINES.c.campaign_id)
)


@dataclass(frozen=True, slots=True)
class Line:
    """One agent with open attempts: whose history is read, and how often."""

    account: str
    agent: str
    engine: Engine
    reading: PlatformReading
    on_unknown: str
    full: bool


def busy_lines(conn: sa.Connection, worlds: Mapping[str, str]) -> list[Line]:
    """The agents of these worlds with attempts whose end is not known."""
    rows = conn.execute(_BUSY).all()
    lines: dict[tuple[str, str], Line] = {}
    for row in rows:
        if worlds.get(row.account) != row.world:
            continue
        spec = parse_stored(row.spec)
        full = row.open >= spec.pace.at_once
        line = Line(row.account, row.agent, spec.engine, spec.platform, spec.on_unknown, full)
        lines.setdefault((row.account, row.agent), line)
    return list(lines.values())


def candidates(conn: sa.Connection, account: str, agent: str, now: datetime) -> list[Candidate]:
    """Attempts a record of this agent could belong to: open ones, and those held in the last day."""
    mine = {"of_account": account, "of_agent": agent}
    sent = conn.execute(_SENT, mine).all()
    late = conn.execute(_HELD_LATELY, {**mine, "since": now - LATE}).all()
    return [*map(candidate, sent), *map(candidate, late)]


def candidate(row: sa.Row[Any]) -> Candidate:
    """An attempt with MATCHED, as records are matched with it."""
    return Candidate(**{**row._mapping, "state": AttemptState(row.state)})


def redial_is_safe(conn: sa.Connection, account: str, agent: str, horizon: timedelta, named: bool) -> bool:
    """Whether silence may mean "not placed": 50 calls were matched, and the horizon is thrice the longest lag.

    A call whose answer was lost is found by number and time, or by the reference it carried. Where answers name their
    call (``named``), the others were found by that name, so only those count whose answer was unclear.
    """
    seen = (attempts.c.account == account) & (attempts.c.agent == agent) & attempts.c.seen_at.is_not(None)
    lag = sa.func.max(attempts.c.seen_at - attempts.c.intent_at, type_=sa.BigInteger)
    matched = sa.func.count(sa.case((attempts.c.unclear, attempts.c.id))) if named else sa.func.count()
    count, longest_us = conn.execute(sa.select(matched, lag).where(seen)).one()
    return count >= ENOUGH_MATCHES and horizon >= 3 * timedelta(microseconds=int(longest_us))


class Collector:
    """The loop that asks the platforms what became of our calls."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        platform: Callable[[str, PlatformReading], Platform],
        worlds: Mapping[str, str],
        on_change: Callable[[], None],
        pages_per_second: Callable[[str], float],
    ) -> None:
        """``worlds``: each account's; ``on_change`` is called when attempts ended: there is room again;
        ``pages_per_second`` of history, per clock second, is what an account may read.
        """
        self._worlds = worlds
        self._ledger, self._clock, self._platform, self._on_change = ledger, clock, platform, on_change
        self._due: dict[tuple[str, str], datetime] = {}
        self._pause: dict[tuple[str, str], timedelta] = {}
        self._next_page: dict[str, datetime] = {}
        self._pages_per_second = pages_per_second
        self._noticer = Noticer(ledger)

    async def run(self) -> None:
        """Poll for ever, while this process leads."""
        while True:
            if await self._ledger.leads():
                await self.tick()
            await asyncio.sleep(TICK_S)

    def hurry(self, account: str, agent: str) -> None:
        """There is news of this agent's calls: its history is read at the next tick, and often from then on."""
        self._due.pop((account, agent), None)
        self._pause.pop((account, agent), None)

    async def tick(self) -> None:
        """Poll every agent whose turn has come; one account's pace holds up no other's."""
        lines = defaultdict[str, list[Line]](list)
        for line in await self._ledger.read(busy_lines, self._worlds):
            lines[line.account].append(line)
        for fault in await asyncio.gather(*map(self._poll_in_turn, lines.values()), return_exceptions=True):
            if fault is not None:
                raise fault

    async def _poll_in_turn(self, lines: Sequence[Line]) -> None:
        for line in lines:
            key = (line.account, line.agent)
            now, pause = self._clock.now(), self._pause.get(key, line.engine.poll_min)
            if not now < self._due.get(key, now) <= now + pause:  # further away than it was set: the clock was put back
                changed = await self.poll(line)
                longer = min(2 * pause, line.engine.poll_max)
                self._pause[key] = line.engine.poll_min if changed or line.full else longer
                self._due[key] = self._clock.now() + self._pause[key]

    async def poll(self, line: Line) -> int:
        """Read one agent's history once and apply it; answers how many attempts it changed.

        Of one that breaks off, what names its attempt is applied: the record that merely fits may be a page further on.
        """
        began = self._clock.now()
        open_ones = await self._ledger.read(candidates, line.account, line.agent, began)
        records, complete = list[CallRecord](), True
        try:
            async for page in self._pages(line, min((c.intent_at for c in open_ones), default=began)):
                records += page
        except DialerError as error:  # one agent's trouble is no other's
            log.warning("agent %s: history cannot be read: %s", line.agent, error.ours)
            complete = False
        found = [(attempt, record) for attempt, record in match(records, open_ones, line.engine.match_window)
                 if complete or is_named(attempt, record)]  # fmt: skip
        news = [observation_of(line.account, attempt.id, record) for attempt, record in found
                if is_news(attempt, record)]  # fmt: skip
        changed = await self._observe(news)
        if complete:
            changed += await self._heed_absence(line, open_ones, records, found, began)
        if changed:
            self._on_change()
        return changed

    async def _observe(self, news: Sequence[Observation]) -> int:
        changed = 0
        for first in range(0, len(news), AT_ONCE):
            changed += sum(await self._ledger.write_all(observe, news[first : first + AT_ONCE]))
        if changed:
            reach(Point.RECORDS_APPLIED)
        return changed

    async def _heed_absence(
        self, line: Line, open_ones: Sequence[Candidate], records: Sequence[CallRecord],
        found: Sequence[tuple[Candidate, CallRecord]], began: datetime,
    ) -> int:  # fmt: skip
        """What a whole history does not say, and what it says of others, counts too."""
        abilities = self._platform(line.account, line.reading).abilities
        heard = {attempt.id: record for attempt, record in found}
        changed = await self._observe([*presumed(abilities, line.account, open_ones, {*heard}, began)])
        await self._noticer.look(line.account, line.agent, line.engine.match_window, began, open_ones, records, found)
        silent = await self._silent(line, abilities, open_ones, heard, began)
        return changed + (sum(await self._ledger.write_all(conclude, silent)) if silent else 0)

    async def history(self, line: Line, oldest: datetime) -> list[CallRecord]:
        """An agent's records from ``oldest`` on, and maybe older ones; raises PlatformError."""
        return [record async for page in self._pages(line, oldest) for record in page]

    async def _pages(self, line: Line, oldest: datetime) -> AsyncIterator[list[CallRecord]]:
        """The same page by page, as far as it can be read, each record once."""
        times: list[datetime] = []
        known: set[object] = set()
        newest_first, idle = True, 0
        for page in range(1, PAGES + 1):
            now, apart = self._clock.now(), timedelta(seconds=1 / self._pages_per_second(line.account))
            await self._clock.sleep(min(self._next_page.get(line.account, now) - now, apart))
            self._next_page[line.account] = self._clock.now() + apart
            read = await self._platform(line.account, line.reading).calls(line.agent, page)
            reach(Point.PAGE_READ)
            fresh = [record for record in read if record.identity not in known]
            known.update(record.identity for record in fresh)
            yield fresh
            own = [record.created_at for record in fresh if record.created_at]
            in_order = [*times[-1:], *own]
            newest_first &= in_order == sorted(in_order, reverse=True) and len(own) == len(fresh)
            times += own
            observed = (
                newest_first and len(times) > 1 and times[0] > times[-1]
            )  # one record, or equal ones, say nothing of the order
            idle = 0 if fresh else idle + 1
            old_enough = observed and times[-1] < oldest - max(line.engine.match_window, EARLY)
            if not read or idle == REPEATS or old_enough:
                return
        raise PlatformError(f"the history of agent {line.agent} has more than {PAGES} pages")

    async def _silent(
        self, line: Line, abilities: Abilities, open_ones: Sequence[Candidate], found: Mapping[int, CallRecord],
        began: datetime,
    ) -> list[Silence]:  # fmt: skip
        engine = line.engine
        absent = [c for c in open_ones if c.state is AttemptState.UNKNOWN and c.id not in found
                  and c.intent_at + engine.horizon < began]  # fmt: skip
        longest = max(engine.longest_call, timedelta(seconds=abilities.max_call_s or 0))
        lost_after = max(engine.lost_after, longest + timedelta(minutes=15))
        live = {id_ for id_, record in found.items() if record.liveness is Liveness.LIVE}
        lost = [c for c in open_ones if c.state is AttemptState.ACCEPTED and c.id not in live
                and c.intent_at + lost_after < began]  # fmt: skip
        again: set[int] = set()
        means_something = abilities.presumes_no_answer_after_s is None  # else it may have rung unanswered
        redial = bool(absent) and line.on_unknown == "redial" and means_something
        named = abilities.gives_call_id
        if redial and await self._ledger.read(redial_is_safe, line.account, line.agent, engine.horizon, named):
            again = {c.id for c in absent}
            again -= await self._ledger.read(called_perhaps, sorted(again))
        gone = [Silence(c.id, AttemptState.NOT_PLACED if c.id in again else AttemptState.UNRESOLVED) for c in absent]
        return gone + [Silence(c.id, AttemptState.LOST) for c in lost]


def is_named(attempt: Candidate, record: CallRecord) -> bool:
    """Whether the record says by itself whose it is: by our reference, or by the call id that we know."""
    return record.ref == attempt.ref or (record.call_id is not None and record.call_id == attempt.call_id)


def is_news(attempt: Candidate, record: CallRecord) -> bool:
    """Whether the record says more than the ledger knows."""
    return (
        record.result is not None
        or attempt.state is not AttemptState.ACCEPTED
        or (record.raw_status != attempt.raw_status)
    )


def observation_of(account: str, attempt_id: int, record: CallRecord) -> Observation:
    """What the ledger is told of a record. One that is not surely over only proves that the call exists."""
    return Observation(
        attempt_id, account, record.call_id, record.result, record.answered_at, record.ended_at, record.duration_s,
        record.raw_status, record.raw_answered_by, record.disposition, record.raw,
    )  # fmt: skip
