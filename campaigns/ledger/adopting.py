"""A ledger that went back in time: a backup was put in its place, or it was lost and its list is loaded again.

What happened since is not in it, but in the platform's history. Until that was asked the ledger is marked (``as_of``),
and nothing is dialed. What the copy had under way may have been sent since; calls that it knows nothing of are taken in
as attempts that were made, so that nobody is called again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.bulk import upsert
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import Reservation, move_contacts, new_attempt
from campaigns.ledger.observations import Observation, observe
from campaigns.ledger.outcomes import owners_of
from campaigns.ledger.people import numbers_of
from campaigns.ledger.tables import OPEN, attempts, campaigns, contacts, events, ledger
from campaigns.vocabulary import AttemptState, CampaignState, ContactState

TAKEN_IN = "taken in from the platform's history: the ledger was restored"
AT_A_TIME = 200
"""How many numbers one walk through all contacts looks for."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A call in an agent's history that belongs to no attempt of the ledger; ``seen`` is what its record says."""

    agent: str
    number: str
    at: datetime
    ref: str | None
    seen: Observation


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many calls were taken in, and how many are to numbers of which the ledger knows no lead."""

    taken_in: int
    of_unknown_origin: int


def last_instant(conn: sa.Connection) -> datetime | None:
    """When the ledger last wrote down that something happened; None for a new one."""
    sent = sa.select(attempts.c.intent_at).where(attempts.c.intent_at.is_not(None)).order_by(attempts.c.id.desc())
    said = sa.select(events.c.at).order_by(events.c.id.desc())
    found = [conn.execute(newest.limit(1)).scalar() for newest in (sent, said)]
    return max((at for at in found if at is not None), default=None)


def as_of(conn: sa.Connection) -> datetime | None:
    """The instant since which history must be asked before anything is dialed; None: there is nothing to ask."""
    at: datetime | None = conn.execute(sa.select(ledger.c.as_of)).scalar_one()
    return at


@dataclass(frozen=True, slots=True)
class Restored:
    """The ledger stands as it stood then; and who says so."""

    as_of: datetime
    who: str


def mark(tx: Tx, items: Sequence[Restored]) -> Sequence[Restored]:
    """Nothing is dialed before history was asked what happened since; an earlier mark stays."""
    for item in items:
        earlier = sa.or_(ledger.c.as_of.is_(None), ledger.c.as_of > item.as_of)
        tx.conn.execute(ledger.update().where(earlier).values(as_of=item.as_of))
        note(tx, None, item.who, "restored", f"as of {item.as_of:%F %T} UTC")
    return items


def doubt_all(tx: Tx, items: Sequence[None]) -> Sequence[None]:
    """Reserved and submitted → unknown: what the copy was about to send may have been sent since."""
    stale = OPEN & attempts.c.state.in_([AttemptState.RESERVED, AttemptState.SUBMITTED])
    sent = sa.func.coalesce(attempts.c.intent_at, attempts.c.reserved_at)
    tx.conn.execute(attempts.update().where(stale).values(state=AttemptState.UNKNOWN, intent_at=sent))
    return items


def lines(conn: sa.Connection) -> dict[tuple[str, str], sa.Row[Any]]:
    """Every account and agent by which this ledger called, or may call, with the newest campaign that uses them."""
    every = conn.execute(sa.select(campaigns).order_by(campaigns.c.id)).all()
    by_id = {row.id: row for row in every}
    found = {(row.account, row.agent): row for row in every}
    for row in every:
        found |= {(row.account, agent): row for agent in parse_stored(row.spec).callers}
    for table in (attempts, contacts):
        used = sa.select(table.c.campaign_id, table.c.agent).where(table.c.agent.is_not(None)).distinct()
        found |= {(by_id[id_].account, agent): by_id[id_] for id_, agent in conn.execute(used)}
    return found


def take_in(tx: Tx, items: Sequence[Sequence[Stray]]) -> list[Adopted]:
    """Write down the calls of one agent, in the order in which they were made, as attempts that were."""
    return [_take_in(tx, calls) for calls in items]


def adopted(tx: Tx, items: Sequence[Adopted]) -> Sequence[Adopted]:
    """History was asked: take the mark off, and keep what was found as an event."""
    for item in items:
        tx.conn.execute(ledger.update().values(as_of=None))
        said = f"{item.taken_in} calls were taken in from history, {item.of_unknown_origin} are of unknown origin"
        note(tx, None, "dialer", "adopted", said)
    return items


def _take_in(tx: Tx, calls: Sequence[Stray]) -> Adopted:
    people = _people(tx.conn, {call.number for call in calls})
    taken_in = 0
    for call in sorted(calls, key=lambda call: call.at):
        contact = max(people.get(call.number, ()), key=lambda one: _likely(one, call), default=None)
        id_ = None if contact is None else _write(tx, call, contact) or _under_way(tx, call)
        if id_ is not None:
            observe(tx, [replace(call.seen, attempt_id=id_)])
            taken_in += 1
    return Adopted(taken_in, len(calls) - taken_in)


def _people(conn: sa.Connection, numbers: Iterable[str]) -> Mapping[str, Sequence[sa.Row[Any]]]:
    """Who has these numbers: by the first one, which has an index; only for the rest by any of theirs."""
    columns = (contacts, campaigns.c.account, campaigns.c.version, campaigns.c.agent.label("usual"),
               (campaigns.c.state == CampaignState.RUNNING).label("runs"))  # fmt: skip
    joined = sa.select(*columns).join(campaigns, campaigns.c.id == contacts.c.campaign_id)
    found: dict[str, list[sa.Row[Any]]] = {}
    for row in conn.execute(joined.where(among(contacts.c.identity, list(numbers)))):
        found.setdefault(row.identity, []).append(row)
    rest = sorted({*numbers} - {*found})
    text = sa.cast(contacts.c.numbers, sa.Text)
    for start in range(0, len(rest), AT_A_TIME):
        chunk = rest[start : start + AT_A_TIME]
        for row in conn.execute(joined.where(sa.or_(*(text.contains(f'"{number}"') for number in chunk)))):
            for number in {*chunk} & {*numbers_of(row)}:
                found.setdefault(number, []).append(row)
    return found


def _likely(contact: sa.Row[Any], call: Stray) -> tuple[bool, bool, bool, int]:
    """Of several leads with the number, whose call it was: the agent's own, one still to call, one that is dialed."""
    same_agent = (contact.account, contact.agent or contact.usual) == (call.seen.account, call.agent)
    unfinished = contact.state in (ContactState.READY, ContactState.DIALING, ContactState.HELD)
    return same_agent, unfinished, contact.runs, contact.id


def _write(tx: Tx, call: Stray, contact: sa.Row[Any]) -> int | None:
    """The attempt that was made; None where it is known, or another one of this number or contact is still open."""
    if call.seen.call_id is not None and owners_of(tx, [(call.seen.account, call.seen.call_id)]):
        return None
    at = min(call.at, tx.now)
    made = Reservation(
        contact.id, contact.campaign_id, call.seen.account, call.agent, call.number, contact.version, callable_until=at
    )  # fmt: skip
    values = new_attempt(made, at) | {"state": AttemptState.UNKNOWN, "intent_at": at, "platform_text": TAKEN_IN}
    if call.ref:
        values["ref"] = call.ref
    statement = upsert(tx.conn, attempts).on_conflict_do_nothing().returning(attempts.c.id)
    id_: int | None = tx.conn.execute(statement.values(values)).scalar()
    if id_ is not None:
        move_contacts(tx, [contact.id], ContactState.READY, ContactState.DIALING, None, None)
    return id_


def _under_way(tx: Tx, call: Stray) -> int | None:
    """The copy had an attempt at this number under way, which went back unsent and was made again as this call."""
    same = OPEN & (attempts.c.number == call.number) & (attempts.c.state == AttemptState.UNKNOWN)
    statement = attempts.update().where(same, attempts.c.call_id.is_(None), attempts.c.agent == call.agent)
    id_: int | None = tx.conn.execute(
        statement.values(ref=call.ref or attempts.c.ref, platform_text=TAKEN_IN).returning(attempts.c.id)
    ).scalar()
    return id_
