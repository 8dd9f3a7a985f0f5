"""Due contacts → reserved attempts → rings (DESIGN §4.1).

``feed`` is one batch operation of the ledger: what it counts, decides and reserves is one transaction, so calls at once
and calls a day are exact over all workers. Clients, then campaigns, take turns at the account's room; who of a campaign
is called first says ``rules.order``, within what one walk along the index brings.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.calls import tries_of
from campaigns.ledger.campaigns import parse_stored, rules_of
from campaigns.ledger.controls import pause
from campaigns.ledger.gates import GATED
from campaigns.ledger.ledger import Ledger, Tx
from campaigns.ledger.lookups import ahead, asking
from campaigns.ledger.moves import Reservation, calls_today, exclude_contacts, expire_contacts, move_contacts, reserve
from campaigns.ledger.people import histories, numbers_of, person_of_contact
from campaigns.ledger.pool import assign
from campaigns.ledger.queries import day_frees
from campaigns.ledger.registries import active, outdated
from campaigns.ledger.rooms import Rooms
from campaigns.ledger.tables import OPEN, accounts, attempts, campaigns, contacts
from campaigns.ledger.waiting import due, first_due
from campaigns.rules.callbacks import told
from campaigns.rules.decide import decide_all
from campaigns.rules.facts import Decision
from campaigns.rules.lifetime import Lifetime
from campaigns.rules.order import Urgency, urgency
from campaigns.rules.spacing import Spacing
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason
from dialer.clock import Clock
from dialer.queue import Bell
from dialer.turns import Claim, Turns

TICK_S = 0.1
HORIZON_S = 1.0
"""How far ahead attempts are reserved, in real seconds: enough to keep every worker busy between two ticks."""
LOOK_AT_LEAST, LOOK = 100, 500
"""How many due contacts are read at once: a quarter more than there is room for, within these bounds."""
LOOK_AT_MOST = 4000
"""How many due contacts one campaign is looked through for in one transaction; the rest is for the next tick."""

_RUNNING: sa.Select[Any] = (
    sa.select(campaigns, accounts.c.not_before, *GATED)
    .join(accounts, accounts.c.name == campaigns.c.account, isouter=True)
    .where(campaigns.c.state == CampaignState.RUNNING)
    .order_by(campaigns.c.id)
)
_KINDS = (attempts.c.account, attempts.c.campaign_id, attempts.c.state)
_COUNTS = sa.select(*_KINDS, sa.func.count()).where(OPEN).group_by(*_KINDS)


@dataclass(frozen=True, slots=True)
class AccountLimit:
    """What all campaigns of an account share: starts and pages of history per clock second, and calls at once."""

    per_second: float
    at_once: int
    pages_per_second: float = 1.0


@dataclass(frozen=True, slots=True)
class Order:
    """One tick's wish: feed the running campaigns of these accounts whose world is the given one.

    ``turns`` remembers who was served, ``horizon`` is ``HORIZON_S`` in clock time.
    """

    worlds: Mapping[str, str]
    limits: Mapping[str, AccountLimit]
    horizon: timedelta
    turns: Turns


@dataclass(frozen=True, slots=True)
class Fed:
    """What a tick did: reserved attempts by account, how many attempts are open in all, how many due contacts it looked
    at, and the next instant anything is due.
    """

    reserved: dict[str, list[int]]
    open: int
    looked: int
    next_due: datetime | None


def feed(tx: Tx, orders: Sequence[Order]) -> list[Fed]:
    """Reserve what may be called now, and move what may not to its next instant."""
    return [_feed(tx, order) for order in orders]


def _feed(tx: Tx, order: Order) -> Fed:
    running = tx.conn.execute(_RUNNING).all()
    mine = [row for row in running if order.worlds.get(row.account) == row.world]
    room = _Room(tx, order, mine)
    reserved: dict[str, list[int]] = {}
    looked = 0
    for account in dict.fromkeys(row.account for row in mine):
        rows = [row for row in mine if row.account == account and (row.not_before is None or row.not_before <= tx.now)]
        if rows:
            reserved[account], more = _feed_account(tx, account, rows, room)
            looked += more
    return Fed(reserved, room.open, looked, _next_due(tx, mine, room))


def _feed_account(tx: Tx, account: str, rows: Sequence[sa.Row[Any]], room: _Room) -> tuple[list[int], int]:
    """Let the account's campaigns take turns at its room until it is full or nobody is left to call."""
    hungry = {Claim(account, row.client, row.id, parse_stored(row.spec).order.weight): row for row in rows}
    turns, ids, looked = room.order.turns, list[int](), 0
    while hungry and (left := room.of_account(account)) > 0:
        claim = turns.next([*hungry])
        share = max(1, left // len(hungry))
        served, more = _feed_campaign(tx, hungry[claim], room, share)
        turns.took(claim, len(served))
        ids += served
        looked += more
        if len(served) < share:
            del hungry[claim]
    return ids, looked


def _next_due(tx: Tx, mine: Sequence[sa.Row[Any]], room: _Room) -> datetime | None:
    instants = []
    for row in mine:
        first = first_due(tx.conn, row.id)
        if first is not None:
            instants.append(max(first, row.not_before or first, day_frees(tx.conn, row, tx.now) or first,
                                room.gates.frees_at(row) or first))  # fmt: skip
    return min(instants, default=None)


class _Room:
    """How many more attempts may be open, counted from rows."""

    def __init__(self, tx: Tx, order: Order, mine: Sequence[sa.Row[Any]]) -> None:
        self.order = order
        self._counts = [tuple(row) for row in tx.conn.execute(_COUNTS)]
        self.gates = Rooms(tx, mine, self._counts)

    @property
    def open(self) -> int:
        return sum(count for *_, count in self._counts)

    def of(self, row: sa.Row[Any], spec: Spec) -> int:
        """The room of one campaign: calls at once and pace, its own and its account's."""
        horizon_s = self.order.horizon.total_seconds()
        return min(
            self.of_account(row.account),
            spec.pace.at_once - self.count(campaign=row.id),
            max(1, math.ceil(spec.pace.per_second * horizon_s)) - self.count(campaign=row.id, reserved=True),
        )

    def of_account(self, account: str) -> int:
        """The room of all campaigns of an account."""
        limit, horizon_s = self.order.limits[account], self.order.horizon.total_seconds()
        return min(
            limit.at_once - self.count(account=account),
            max(1, math.ceil(limit.per_second * horizon_s)) - self.count(account=account, reserved=True),
            self.gates.of_account(account, limit.at_once),
        )

    def take(self, row: sa.Row[Any], count: int) -> None:
        self._counts.append((row.account, row.id, AttemptState.RESERVED, count))
        self.gates.take(row, count)

    def count(self, account: str | None = None, campaign: int | None = None, reserved: bool = False) -> int:
        return sum(
            count
            for of_account, of_campaign, state, count in self._counts
            if of_account == (account or of_account)
            and of_campaign == (campaign or of_campaign)
            and (not reserved or state == AttemptState.RESERVED)
        )


def _feed_campaign(tx: Tx, row: sa.Row[Any], room: _Room, share: int) -> tuple[list[int], int]:
    spec = parse_stored(row.spec)
    space = min(share, room.of(row, spec))
    if row.per_day:
        space = min(space, row.per_day - calls_today(tx, [row.id])[row.id] - room.count(campaign=row.id, reserved=True))
    space = int(min(space, room.gates.of_campaign(row))) if space > 0 else 0
    ids: list[int] = []
    looked = 0
    while len(ids) < space and looked < LOOK_AT_MOST:
        found = due(tx.conn, row.id, tx.now, min(LOOK, max(space + space // 4, LOOK_AT_LEAST)))
        if not found:
            break
        if problem := _outdated(tx, found):
            pause(tx, row.id, Reason.REGISTRY_OLD, problem)
            break
        looked += len(found)
        ids += _decide(tx, row, spec, found, space - len(ids))
        if row.lookup_budget is not None:
            looked = len(ids)  # whoever need not be looked up yet stays due: looking again at once would find the same
            break
    room.take(row, len(ids))
    return ids, looked


def _decide(tx: Tx, row: sa.Row[Any], spec: Spec, due: Sequence[sa.Row[Any]], space: int) -> list[int]:
    rules = rules_of(tx.conn, row, tx.now)
    look_ups = max(0, ahead(spec.pace.per_second) - asking(tx.conn, row.id)) if rules.look_up else 0
    known = histories(tx.conn, due, row, rules, tx.now)
    asked = [(person_of_contact(contact), known[contact.id]) for contact in due]
    allowed: list[tuple[sa.Row[Any], datetime]] = []
    waiting: dict[Decision, list[int]] = {}
    for contact, (_, history), decision in zip(due, asked, decide_all(asked, rules, tx.now), strict=True):
        if contact.not_before or contact.expires_at:
            decision = Lifetime(contact.not_before, contact.expires_at).bound(decision, tx.now)
        if last := max((call.at for call in history.calls if call.number), default=None):
            # Another campaign called this number just now: the two calls' records could be mixed up.
            window = Spacing(last, spec.engine.match_window, Reason.NUMBER_BUSY)
            decision = window.kept(decision, tx.now)
        if not decision.allowed:
            if decision.reason is Reason.UNDECIDED_TYPE and decision.next_at:
                if len(allowed) >= space or not look_ups:
                    continue
                look_ups -= 1
            waiting.setdefault(told(decision, called_back=contact.callback_at is not None), []).append(contact.id)
        elif decision.until is not None:
            allowed.append((contact, decision.until))
    for decision, ids in waiting.items():
        _wait(tx, ids, decision)
    turn = _first(tx, spec, allowed, space)
    agents = assign(tx, row, spec, [contact for contact, _ in turn])
    chosen = [
        Reservation(contact.id, row.id, row.account, agents[contact.id], person_of_contact(contact).number,
                    row.version, until)
        for contact, until in turn if contact.id in agents
    ]  # fmt: skip
    return [id_ for id_ in reserve(tx, chosen) if id_ is not None]


def _first(
    tx: Tx, spec: Spec, allowed: list[tuple[sa.Row[Any], datetime]], space: int
) -> list[tuple[sa.Row[Any], datetime]]:
    """Of these contacts, and the ends of their windows, those whose turn comes first, as many as there is space for."""
    if len(allowed) > space:
        tries, best = tries_of(tx.conn, [contact.id for contact, _ in allowed]), spec.order.best

        def turn(each: tuple[sa.Row[Any], datetime]) -> Urgency:
            contact, until = each
            tried = tries.get(contact.id, 0)
            return urgency(contact.priority, until, contact.next_at, contact.zones, best, tried, contact.id, tx.now)

        allowed.sort(key=turn)
    return allowed[:space]


def _outdated(tx: Tx, due: Sequence[sa.Row[Any]]) -> str | None:
    """What is wrong with the copy of a registry that one of these people would have to be looked for in."""
    old = outdated(active(tx.conn), tx.now)
    numbers = (number for contact in due for number in numbers_of(contact))
    first = next((number for number in numbers if number.startswith(tuple(old))), None)
    return next((problem for prefix, problem in old.items() if first and first.startswith(prefix)), None)


def _wait(tx: Tx, ids: list[int], decision: Decision) -> None:
    assert decision.reason is not None  # a refusal says why
    if decision.next_at is not None:
        move_contacts(tx, ids, ContactState.READY, ContactState.READY, decision.reason, decision.next_at)
    elif decision.reason in (Reason.CAMPAIGN_ENDED, Reason.LEAD_EXPIRED):
        expire_contacts(tx, ids, decision.reason)
    else:
        exclude_contacts(tx, contacts.c.id.in_(ids), decision.reason)


class Feeder:
    """The loop that feeds, every tick or when woken; at a rehearsal's pauses it moves the clock on."""

    def __init__(
        self, ledger: Ledger, clock: Clock, bell: Bell, worlds: Mapping[str, str],
        limits: Mapping[str, AccountLimit], idle: Callable[[datetime], None] | None,
    ) -> None:  # fmt: skip
        """``idle`` is told the next due instant when nothing is open and nothing is due: a rehearsal jumps there."""
        self._ledger, self._clock, self._bell = ledger, clock, bell
        self._worlds, self._limits, self._idle = worlds, limits, idle
        self._awake = asyncio.Event()
        self._turns = Turns()

    def wake(self) -> None:
        """Feed now instead of at the next tick: a call has ended."""
        self._awake.set()

    async def tick(self) -> Fed:
        """Feed once and ring for what was reserved."""
        horizon = timedelta(seconds=HORIZON_S * self._clock.speed)
        fed = await self._ledger.write(feed, Order(self._worlds, self._limits, horizon, self._turns))
        for account, ids in fed.reserved.items():
            await self._bell.ring(ids, size=math.floor(self._limits[account].per_second * self._clock.speed))
        if self._idle and not fed.open and not fed.looked and fed.next_due and fed.next_due > self._clock.now():
            self._idle(fed.next_due)
        return fed

    async def run(self) -> None:
        """Tick for ever; at once after a full look, and early where somebody is due before the next tick."""
        while True:
            self._awake.clear()
            fed = await self.tick()
            if fed.looked < LOOK:
                left_s = self._clock.real_s(fed.next_due - self._clock.now()) if fed.next_due else TICK_S
                with contextlib.suppress(TimeoutError):  # wait_for can swallow a cancellation on Python 3.11
                    async with asyncio.timeout(left_s if 0 < left_s < TICK_S else TICK_S):
                        await self._awake.wait()
