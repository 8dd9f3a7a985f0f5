"""A control at a random moment under load: people are fed and called by many tasks at once, and then somebody speaks.

What is asked: how many intents were committed after the control was. The instants compared are those read inside the
two transactions, so their order is the order of the commits.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.leads.lead import Lead
from campaigns.ledger import closing
from campaigns.ledger.controls import Control, control
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.moves import Intent, submit
from campaigns.ledger.tables import attempts, events
from campaigns.rules.facts import Closure
from campaigns.vocabulary import AttemptState, CampaignState, Result
from dialer.feeder import feed
from tests.integration.shop import MARGIN, NOON, Shop, lead, shop_at

TASKS = 8
PEOPLE = 40
LATEST, JITTER_S = 16, 0.004
"""The control is given after fewer intents than this, whatever time they take, and up to so much later."""
AFTERWARDS_S = 0.02
LOUISIANA = {"zones": ("America/Chicago",), "state": "LA"}
STORM = "Louisiana is hit"


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's, moved to a Monday noon in New York."""

    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - self.began)


@dataclass(slots=True)
class Found:
    """Intents of those spoken of, before and after the control was committed, and of the others after it."""

    before: int = 0
    after: int = 0
    others_after: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """One round's campaigns, and who speaks to them."""

    shop: Shop
    ledgers: list[Ledger]
    spoken_of: int
    bystander: int

    async def pause(self) -> None:
        await self.ledgers[0].write(control, Control(self.spoken_of, CampaignState.PAUSED, "ann"))

    async def cancel(self) -> None:
        await self.ledgers[0].write(control, Control(self.spoken_of, CampaignState.CANCELLED, "ann"))

    async def close(self) -> None:
        storm = Closure("US-LA", NOON.date(), NOON.date() + timedelta(days=2), STORM)
        assert await self.ledgers[0].write(closing.close_place, closing.Closing(storm, "ann"))


CONTROLS: dict[str, tuple[str, Callable[[Round], Awaitable[None]]]] = {
    "pause": ("paused", Round.pause),
    "cancel": ("cancelled", Round.cancel),
    "rule change": ("closed", Round.close),
}
"""By name: the event that is kept of it, and how it is said."""


def storm(url: str, name: str, rounds: int, seed: int) -> Found:
    """Play so many rounds with one control, on a ledger of its own; on PostgreSQL three processes' ledgers contend."""
    rnd, found = random.Random(f"{seed}:{name}"), Found()
    with shop_at(url) as shop, open_ledgers(url) as ledgers:
        for nth in range(rounds):
            asyncio.run(play(shop, ledgers, name, nth, rnd, found))
    return found


@contextmanager
def open_ledgers(url: str) -> Iterator[list[Ledger]]:
    clock = Clock()
    ledgers = [Ledger(url, clock.now) for _ in range(1 if url.startswith("sqlite") else 3)]
    try:
        yield ledgers
    finally:
        for ledger in ledgers:
            ledger.close()


async def play(shop: Shop, ledgers: list[Ledger], name: str, nth: int, rnd: random.Random, found: Found) -> None:
    """One round: two campaigns begin to call, a control is given to one of them, both go on for a while."""
    people = [someone(nth * 2, each) for each in range(PEOPLE)]
    others = [someone(nth * 2 + 1, each, louisiana=False) for each in range(PEOPLE)]
    now = Round(shop, ledgers, shop.campaign(f"spoken {nth}", people), shop.campaign(f"bystander {nth}", others))
    what, say = CONTROLS[name]
    over, intents = asyncio.Event(), asyncio.Semaphore(0)
    load = [asyncio.create_task(call(ledgers[task % len(ledgers)], shop, over, intents)) for task in range(TASKS)]
    for _ in range(rnd.randrange(LATEST)):
        await intents.acquire()
    await asyncio.sleep(rnd.uniform(0, JITTER_S))
    await say(now)
    await asyncio.sleep(AFTERWARDS_S)
    over.set()
    await asyncio.gather(*load)
    count(now, what, found)
    tidy(now)


def someone(campaign: int, nth: int, *, louisiana: bool = True) -> Lead:
    row = campaign * PEOPLE + nth + 1
    area, where = ("504", LOUISIANA) if louisiana else ("212", {})
    return lead(row, f"+1{area}{2_000_000 + row:07}", **where)


async def call(ledger: Ledger, shop: Shop, over: asyncio.Event, intents: asyncio.Semaphore) -> None:
    """Feed a few, and commit their intents one by one, as callers do; until it is over."""
    while not over.is_set():
        fed = await ledger.write(feed, shop.order(horizon_s=0.06))
        for ids in fed.reserved.values():
            for id_ in ids:
                if await ledger.write(submit, Intent(id_, MARGIN)):
                    intents.release()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), 0.001)


def count(now: Round, what: str, found: Found) -> None:
    said = now.shop.beside(sa.select(events.c.at).where(events.c.what == what).order_by(events.c.id.desc()).limit(1))
    for row in now.shop.beside(sa.select(attempts).where(attempts.c.campaign_id.in_([now.spoken_of, now.bystander]))):
        if row.intent_at is not None:
            late, mine = row.intent_at > said[0].at, row.campaign_id == now.spoken_of
            found.before += mine and not late
            found.after += mine and late
            found.others_after += late and not mine


def tidy(now: Round) -> None:
    """End the round's calls and campaigns by hand, so that the next one has the account's room to itself."""
    now.shop.sql(attempts.delete().where(attempts.c.state == AttemptState.RESERVED))
    now.shop.sql(attempts.update().values(state=AttemptState.ENDED, result=Result.HUMAN))
    for campaign_id in (now.spoken_of, now.bystander):
        now.shop.do(control, Control(campaign_id, CampaignState.CANCELLED, "test"))
    now.shop.do(closing.open_place, closing.Opening("US-LA", "test"))
