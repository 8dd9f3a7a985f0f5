"""Calls in the platform's history that ought not to be there, kept as rows and never hidden.

A call of unknown origin on an agent (another ledger, tool or person calls with the same account), a second call for one
attempt, and the record of a call whose attempt was settled before. Who reads history says which records belong to no
attempt that is open; here they are held against all attempts of the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.bulk import upsert
from campaigns.ledger.ledger import Tx
from campaigns.ledger.suppression import ledger_key
from campaigns.ledger.tables import attempts, incidents, suppressions
from campaigns.ledger.tallies import agents_of
from campaigns.suppression.entries import hashed
from campaigns.vocabulary import OPEN_STATES, Incident, Reason


@dataclass(frozen=True, slots=True)
class Sighting:
    """An outbound record that was matched with no attempt; ``over``: it says how the call ended."""

    call_id: str | None
    ref: str | None
    number: str | None
    at: datetime | None
    status: str
    answered_by: str
    over: bool

    @property
    def record(self) -> str:
        """Which call it is, as a hash."""
        return hashlib.sha256(repr(self.call_id or (self.number, self.at, self.ref)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of an agent's history saw: ``matched`` are the attempts that have a record of their own in it.

    A call made before ``since`` is nobody's concern. A record fits an attempt whose intent lies at most ``early`` after
    it, and the answer to whose request at most ``window`` before it (the intent, where there was no answer).
    """

    account: str
    agent: str
    since: datetime
    window: timedelta
    early: timedelta
    sightings: Sequence[Sighting]
    matched: Collection[int]


@dataclass(frozen=True, slots=True)
class Found:
    """A sighting that is an incident, and the attempt that it is about."""

    kind: Incident
    sighting: Sighting
    attempt: sa.Row[Any] | None


def judge(conn: sa.Connection, reading: Reading) -> list[Found]:
    """Which sightings are incidents; the others are calls of ours that are known already, or too old."""
    theirs = _Attempts(_possible(conn, reading), reading)
    found = [each for sighting in reading.sightings if (each := theirs.judge(sighting))]
    strangers = [each.sighting.number for each in found if each.kind is Incident.STRANGER and each.sighting.number]
    gone = _forgotten(conn, strangers)
    return [each for each in found if each.sighting.number not in gone]


class _Attempts:
    """The attempts that the sightings of a reading could belong to."""

    def __init__(self, found: Iterable[sa.Row[Any]], reading: Reading) -> None:
        self._reading = reading
        self._by_call: dict[str, sa.Row[Any]] = {}
        self._by_ref: dict[str, sa.Row[Any]] = {}
        self._by_number: dict[str, list[sa.Row[Any]]] = {}
        for row in found:
            if row.call_id and row.account == reading.account:
                self._by_call[row.call_id] = row
            self._by_ref[row.ref] = row
            self._by_number.setdefault(row.number, []).append(row)

    def judge(self, sighting: Sighting) -> Found | None:
        if owner := self._by_call.get(sighting.call_id or ""):
            news = sighting.over and (owner.raw_status, owner.raw_answered_by) != (
                sighting.status,
                sighting.answered_by,
            )
            return Found(Incident.LATE, sighting, owner) if news and owner.state not in OPEN_STATES else None
        if owner := self._by_ref.get(sighting.ref or ""):
            return self._beside(sighting, [owner])
        if fits := [row for row in self._by_number.get(sighting.number or "", ()) if self._fits(row, sighting)]:
            return self._beside(sighting, fits)
        known = sighting.number is not None and sighting.at is not None and sighting.at >= self._reading.since
        return Found(Incident.STRANGER, sighting, None) if known else None

    def _fits(self, row: sa.Row[Any], sighting: Sighting) -> bool:
        if sighting.ref is not None or sighting.at is None or row.intent_at is None:
            return False
        latest = (row.outcome_at or row.intent_at) + self._reading.window
        return bool(row.intent_at - self._reading.early <= sighting.at <= latest)

    def _beside(self, sighting: Sighting, owners: Sequence[sa.Row[Any]]) -> Found | None:
        """What a record is beside the attempts that it could belong to, none of which has it as its own."""
        for row in owners:
            if row.seen_at is None and row.state not in OPEN_STATES:
                return Found(Incident.LATE, sighting, row)
        for row in owners:
            other = bool(row.call_id and sighting.call_id and row.call_id != sighting.call_id)
            if other or row.id in self._reading.matched:
                return Found(Incident.SECOND, sighting, row)
        return None


def _possible(conn: sa.Connection, reading: Reading) -> Sequence[sa.Row[Any]]:
    """Attempts with a call id, a reference, or a number and a time of these records, each by its own index.

    Without a number an attempt is of a person who was erased: nothing is about it any more.
    """
    seen = reading.sightings
    calls = [each.call_id for each in seen if each.call_id]
    refs = [each.ref for each in seen if each.ref]
    numbers = [each.number for each in seen if each.number and not each.ref]
    times = [each.at for each in seen if each.at]
    columns = (attempts.c.id, attempts.c.account, attempts.c.campaign_id, attempts.c.ref, attempts.c.number,
               attempts.c.call_id, attempts.c.state, attempts.c.intent_at, attempts.c.outcome_at, attempts.c.seen_at,
               attempts.c.raw_status, attempts.c.raw_answered_by)  # fmt: skip
    has_call = attempts.c.call_id.is_not(None) & (attempts.c.account == reading.account)
    which = [has_call & among(attempts.c.call_id, calls), among(attempts.c.ref, refs)]
    if numbers and times:
        asked = sa.func.coalesce(attempts.c.outcome_at, attempts.c.intent_at)
        when = (attempts.c.intent_at <= max(times) + reading.early) & (asked >= min(times) - reading.window)
        which.append(among(attempts.c.number, numbers) & when)
    return conn.execute(sa.union(*(sa.select(*columns).where(each, attempts.c.number != "") for each in which))).all()


def _forgotten(conn: sa.Connection, numbers: Sequence[str]) -> set[str]:
    """Those of these numbers whose person was erased: of them nothing is kept again."""
    if not numbers:
        return set()
    key = ledger_key(conn)
    by_hash = {hashed(number, key): number for number in numbers}
    erased = among(suppressions.c.entry, [*by_hash]) & (suppressions.c.reason == Reason.FORGOTTEN)
    return {by_hash[entry] for entry in conn.execute(sa.select(suppressions.c.entry).where(erased)).scalars()}


def keep(tx: Tx, items: Sequence[tuple[Reading, Sequence[Found]]]) -> list[list[Incident]]:
    """Keep incidents, each once however often its record is read; answers the kinds of the new ones, by item."""
    insert = upsert(tx.conn, incidents)
    kept = []
    for reading, found in items:
        values = [_values(tx, reading, each) for each in found]
        new = tx.conn.execute(insert.on_conflict_do_nothing().returning(incidents.c.kind), values)
        kept.append([Incident(kind) for kind in new.scalars()])
    return kept


def _values(tx: Tx, reading: Reading, found: Found) -> dict[str, Any]:
    seen, attempt = found.sighting, found.attempt
    return {
        "kind": found.kind, "account": reading.account, "agent": reading.agent, "record": seen.record,
        "campaign_id": attempt.campaign_id if attempt else None, "attempt_id": attempt.id if attempt else None,
        "call_id": seen.call_id, "number": seen.number, "at": seen.at, "noticed_at": tx.now,
        "said": " ".join(filter(None, (seen.status, seen.answered_by))),
        "other_ledger": attempt is None and seen.ref is not None,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noticed:
    """Incidents of one kind that concern a campaign: how many, the last one's time, how many are another ledger's."""

    kind: str
    calls: int
    last_at: datetime | None
    of_other_ledgers: int


def noticed(conn: sa.Connection, campaign: sa.Row[Any]) -> tuple[Noticed, ...]:
    """The incidents of a campaign, and the calls of unknown origin on its agents since it was made."""
    theirs = sa.case((incidents.c.other_ledger, 1), else_=0)
    columns = (incidents.c.kind, sa.func.count(), sa.func.max(incidents.c.at, type_=incidents.c.at.type),
               sa.func.coalesce(sa.func.sum(theirs), 0))  # fmt: skip
    grouped = sa.select(*columns).where(concerns(campaign)).group_by(incidents.c.kind).order_by(incidents.c.kind)
    return tuple(Noticed(*row) for row in conn.execute(grouped))


def concerns(campaign: sa.Row[Any]) -> sa.ColumnElement[bool]:
    """Whether an incident is about the campaign's attempts, or on an agent that made some of them meanwhile."""
    stranger = incidents.c.campaign_id.is_(None) & (incidents.c.account == campaign.account)
    meanwhile = stranger & (incidents.c.at >= campaign.created_at) & incidents.c.agent.in_(agents_of(campaign.id))
    return sa.or_(incidents.c.campaign_id == campaign.id, meanwhile)
