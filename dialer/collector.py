"""Platform call records → results (DESIGN §4.6, §4.7).

An agent's history is read only while it has open attempts. Nothing about it is documented, neither order nor page size
nor lag, so it is read until it is older than the oldest open attempt (once newest-first order was seen), has an empty
page or brings nothing new. Only a complete reading may conclude that a call was never placed.

Several campaigns may share an agent. Whose attempt it is says how its record is read and what silence about it means:
where their files have records read differently, the history is read once for each way, for the attempts of those alone.

A history that refuses to be read for as long as a call may take to end is given up: its attempts' contacts are held and
keep no other call from being made. While the platform is away no call can be made, and everything waits for it.
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
from campaigns.ledger.campaigns import parse_stored, specs_of
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import MAY_EXIST
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.tables import HELD, OPEN, attempts, campaigns
from campaigns.points import Point, reach
from campaigns.spec import Platform as PlatformReading
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState
from dialer.clock import Clock
from dialer.errors import PlatformAway, PlatformError, SettingsRefused
from dialer.matching import EARLY, Candidate, match
from dialer.noticing import Noticer
from dialer.presuming import presumed
from dialer.providers.platform import Abilities, CallRecord, Platform
from dialer.silence import given_up, silences

log = logging.getLogger(__name__)

TICK_S = 0.05
PAGES = 500
REPEATS = 2
"""So many pages in a row that bring nothing new are the end; a single one may be a page that came twice."""
LATE = timedelta(days=1)
AT_ONCE = 200
"""How many records are applied in one transaction: intents wait for it."""

MATCHED: sa.Select[Any] = sa.select(
    attempts.c.id, attempts.c.ref, attempts.c.number, attempts.c.state, attempts.c.intent_at, attempts.c.outcome_at,
    attempts.c.call_id, attempts.c.raw_status, attempts.c.campaign_id,
)  # fmt: skip
"""What of an attempt a record is matched with."""
_THERE = sa.select(campaigns.c.id).where(campaigns.c.world == sa.bindparam("world"))
_MINE = (
    (attempts.c.account == sa.bindparam("account"))
    & (attempts.c.agent == sa.bindparam("agent"))
    & attempts.c.campaign_id.in_(_THERE)
)
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
    """One agent with open attempts: whose history is read, and how often; of its campaigns, the most eager one says.

    Not ``served``: its calls were asked for at another address than the account's, or of an account that is not here.
    """

    account: str
    agent: str
    world: str
    served: bool
    poll_min: timedelta
    poll_max: timedelta
    full: bool


def busy_lines(conn: sa.Connection, worlds: Mapping[str, str]) -> list[Line]:
    """The agents with attempts whose end is not known; those of these worlds are served."""
    found = defaultdict[tuple[str, str, str], list[tuple[Spec, int]]](list)
    for row in conn.execute(_BUSY):
        found[row.account, row.agent, row.world].append((parse_stored(row.spec), row.open))
    return [
        Line(account, agent, world, worlds.get(account) == world, min(spec.engine.poll_min for spec, _ in mine),
             min(spec.engine.poll_max for spec, _ in mine), any(count >= spec.pace.at_once for spec, count in mine))
        for (account, agent, world), mine in found.items()
    ]  # fmt: skip


def candidates(conn: sa.Connection, line: Line, now: datetime) -> list[Candidate]:
    """Attempts a record of this agent could belong to: open ones, and those held in the last day."""
    mine = {"account": line.account, "agent": line.agent, "world": line.world}
    sent = conn.execute(_SENT, mine).all()
    late = conn.execute(_HELD_LATELY, {**mine, "since": now - LATE}).all()
    return as_candidates(conn, [*sent, *late])


def as_candidates(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Candidate]:
    """Attempts with MATCHED, as records are matched with them."""
    specs = specs_of(conn, {row.campaign_id for row in rows})
    return [
        Candidate(row.id, row.ref, row.number, AttemptState(row.state), row.intent_at, row.outcome_at, row.call_id,
                  row.raw_status, specs[row.campaign_id])
        for row in rows
    ]  # fmt: skip


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
        self._due: dict[tuple[str, ...], datetime] = {}
        self._pause: dict[tuple[str, ...], timedelta] = {}
        self._refused_since: dict[tuple[str, ...], datetime] = {}
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
        key = account, agent, self._worlds.get(account, "")
        self._due.pop(key, None)
        self._pause.pop(key, None)

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
            key = line.account, line.agent, line.world
            now, pause = self._clock.now(), self._pause.get(key, line.poll_min)
            if not now < self._due.get(key, now) <= now + pause:  # further away than it was set: the clock was put back
                changed = await self.poll(line)
                longer = min(2 * pause, line.poll_max)
                self._pause[key] = line.poll_min if changed or line.full else longer
                self._due[key] = self._clock.now() + self._pause[key]

    async def poll(self, line: Line) -> int:
        """Read one agent's history as each of its campaigns has it read; answers how many attempts that changed."""
        began = self._clock.now()
        sent = await self._ledger.read(candidates, line, began)
        readings = {one.spec.platform.model_dump_json(): one.spec.platform for one in sent}
        changed = sum([await self._read(line, reading, sent, began) for reading in readings.values()])
        if changed:
            self._on_change()
        return changed

    async def _read(self, line: Line, reading: PlatformReading, sent: Sequence[Candidate], began: datetime) -> int:
        """Read the history once and apply it to the attempts whose campaigns have it read so.

        A record that fits another campaign's attempt is that one's. Of a history that breaks off, what names its
        attempt is applied: the record that merely fits may be a page further on.
        """
        mine = [one for one in sent if one.spec.platform == reading]
        records, complete, away = list[CallRecord](), True, False
        try:
            if not line.served:
                raise SettingsRefused(f'account "{line.account}" needs its key here, and the address {line.world}')
            oldest = min(one.intent_at - max(one.spec.engine.match_window, EARLY) for one in mine)
            async for page in self._pages(line.account, line.agent, reading, oldest):
                records += page
        except DialerError as error:  # one agent's trouble is no other's
            log.warning("agent %s: history cannot be read: %s", line.agent, error.ours)
            complete, away = False, isinstance(error, PlatformAway)
        found = [(attempt, record) for attempt, record in match(records, sent)
                 if attempt.spec.platform == reading and (complete or is_named(attempt, record))]  # fmt: skip
        news = [observation_of(line.account, attempt.id, record) for attempt, record in found
                if is_news(attempt, record)]  # fmt: skip
        changed = await self._observe(news)
        if complete:
            changed += await self._heed_absence(line, reading, mine, records, found, began)
        key = line.account, line.agent, line.world, reading.model_dump_json()
        if complete or away:
            self._refused_since.pop(key, None)
            return changed
        since = self._refused_since.setdefault(key, began)
        heard = {attempt.id: record for attempt, record in found}
        gone = given_up(self._abilities(line.account, reading), mine, heard, since, began)
        return changed + await self._conclude(gone)

    async def _observe(self, news: Sequence[Observation]) -> int:
        changed = 0
        for first in range(0, len(news), AT_ONCE):
            changed += sum(await self._ledger.write_all(observe, news[first : first + AT_ONCE]))
        if changed:
            reach(Point.RECORDS_APPLIED)
        return changed

    async def _conclude(self, silent: Sequence[Silence]) -> int:
        return sum(await self._ledger.write_all(conclude, silent)) if silent else 0

    async def _heed_absence(
        self, line: Line, reading: PlatformReading, mine: Sequence[Candidate], records: Sequence[CallRecord],
        found: Sequence[tuple[Candidate, CallRecord]], began: datetime,
    ) -> int:  # fmt: skip
        """What a whole history does not say, and what it says of others, counts too."""
        abilities = self._platform(line.account, reading).abilities
        heard = {attempt.id: record for attempt, record in found}
        changed = await self._observe([*presumed(abilities, line.account, mine, {*heard}, began)])
        window = max(one.spec.engine.match_window for one in mine)
        await self._noticer.look(line.account, line.agent, window, began, mine, records, found)
        silent = await silences(self._ledger, line.account, line.agent, abilities, mine, heard, began)
        return changed + await self._conclude(silent)

    def _abilities(self, account: str, reading: PlatformReading) -> Abilities | None:
        """What the platform can do; None where no client of it can be made."""
        try:
            return self._platform(account, reading).abilities
        except DialerError:
            return None

    async def history(
        self, account: str, agent: str, reading: PlatformReading, oldest: datetime
    ) -> list[CallRecord]:  # fmt: skip
        """An agent's records from ``oldest`` on, and maybe older ones; raises PlatformError."""
        return [record async for page in self._pages(account, agent, reading, oldest) for record in page]

    async def _pages(
        self, account: str, agent: str, reading: PlatformReading, oldest: datetime
    ) -> AsyncIterator[list[CallRecord]]:
        """The same page by page, as far as it can be read, each record once."""
        times: list[datetime] = []
        known: set[object] = set()
        newest_first, idle = True, 0
        for page in range(1, PAGES + 1):
            now, apart = self._clock.now(), timedelta(seconds=1 / self._pages_per_second(account))
            await self._clock.sleep(min(self._next_page.get(account, now) - now, apart))
            self._next_page[account] = self._clock.now() + apart
            read = await self._platform(account, reading).calls(agent, page)
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
            old_enough = observed and times[-1] < oldest
            if not read or idle == REPEATS or old_enough:
                return
        raise PlatformError(f"the history of agent {agent} has more than {PAGES} pages")


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
