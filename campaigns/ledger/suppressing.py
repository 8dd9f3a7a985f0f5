"""Entries go onto the do-not-call lists and off them. Batch operations; they hold from their commit on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.bulk import upsert
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import exclude_contacts
from campaigns.ledger.suppression import reason_of
from campaigns.ledger.tables import campaigns, contacts, suppressions
from campaigns.suppression.entries import Kind, as_like, kind_of
from campaigns.vocabulary import Reason

WILD_AT_ONCE = 20
"""Each prefix or pattern is a walk over all contacts."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry that must not be called, in one scope: why (``note``), who says so, and until when.

    ``reason`` is what its contacts are told, where that is not the scope's own.
    """

    entry: str
    scope: str
    note: str
    who: str
    expires_at: datetime | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Many entries of one scope and one origin, as ``Suppression`` has one."""

    entries: Sequence[str]
    scope: str
    note: str
    who: str
    expires_at: datetime | None = None
    reason: Reason | None = None


def suppress(tx: Tx, items: Sequence[Suppression]) -> list[bool]:
    """Add these; every waiting contact that one names is excluded at once. True where it was new."""
    return [bool(_add(tx, Listing([item.entry], item.scope, item.note, item.who, item.expires_at, item.reason)))
            for item in items]  # fmt: skip


def suppress_many(tx: Tx, items: Sequence[Listing]) -> list[int]:
    """Add lists; answers how many entries of each were new."""
    return [_add(tx, item) for item in items]


def _add(tx: Tx, item: Listing) -> int:
    """An entry that is there already stays until the later of the two ends, and for good if one has none."""
    insert = upsert(tx.conn, suppressions)
    mine = (suppressions.c.scope == item.scope) & among(suppressions.c.entry, item.entries)
    there = dict(
        tuple(row) for row in tx.conn.execute(sa.select(suppressions.c.entry, suppressions.c.expires_at).where(mine))
    )
    reason = item.reason or reason_of(item.scope)
    same = {"scope": item.scope, "reason": reason, "note": item.note, "who": item.who, "added_at": tx.now,
            "expires_at": item.expires_at}  # fmt: skip
    new = [entry for entry in dict.fromkeys(item.entries) if entry not in there]
    if new:
        values = [{"entry": entry, "kind": kind_of(entry), **same} for entry in new]
        tx.conn.execute(insert.on_conflict_do_nothing(), values)
    longer = [entry for entry, end in there.items() if end and (not item.expires_at or end < item.expires_at)]
    if longer:
        which = (suppressions.c.scope == item.scope) & among(suppressions.c.entry, longer)
        tx.conn.execute(suppressions.update().where(which).values(**same))
    for people in _named(tx.conn, item.entries):
        exclude_contacts(tx, people & in_scope(item.scope), reason)
    if new or longer:
        count = f": {len(new) + len(longer)} entries" if len(item.entries) > 1 else ""
        note(tx, None, item.who, "suppressed", f"{item.scope}{count}")
    return len(new)


def _named(conn: sa.Connection, entries: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """The contacts whose first number an entry names; others, as those of a hash, the feeder meets."""
    numbers = [entry for entry in entries if kind_of(entry) is Kind.NUMBER]
    found = [among(contacts.c.identity, numbers)] if numbers else []
    wild = [entry for entry in entries if kind_of(entry) in (Kind.PREFIX, Kind.PATTERN)]
    return found + [contacts.c.identity.like(as_like(entry)) for entry in wild[:WILD_AT_ONCE]]


def unsuppress(tx: Tx, items: Sequence[Suppression]) -> list[bool]:
    """Take these off their lists; True where there was one. Contacts excluded by it stay excluded."""
    removed = []
    for item in items:
        where = (suppressions.c.entry == item.entry) & (suppressions.c.scope == item.scope)
        removed.append(tx.conn.execute(suppressions.delete().where(where)).rowcount > 0)
        note(tx, None, item.who, "unsuppressed", item.scope)
    return removed


def in_scope(scope: str) -> sa.ColumnElement[bool]:
    """The contacts for whom a list of this scope counts."""
    if scope.startswith("campaign:"):
        return contacts.c.campaign_id == int(scope.removeprefix("campaign:"))
    if scope.startswith("client:"):
        client = campaigns.c.client == scope.removeprefix("client:")
        return contacts.c.campaign_id.in_(sa.select(campaigns.c.id).where(client))
    return sa.true()
