"""What happened since a ledger's backup, asked of the platform's history before anything is dialed.

A ledger knows that it went back in time by its own mark (``ledger.as_of``): ``dialer backup`` puts it in every copy,
``dialer restore`` where another program made it, and a worker where Redis saw the ledger further on (``witness``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.adopting import Adopted, Stray, adopted, as_of, doubt_all, lines, take_in
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.observations import observe
from campaigns.ledger.tables import attempts
from campaigns.spec import Platform as PlatformReading
from campaigns.vocabulary import OVER, AttemptState
from dialer.collector import MATCHED, Collector, as_candidates, is_news, observation_of
from dialer.errors import PlatformError, SettingsRefused
from dialer.matching import EARLY, Candidate, match
from dialer.worker import World

log = logging.getLogger(__name__)

BEFORE = timedelta(days=1)
"""How long before the copy was made a call may have been placed that ended only after it."""
WAIT_S = 0.5


async def adopt(ledger: Ledger, world: World, say: Callable[[str], None]) -> None:
    """Ask history, if the ledger is marked; of several workers one does, and the others wait for it.

    Raises PlatformError where a history cannot be read to its end, and SettingsRefused where there is no key for it:
    then nothing is dialed, and the mark stays.
    """
    told = False
    while (since := await ledger.read(as_of)) is not None:
        if not told:
            say(f"This ledger stands as of {since:%F %T} UTC: history is asked what happened since.")
            told = True
        if await ledger.leads():
            found = await _ask(ledger, world, since)
            await ledger.write(adopted, found)
            say(f"{found.taken_in} calls made since were taken in; {found.of_unknown_origin} are of unknown origin.")
        else:
            await asyncio.sleep(WAIT_S)


async def _ask(ledger: Ledger, world: World, since: datetime) -> Adopted:
    await ledger.write(doubt_all, None)
    asked = await ledger.read(lines)
    await world.clock.sleep(_horizon(asked.values()))  # a call made just before may not be in history yet
    collector = Collector(
        ledger, world.clock, world.switchboard.platform, world.worlds, lambda: None,
        lambda of: world.limits[of].pages_per_second,
    )  # fmt: skip
    total = Adopted(0, 0)
    for (account, agent), campaign in asked.items():
        if world.worlds.get(account) != campaign.world:
            if campaign.state in OVER:
                continue
            raise SettingsRefused(
                f'this ledger was restored, and the history of account "{account}" must be asked before anything is'
                f" dialed: it needs its key here, and the address {campaign.world}"
            )
        try:
            found = await _ask_one(ledger, collector, account, agent, parse_stored(campaign.spec).platform, since)
        except PlatformError as error:
            if campaign.state not in OVER:
                raise
            log.warning("agent %s is not asked, no campaign needs it: %s", agent, error.ours)
            continue
        total = Adopted(total.taken_in + found.taken_in, total.of_unknown_origin + found.of_unknown_origin)
    return total


def _horizon(campaigns: Iterable[sa.Row[Any]]) -> timedelta:
    """After how long silence means something, for those that may still call."""
    return max(
        (parse_stored(row.spec).engine.horizon for row in campaigns if row.state not in OVER), default=timedelta(0)
    )


async def _ask_one(
    ledger: Ledger, collector: Collector, account: str, agent: str, reading: PlatformReading, since: datetime
) -> Adopted:
    """Read one agent's history since then; what belongs to the copy's own attempts is applied to them."""
    records = await collector.history(account, agent, reading, since - BEFORE - EARLY)
    ours = await ledger.read(_known, account, agent, since - BEFORE)
    pairs = match(records, ours)
    for attempt, record in pairs:
        if attempt.state is not AttemptState.ENDED and is_news(attempt, record):
            await ledger.write(observe, observation_of(account, attempt.id, record))
    known = {id(record) for _, record in pairs}
    strays = [
        Stray(agent, record.number, record.created_at, record.ref, observation_of(account, 0, record))
        for record in records
        if id(record) not in known and record.outbound and record.number and record.created_at
        and record.created_at >= since - EARLY
    ]  # fmt: skip
    return await ledger.write(take_in, strays)


def _known(conn: sa.Connection, account: str, agent: str, since: datetime) -> list[Candidate]:
    """Every attempt of this agent that was or may have been sent since then, whatever became of it."""
    mine = (attempts.c.account == account) & (attempts.c.agent == agent) & (attempts.c.intent_at > since)
    return as_candidates(conn, conn.execute(MATCHED.where(mine, attempts.c.state != AttemptState.NOT_PLACED)).all())
