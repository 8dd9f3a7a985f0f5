"""Lists and registries are carried from one ledger into another: from the real one into a rehearsal's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.bulk import upsert
from campaigns.ledger.ledger import Tx
from campaigns.ledger.registries import active
from campaigns.ledger.tables import ledger, registries, suppressions

CHUNK = 5000
WHY = "carried over from the real ledger, which judges its age"


@dataclass(frozen=True, slots=True)
class Carried:
    """Every entry that counts for more than one campaign, the registries, and the key of the hashes."""

    entries: Sequence[dict[str, Any]]
    copies: Sequence[dict[str, Any]]
    key: str


def pick_up(conn: sa.Connection) -> Carried:
    """What a ledger has."""
    shared = sa.select(suppressions).where(suppressions.c.scope.not_like("campaign:%"))
    entries = [dict(row._mapping) for row in conn.execute(shared)]
    copies = [dict(row._mapping) | {"override": row.override or WHY} for row in active(conn)]
    return Carried(entries, copies, conn.execute(sa.select(ledger.c.hash_key)).scalar_one())


def put_down(tx: Tx, items: Sequence[Carried]) -> list[None]:
    """Let the ledger have these entries beside its own, and these registries."""
    insert = upsert(tx.conn, suppressions)
    for item in items:
        tx.conn.execute(registries.delete())
        for start in range(0, len(item.entries), CHUNK):
            tx.conn.execute(insert.on_conflict_do_nothing(), list(item.entries[start : start + CHUNK]))
        if item.copies:
            tx.conn.execute(registries.insert(), list(item.copies))
        tx.conn.execute(ledger.update().values(hash_key=item.key))
    return [None] * len(items)
