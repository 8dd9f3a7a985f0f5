"""A control at a random moment under load: people are fed and called by many tasks at once, and then somebody speaks.

What is asked: how many intents were committed after the control was that it forbids. The instants compared are those
read inside the two transactions, so their order is the order of the commits.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import Lead
from campaigns.ledger import appending, closing
from campaigns.ledger.controls import Control, control
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.observations import Silence, conclude
from campaigns.ledger.settling import Settlement, settle
from campaigns.ledger.tables import attempts, contacts, events
from campaigns.rules.facts import Closure
from campaigns.vocabulary import AttemptState, CampaignState, Result
from dialer.commands import answer_of, execute
from dialer.feeder import feed
from tests.integration.shop import NOON, Shop, lead, shop_at, spec, submit_by_id

TASKS = 8
PEOPLE = 40
LATEST, JITTER_S = 16, 0.004
"""The control is given after fewer intents than this, whatever time they take, and up to so much later."""
AFTERWARDS_S = 0.02
LOUISIANA = {"zones": ("America/Chicago",), "state": "LA"}
STORM = "Louisiana is hit"
HELD = NEW = 4


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's, moved to a Monday noon in New York."""

    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - self.began)


@dataclass(slots=True)
class Found:
    """Intents before the control was committed, those after it that it forbids, and the others after it: of the
    campaign that was spoken to, where it goes on, and of the other one.
    """

    before: int = 0
    after: int = 0
    went_on: int = 0
    others_after: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """One round's campaigns, the people of the first, the attempts some of them are held for, and who speaks."""

    shop: Shop
    ledgers: list[Ledger]
    spoken_of: int
    bystander: int
    people: list[Lead]
    held: list[int] = field(default_factory=list)
    called: set[str] = field(default_factory=set)

    async def pause(self) -> None:
        await self.ledgers[0].write(control, Control(self.spoken_of, CampaignState.PAUSED, "ann"))

    async def cancel(self) -> None:
        await self.ledgers[0].write(control, Control(self.spoken_of, CampaignState.CANCELLED, "ann"))

    async def resume(self) -> None:
        await self.ledgers[0].write(control, Control(self.spoken_of, CampaignState.RUNNING, "ann"))

    async def append(self) -> None:
        """Bring half of the people again, under other names, and a few new ones."""
        rows = [f"Row{n},{person.phones[0].e164}" for n, person in enumerate(self.people[::2])]
        new = [f"New,+1504{3_000_000 + self.spoken_of * NEW + n:07}" for n in range(NEW)]
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write("\n".join(["Name,Phone", *rows, *new]))
            file.flush()
            said = await self._execute("append", file=file.name)
        assert said["added"] == NEW

    async def clone(self) -> None:
        await self._execute("clone", new=f"copy of {self.spoken_of}", with_leads=False)

    async def _execute(self, command: str, **arguments: Any) -> Any:
        name = self.shop.campaign_row(self.spoken_of).name
        return answer_of(await execute(self.ledgers[0], command, {"name": name, "who": "ann", **arguments}))

    async def close(self) -> None:
        storm = Closure("US-LA", NOON.date(), NOON.date() + timedelta(days=2), STORM)
        assert await self.ledgers[0].write(closing.close_place, closing.Closing(storm, "ann"))

    async def edit(self) -> None:
        said = await self._execute("edit", version=1, spec=spec(agent="2").model_dump(mode="json"))
        assert said["version"] == 2

    async def withdraw(self) -> None:
        away = appending.Withdrawal(self.spoken_of, self.people[::2], "ann")
        await self.ledgers[0].write(appending.withdraw, away)

    async def settle(self) -> None:
        settled = await self.ledgers[0].write(settle, Settlement(self.spoken_of, None, None, "ann"))
        assert settled == HELD

    def hold(self) -> None:
        """Let the calls to the first few people be lost: how they ended is not known."""
        first = sa.select(contacts.c.id, contacts.c.identity).where(contacts.c.campaign_id == self.spoken_of)
        for person in self.shop.beside(first.order_by(contacts.c.id).limit(HELD)):
            id_ = self.shop.reserve(self.spoken_of, person.id, person.identity)
            assert id_ is not None
            assert self.shop.submit(id_)
            assert self.shop.record(id_, AttemptState.ACCEPTED)
            assert self.shop.do(conclude, Silence(id_, AttemptState.LOST))
            self.held.append(id_)

    def stop(self) -> None:
        """Have the campaign paused beforehand."""
        assert self.shop.do(control, Control(self.spoken_of, CampaignState.PAUSED, "ann"))

    def never(self, row: sa.Row[Any], late: bool) -> bool:
        """Nobody of the campaign is called after it was said."""
        return late

    def under_the_old_file(self, row: sa.Row[Any], late: bool) -> bool:
        return late and row.version == 1

    def of_who_was_taken_off(self, row: sa.Row[Any], late: bool) -> bool:
        return late and row.number in {person.phones[0].e164 for person in self.people[::2]}

    def before_it(self, row: sa.Row[Any], late: bool) -> bool:
        return not late

    def twice(self, row: sa.Row[Any], late: bool) -> bool:
        """Who was called is not called again, though a list brings them again."""
        again = row.number in self.called
        self.called.add(row.number)
        return again

    def of_the_copy(self, row: sa.Row[Any], late: bool) -> bool:
        return int(row.campaign_id) != self.spoken_of

    def of_who_is_held(self, row: sa.Row[Any], late: bool) -> bool:
        return not late and row.number in {person.phones[0].e164 for person in self.people[:HELD]}


@dataclass(frozen=True, slots=True)
class Said:
    """A control: the event that is kept of it, how it is said, which intents it forbids, and what is done before."""

    what: str
    say: Callable[[Round], Awaitable[None]]
    forbids: Callable[[Round, sa.Row[Any], bool], bool] = Round.never
    prepare: Callable[[Round], None] = lambda _: None


CONTROLS: dict[str, Said] = {
    "pause": Said("paused", Round.pause),
    "resume": Said("running", Round.resume, Round.before_it, Round.stop),
    "cancel": Said("cancelled", Round.cancel),
    "rule change": Said("closed", Round.close),
    "edit": Said("edited", Round.edit, Round.under_the_old_file),
    "withdraw": Said("withdrawn", Round.withdraw, Round.of_who_was_taken_off),
    "append": Said("appended", Round.append, Round.twice),
    "clone": Said("cloned", Round.clone, Round.of_the_copy),
    "settle": Said("settled", Round.settle, Round.of_who_is_held, Round.hold),
}
GOES_ON = {"resume", "edit", "withdraw", "append", "clone", "settle"}
"""After these the campaign goes on calling whom it may."""
SILENT = {"resume"}
"""Before these nobody of it is called."""


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
    spoken_of, bystander = shop.campaign(f"spoken {nth}", people), shop.campaign(f"bystander {nth}", others)
    now, control = Round(shop, ledgers, spoken_of, bystander, people), CONTROLS[name]
    control.prepare(now)
    over, intents = asyncio.Event(), asyncio.Semaphore(0)
    load = [asyncio.create_task(call(ledgers[task % len(ledgers)], shop, over, intents)) for task in range(TASKS)]
    for _ in range(rnd.randrange(LATEST)):
        await intents.acquire()
    await asyncio.sleep(rnd.uniform(0, JITTER_S))
    await control.say(now)
    await asyncio.sleep(AFTERWARDS_S)
    over.set()
    await asyncio.gather(*load)
    count(now, control, found)
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
                if await ledger.write(submit_by_id, id_):
                    intents.release()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), 0.001)


def count(now: Round, control: Said, found: Found) -> None:
    last = sa.select(events.c.at).where(events.c.what == control.what).order_by(events.c.id.desc()).limit(1)
    (said,) = now.shop.beside(last)
    for row in now.shop.beside(sa.select(attempts).where(attempts.c.campaign_id >= now.spoken_of)):
        if row.intent_at is None or row.id in now.held:
            continue
        late, mine = row.intent_at > said.at, row.campaign_id != now.bystander
        forbidden = mine and control.forbids(now, row, late)
        found.after += forbidden
        found.before += mine and not late
        found.went_on += mine and late and not forbidden
        found.others_after += late and not mine


def tidy(now: Round) -> None:
    """End the round's calls and campaigns by hand, so that the next one has the account's room to itself."""
    now.shop.sql(attempts.delete().where(attempts.c.state == AttemptState.RESERVED))
    now.shop.sql(attempts.update().values(state=AttemptState.ENDED, result=Result.HUMAN))
    for campaign_id in (now.spoken_of, now.bystander):
        now.shop.do(control, Control(campaign_id, CampaignState.CANCELLED, "test"))
    now.shop.do(closing.open_place, closing.Opening("US-LA", "test"))
