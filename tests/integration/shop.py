"""What the tests of the ledger and the engine are built with: a clock moved by hand, a ledger, people, a platform."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from aiohttp import web
from pydantic import SecretStr

from campaigns.leads.lead import Column, Lead, ListInfo, Phone
from campaigns.leads.packed import pack
from campaigns.ledger import campaigns, controls, loading
from campaigns.ledger.ledger import Ledger, Tx, connect
from campaigns.ledger.migrate import migrate
from campaigns.ledger.moves import Intent, Reservation, Submitted, reserve, submit
from campaigns.ledger.observations import Observation, Silence, conclude, observe
from campaigns.ledger.outcomes import Outcome, record
from campaigns.ledger.tables import accounts, attempts, contacts, events
from campaigns.ledger.tables import campaigns as campaigns_table
from campaigns.ledger.tallies import differences, mend
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState, CampaignState, PhoneType, Result, Verdict
from dialer.feeder import AccountLimit, Fed, Order, feed
from dialer.providers.callfluent.account import CallFluentAccount as Account
from dialer.providers.switchboard import Switchboard
from dialer.turns import Turns
from tests.agreed import CONSENT

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday noon in New York."""

WORLD = "https://platform.test/api"
ROOMY = AccountLimit(per_second=100.0, at_once=1000)
MARGIN = timedelta(seconds=5)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class Clock:
    """Stands still until a test moves it; who sleeps moves it, too."""

    at: datetime = NOON
    speed: float = 1.0
    slept: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by

    def real_s(self, duration: timedelta) -> float:
        return duration.total_seconds() / self.speed

    async def sleep(self, duration: timedelta) -> None:
        if duration > timedelta(0):
            self.slept.append(duration)
            self.at += duration


def number(n: int) -> str:
    """The nth number of New York."""
    return f"+1212555{n:04}"


def lead(row: int, *numbers: str, **values: Any) -> Lead:
    """An accepted row of somebody in New York."""
    phones = tuple(
        Phone(one, "US", (PhoneType.LANDLINE, PhoneType.MOBILE), ("America/New_York",))
        for one in numbers or (number(row),)
    )
    fields: dict[str, str] = values.pop("fields", {"name": "Ann"})
    columns = (*(Column(header, None, "") for header in fields), Column("phone", "phone", ""))
    fresh: dict[str, Any] = {
        "verdict": Verdict.ACCEPTED, "reason": None, "detail": "", "suggestion": "",
        "cells": (*fields.values(), phones[0].e164), "columns": columns, "phones": phones,
        "zones": ("America/New_York",), "zone_source": "number", "state": "NY",
    }  # fmt: skip
    return Lead(row, **(fresh | values))


def spec(**values: Any) -> Spec:
    """A campaign that may call all day long, fast; ``values`` as the campaign file has them."""
    fresh = {
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-21:00"),
        "pace": {"per_second": 100, "at_once": 1000},
        "leads": {"running": "call"},
        "consent": CONSENT,
    }
    return Spec.model_validate(fresh | values)


def intents(conn: sa.Connection, ids: Sequence[int]) -> list[Intent]:
    """The wishes to send the attempts that have these ids now."""
    known = sa.select(attempts.c.id, attempts.c.ref).where(attempts.c.id.in_(ids))
    refs = dict(tuple(row) for row in conn.execute(known))
    return [Intent(id_, refs.get(id_, ""), MARGIN) for id_ in ids]


def submit_by_id(tx: Tx, ids: Sequence[int]) -> list[Submitted | None]:
    """``submit`` for those who know but ids."""
    return submit(tx, intents(tx.conn, ids))


class Shop:
    """A migrated ledger with a clock, and shortcuts that go through the ledger's own operations."""

    def __init__(self, url: str) -> None:
        self.url, self.clock, self.turns = url, Clock(), Turns()
        migrate(url, self.clock.now())
        self.ledger = Ledger(url, self.clock.now)
        self.engine = connect(url)

    def close(self) -> None:
        self.ledger.close()
        self.engine.dispose()

    def do(self, operation: Any, item: Any) -> Any:
        """One batch operation, committed."""
        return self.ledger.write_now(operation, item)

    def beside(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        """What a second connection sees."""
        with self.engine.connect() as conn:
            return conn.execute(statement).all()

    def sql(self, statement: Any) -> None:
        """A statement by hand, past all our code; what it inserts or deletes is counted afterwards."""
        with self.engine.begin() as conn:
            conn.execute(statement)
        if isinstance(statement, (sa.Insert, sa.Delete)):
            self.do(mend, self.ledger.read_now(differences))

    def campaign(
        self, name: str = "spring", people: Sequence[Lead] = (), *, state: CampaignState = CampaignState.RUNNING,
        account: str = "default", agent: str = "1", world: str = WORLD, **values: Any,
    ) -> int:  # fmt: skip
        """A campaign with these people; ``values`` are its file's."""
        made = campaigns.NewCampaign(name, spec(account=account, **values), world, agent, None)
        campaign_id: int = self.do(campaigns.create, made)
        if people:
            self.load(campaign_id, people)
        self.to(campaign_id, state)
        return campaign_id

    def load(self, campaign_id: int, people: Sequence[Lead], sha256: str = "1", skip_recent: bool = False) -> int:
        return self.loaded(campaign_id, people, sha256, skip_recent=skip_recent).added

    def loaded(
        self, campaign_id: int, people: Sequence[Lead], sha256: str = "1", *, file: str = "leads.csv",
        skip_recent: bool = False, update: bool = False,
    ) -> loading.Loaded:  # fmt: skip
        info = ListInfo(file, sha256, None, 1, "utf-8", ",", people[0].columns)
        list_id = self.do(loading.open_list, loading.NewList(campaign_id, info, len(people))).list_id
        chunk = loading.Chunk(campaign_id, list_id, [pack(people)], skip_recent, update)
        said: loading.Loaded = self.do(loading.load, chunk)
        self.ledger.read_now(loading.account, list_id)
        self.do(loading.close_list, list_id)
        return said

    def to(self, campaign_id: int, state: CampaignState) -> None:
        if state is not CampaignState.WAITING:
            self.do(controls.control, controls.Control(campaign_id, state, "test"))

    def order(self, limit: AccountLimit = ROOMY, horizon_s: float = 2.0) -> Order:
        names = ("default", "other", "keyless")
        return Order(dict.fromkeys(names, WORLD), dict.fromkeys(names, limit), timedelta(seconds=horizon_s), self.turns)

    def feed(self, **values: Any) -> Fed:
        fed: Fed = self.do(feed, self.order(**values))
        return fed

    def reserve(self, campaign_id: int, contact_id: int, to: str, **values: Any) -> int | None:
        row = self.campaign_row(campaign_id)
        fresh = {"version": row.version, "callable_until": self.clock.now() + HOUR}
        wish = Reservation(contact_id, campaign_id, row.account, row.agent, to, **(fresh | values))
        attempt_id: int | None = self.do(reserve, wish)
        return attempt_id

    def submit(self, attempt_id: int) -> bool:
        return self.do(submit_by_id, attempt_id) is not None

    def record(self, attempt_id: int, to: AttemptState, **values: Any) -> bool:
        moved: bool = self.do(record, Outcome(attempt_id, to, **values))
        return moved

    def observe(self, attempt_id: int, result: Result) -> None:
        """The platform's record of the call says this."""
        assert self.do(observe, Observation(attempt_id, "default", f"c{attempt_id}", result))

    def sent(self, campaign_id: int, to: AttemptState = AttemptState.SUBMITTED) -> list[int]:
        """Feed, and bring everything that is reserved to ``to``; the attempts' ids."""
        ids = [id_ for group in self.feed().reserved.values() for id_ in group]
        assert all(self.submit(id_) for id_ in ids)
        if to is not AttemptState.SUBMITTED:
            assert all(self.record(id_, to) for id_ in ids)
        return ids

    def in_state(self, state: AttemptState, name: str = "spring", row: int = 1) -> int:
        """An attempt of one person, brought to ``state`` by the ledger's own moves."""
        campaign_id = self.campaign(name, [lead(row)])
        id_ = self.reserve(campaign_id, self.contacts()[-1].id, number(row))
        assert id_ is not None
        if state is AttemptState.RESERVED:
            return id_
        assert self.submit(id_)
        via = {AttemptState.UNRESOLVED: AttemptState.UNKNOWN, AttemptState.LOST: AttemptState.ACCEPTED,
               AttemptState.ENDED: AttemptState.ACCEPTED}.get(state, state)  # fmt: skip
        if via is not AttemptState.SUBMITTED:
            assert self.record(id_, via)
        if state is AttemptState.ENDED:
            self.observe(id_, Result.HUMAN)
        elif via is not state:
            assert self.do(conclude, Silence(id_, state))
        assert self.attempt(id_).state == state, campaign_id
        return id_

    def attempt(self, attempt_id: int) -> sa.Row[Any]:
        return self.beside(sa.select(attempts).where(attempts.c.id == attempt_id))[0]

    def attempts(self) -> Sequence[sa.Row[Any]]:
        return self.beside(sa.select(attempts).order_by(attempts.c.id))

    def contacts(self) -> Sequence[sa.Row[Any]]:
        return self.beside(sa.select(contacts).order_by(contacts.c.id))

    def contact_of(self, attempt_id: int) -> sa.Row[Any]:
        mine = attempts.join(contacts, contacts.c.id == attempts.c.contact_id)
        return self.beside(sa.select(contacts).select_from(mine).where(attempts.c.id == attempt_id))[0]

    def campaign_row(self, campaign_id: int) -> sa.Row[Any]:
        return self.beside(sa.select(campaigns_table).where(campaigns_table.c.id == campaign_id))[0]

    def account(self, name: str = "default") -> sa.Row[Any]:
        return self.beside(sa.select(accounts).where(accounts.c.name == name))[0]

    def events(self) -> Sequence[sa.Row[Any]]:
        return self.beside(sa.select(events).order_by(events.c.id))


@contextmanager
def shop_at(url: str) -> Iterator[Shop]:
    """A shop that is closed afterwards; what the database counted by itself is then what its rows say."""
    shop = Shop(url)
    try:
        yield shop
        assert shop.ledger.read_now(differences) == []
    finally:
        shop.close()


class OddPlatform:
    """A platform over real HTTP that answers what a test wants: ``pages`` of history, ``place`` for make-call.

    Shapes as in seed 000: Agent §4 and §6, Call Services §1.
    """

    def __init__(self) -> None:
        self.pages: list[list[dict[str, Any]]] = []
        self.history_status = 200
        self.breaks_after: int | None = None
        self.read: list[int] = []
        self.placed: list[dict[str, Any]] = []
        self.place: Callable[[web.Request], Awaitable[web.StreamResponse]] = self._take
        self.port = 0

    async def _take(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"status": True, "data": []})

    async def _make_call(self, request: web.Request) -> web.StreamResponse:
        self.placed.append((await request.json())["data"])
        return await self.place(request)

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        page = int(request.query["page"])
        self.read.append(page)
        if self.breaks_after is not None and page > self.breaks_after:
            return web.json_response({"status": False, "error": "out of order"}, status=400)
        if self.history_status != 200:
            return web.json_response({"status": False, "error": "out of order"}, status=self.history_status)
        return web.json_response({"status": True, "data": self.pages[page - 1] if page <= len(self.pages) else []})

    async def _agent(self, request: web.Request) -> web.StreamResponse:
        agent = {"id": int(request.match_info["agent"]), "enable_voice_mail": True, "voice_mail_mode": 1}
        return web.json_response({"status": True, "data": {"agent": agent}})

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/api/call/make-call/{agent}", self._make_call)
        application.router.add_get("/api/agent/{agent}/calls", self._calls)
        application.router.add_get("/api/agent/get-one/{agent}", self._agent)
        return application

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def switchboard(self) -> Switchboard:
        return switchboard(self.address)


def switchboard(address: str) -> Switchboard:
    """Every account at one address; the one called "keyless" has no key."""
    account, keyless = Account(base_url=address, key=SecretStr("sandbox")), Account(base_url=address)
    return Switchboard(lambda name: keyless if name == "keyless" else account)


@asynccontextmanager
async def odd_platform() -> AsyncIterator[OddPlatform]:
    """The platform, served while the block runs."""
    platform = OddPlatform()
    runner = web.AppRunner(platform.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    platform.port = runner.addresses[0][1]
    try:
        yield platform
    finally:
        await runner.cleanup()


class Staged(Protocol):
    """A test's own stage, with a switchboard."""

    switchboard: Switchboard


Made = TypeVar("Made", bound=Staged)


@asynccontextmanager
async def shop_beside_odd_platform(url: str, make: Callable[[Shop, OddPlatform], Made]) -> AsyncIterator[Made]:
    """What ``make`` makes of a shop and the platform; its switchboard is closed afterwards."""
    async with odd_platform() as platform:
        with shop_at(url) as shop:
            made = make(shop, platform)
            yield made
            await made.switchboard.close()


def shown(to: str, at: datetime, status: str = "completed", call_id: int | None = 1, **also: Any) -> dict[str, Any]:
    """A call as the platform's history shows it."""
    fresh = {"id": call_id, "phone_number": to, "created_at": at.isoformat(), "status": status}
    return {name: value for name, value in (fresh | also).items() if value is not None}


class Sandbox:
    """The practice platform as a process of its own, in ``folder``."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._log = folder / "sandbox.jsonl"
        told = ["--state", str(folder / "sandbox"), "--sandbox-log", str(self._log), *options]
        command = [sys.executable, "-m", "dialer", "sandbox", "--port", "0", *told]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        assert "ready" in line, line
        self.address = line.split()[-1]

    def posts(self) -> list[dict[str, Any]]:
        """Every make-call it received."""
        lines = [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line.get("method") == "POST"]

    def numbers(self) -> list[str]:
        return [post["body"]["data"]["phone_number"] for post in self.posts()]

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=20)


@contextmanager
def sandbox(folder: Path, *options: str) -> Iterator[Sandbox]:
    """The practice platform, while the block runs."""
    started = Sandbox(folder, *options)
    try:
        yield started
    finally:
        started.stop()
