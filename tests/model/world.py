"""A world at rest: a platform, a ledger with two campaigns that share people, a judge; and what people say to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.leads.lead import Lead, ListInfo
from campaigns.leads.packed import pack
from campaigns.ledger import appending, callbacks, campaigns, controls, forgetting, loading, settling, suppressing
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import attempts, contacts, rows
from campaigns.ledger.tables import campaigns as campaigns_table
from campaigns.ledger.tallies import differences
from campaigns.vocabulary import CampaignState, ContactState, Reason, Result
from dialer import changes
from dialer.feeder import AccountLimit
from tests.integration.shop import WORLD, lead, number, spec
from tests.model import watch
from tests.model.anew import undecided
from tests.model.judge import Judge, Someone, Terms
from tests.model.ledger import LocalLedger
from tests.model.platform import TruePlatform
from tests.model.virtual import VirtualClock

ACCOUNT = "default"
WORLDS = {ACCOUNT: WORLD}
NEW_YORK, LOS_ANGELES = ("America/New_York", "NY"), ("America/Los_Angeles", "CA")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LATECOMERS = 8
"""People who are in no list yet."""
EDITS: Mapping[str, Sequence[Any]] = {
    "hours": [(8, 21), (10, 15), (13, 14), (15, 20)],
    "at_once": [1, 3, 50],
    "retries": [{"attempts": 1}, {"attempts": 2, "no_answer": "20m"}, {"attempts": 4, "busy": "6h"}],
    "voice": [", warm", ", brisk"],
}
"""What an edited file may say otherwise than the first one, by field of ``Size``."""
CHUNK, BETWEEN_CHUNKS_S = 4, 1.0
"""How many are decided anew at a time, and how long others may do their work then: often, and long."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many people, and what binds their calls; of three people one is in both campaigns.

    ``voice`` is that of the campaign's own agent who calls.
    """

    people: int = 9
    at_once: int = 3
    account_at_once: int = 4
    hours: tuple[int, int] = (9, 20)
    per_number: int = 2
    pace: float = 100.0
    retries: Mapping[str, Any] = field(default_factory=lambda: {"attempts": 3})
    voice: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def terms(self, name: str) -> Terms:
        return Terms(self.hours, self.at_once, self.per_number, self.retries["attempts"], name + self.voice)

    def campaign(self, name: str) -> dict[str, Any]:
        """The values of the file of the campaign of this name."""
        return {
            "agent": name + self.voice,
            "retries": self.retries,
            "hours": dict.fromkeys(DAYS, f"{self.hours[0]:02}:00-{self.hours[1]}:00"),
            "pace": {"per_second": self.pace, "at_once": self.at_once},
            "caps": {"per_number_24h": self.per_number},
            **self.values,
        }


def person(n: int) -> Lead:
    """The nth person: every second has two numbers, every third lives in Los Angeles."""
    zone, state = LOS_ANGELES if n % 3 == 0 else NEW_YORK
    numbers = (number(n), f"+1646{5_550_000 + n}") if n % 2 == 0 else (number(n),)
    return lead(n, *numbers, zones=(zone,), state=state)


class World:
    """Two campaigns of one account; the judge ``hear``s of every change."""

    def __init__(self, engine: sa.Engine, clock: VirtualClock, platform: TruePlatform, size: Size) -> None:
        self.engine, self.clock, self.platform, self.size = engine, clock, platform, size
        self.ledger = LocalLedger(engine, clock, lambda: None)
        self.limits = {ACCOUNT: AccountLimit(size.pace, size.account_at_once)}
        everybody = [person(n) for n in range(1, size.people + 1)]
        later = [person(size.people + n) for n in range(1, LATECOMERS + 1)]
        known = [Someone(tuple(phone.e164 for phone in each.phones), each.zones) for each in (*everybody, *later)]
        people = {to: someone for someone in known for to in someone.numbers}
        names = ("spring", "autumn")
        terms = {(nth, 1): size.terms(name) for nth, name in enumerate(names, 1)}
        self.judge = Judge(terms, size.account_at_once, people)
        self.read = 0
        halves = (everybody[: size.people * 2 // 3], everybody[size.people // 3 :])
        self.campaigns = [self._campaign(name, half) for name, half in zip(names, halves, strict=True)]
        self.hear()

    def _campaign(self, name: str, people: Sequence[Lead]) -> int:
        file = spec(**self.size.campaign(name))  # its agents are its own, so each has a history of its own
        made = campaigns.NewCampaign(name, file, WORLD, str(file.agent), None)
        (campaign_id,) = self.ledger.do(campaigns.create, made)
        self.load(campaign_id, people, "1")
        self.ledger.do(controls.control, controls.Control(campaign_id, CampaignState.RUNNING, "ann"))
        return int(campaign_id)

    def load(self, campaign_id: int, people: Sequence[Lead], sha256: str, *, update: bool = False) -> None:
        info = ListInfo(f"{sha256}.csv", sha256, None, 1, "utf-8", ",", people[0].columns)
        (state,) = self.ledger.do(loading.open_list, loading.NewList(campaign_id, info, len(people)))
        if not state.complete:
            chunk = loading.Chunk(campaign_id, state.list_id, [pack(people)], skip_recent=False, update=update)
            self.ledger.do(loading.load, chunk)
            self.ledger.do(loading.close_list, state.list_id)
            self.read += len(people)

    # what people say; each answers whether it was allowed

    def pause(self, campaign_id: int) -> bool:
        return self._say(campaign_id, CampaignState.PAUSED)

    def resume(self, campaign_id: int) -> bool:
        if self.state(campaign_id) != CampaignState.PAUSED:
            return False
        return self._say(campaign_id, CampaignState.RUNNING)

    def cancel(self, campaign_id: int) -> bool:
        return self._say(campaign_id, CampaignState.CANCELLED)

    def close(self, campaign_id: int) -> bool:
        """As a run of a campaign for cron does at its end, and ``open`` at the beginning of the next."""
        return self._say(campaign_id, CampaignState.WAITING)

    def open(self, campaign_id: int) -> bool:
        if self.state(campaign_id) != CampaignState.WAITING:
            return False
        return self._say(campaign_id, CampaignState.RUNNING)

    def _say(self, campaign_id: int, to: CampaignState) -> bool:
        return self._try(controls.control, controls.Control(campaign_id, to, "ann", Reason.OPERATOR))

    async def edit(self, ledger: LocalLedger, campaign_id: int, otherwise: Mapping[str, Any]) -> None:
        """``dialer edit`` with a file that differs so from the first one; the process whose ledger it is may die of it.

        The same again is what people do after that.
        """
        if self.state(campaign_id) == CampaignState.CANCELLED:
            return
        (row,) = self.select(sa.select(campaigns_table).where(campaigns_table.c.id == campaign_id))
        size = replace(self.size, **otherwise)
        terms = self.judge.terms[campaign_id, row.version + 1] = size.terms(row.name)
        file = spec(**size.campaign(row.name)).model_dump(mode="json")
        slowly = patch("dialer.changes.BETWEEN_CHUNKS_S", BETWEEN_CHUNKS_S)
        with patch("campaigns.ledger.editing.CHUNK", CHUNK), slowly:
            said = await changes.edit(ledger, row.name, row.version, file, "ann")  # type: ignore[arg-type]
        new = {key.partition(".")[0] for key in said["changed"]} or {*size.campaign(row.name)}
        people = self.select(sa.select(contacts).where(contacts.c.campaign_id == campaign_id))
        self.judge.faults += undecided(people, self.attempts(), terms, self.clock.now(), new)

    def suppress(self, to: str, scope: str = GLOBAL) -> bool:
        self._try(suppressing.suppress, suppressing.Suppression(to, scope, "", "ann"))
        self.judge.barred[to, scope] += 1
        return True

    def append(self, campaign_id: int, people: Sequence[Lead]) -> bool:
        """A list with these people, some of whom may be there already."""
        if self.state(campaign_id) == CampaignState.CANCELLED:
            return False
        self.load(campaign_id, people, f"{campaign_id}-{self.read}", update=True)
        return self._try(controls.reopen, (campaign_id, "ann"))

    def withdraw(self, campaign_id: int, someone: Lead) -> bool:
        self._try(appending.withdraw, appending.Withdrawal(campaign_id, [someone], "ann"))
        here = (contacts.c.campaign_id == campaign_id) & (contacts.c.identity == someone.phones[0].e164)
        if any(row.withdrawn for row in self.select(sa.select(contacts.c.withdrawn).where(here))):
            self.judge.withdrawn.add((campaign_id, someone.phones[0].e164))
        return True

    def settle(self, campaign_id: int, to: str | None, result: Result | None) -> bool:
        return self._try(settling.settle, settling.Settlement(campaign_id, to, result, "ann"))

    def call_back(self, contact_id: int, when: str) -> bool:
        if contact_id not in self.judge.states["contact"]:
            return False
        return self._try(callbacks.call_back, callbacks.Callback(contact_id, when, "ann"))

    def forget(self, to: str) -> bool:
        """Erase a person; refused while they may be on the phone."""
        return self._try(forgetting.forget, forgetting.Wish(to, "ann"))

    def _try(self, operation: Callable[..., Any], item: Any) -> bool:
        try:
            (said,) = self.ledger.do(operation, item)
        except NotAllowed:
            return False
        finally:
            self.hear()
        return bool(said)

    # what is seen of it

    def state(self, campaign_id: int) -> str | None:
        return self.judge.states["campaign"][campaign_id]

    def select(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self.engine.connect() as conn:
            return conn.execute(statement).all()

    def hear(self) -> list[str]:
        """Let the judge hear what happened; every fault so far."""
        with self.engine.begin() as conn:
            self.judge.hear(watch.drain(conn))
        self.judge.received(self.platform.requests)
        return self.judge.faults

    def account(self) -> list[str]:
        """The same, and rows in are accounted for, and counted right."""
        self.hear()
        with self.engine.connect() as conn:
            self.judge.faults += [f"miscounted: {each}" for each in differences(conn)]
        verdicts = self.select(sa.select(rows.c.verdict, sa.func.count()).group_by(rows.c.verdict))
        ((people,),) = self.select(sa.select(sa.func.count()).select_from(contacts))
        self.judge.rows([(row[0], row[1]) for row in verdicts], self.read, people)
        return self.judge.faults

    def held(self) -> Sequence[sa.Row[Any]]:
        return self.select(sa.select(contacts).where(contacts.c.state == ContactState.HELD))

    def attempts(self) -> Sequence[sa.Row[Any]]:
        return self.select(sa.select(attempts).order_by(attempts.c.id))

    def last_ref(self, contact_id: int) -> str:
        """The reference of a contact's last attempt."""
        mine = sa.select(attempts.c.ref).where(attempts.c.contact_id == contact_id)
        return str(self.select(mine.order_by(attempts.c.id.desc()).limit(1))[0].ref)
