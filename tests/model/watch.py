"""Every change of a state in a ledger, and of a version: written down by the database itself, so no code is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from campaigns.ledger.columns import EPOCH


class Change(NamedTuple):
    """One row's change: an attempt's, contact's or campaign's state, a campaign's version, or an entry of a do-not-call
    list (``name``).

    ``was`` and ``becomes`` None: the row is new, or gone. ``name`` is the number of an attempt, which was made under
    ``version`` of its campaign, for ``agent``.
    """

    kind: str
    row: int
    was: str | None
    becomes: str | None
    campaign: int
    contact: int
    name: str
    version: int
    agent: str | None
    intent_at: datetime | None

    def __str__(self) -> str:
        return f"{self.kind} {self.row}: {self.was} → {self.becomes}"


COLUMNS = "kind, row, was, becomes, campaign, contact, name, version, agent, at"
WATCHED = {
    "attempt": ("attempts", "state", ("id", "campaign_id", "contact_id", "number", "version", "agent", "intent_at")),
    "contact": ("contacts", "state", ("id", "campaign_id", "id", "identity", "0", "NULL", "NULL")),
    "campaign": ("campaigns", "state", ("id", "id", "0", "name", "version", "NULL", "NULL")),
    "version": ("campaigns", "version", ("id", "id", "0", "name", "version", "NULL", "NULL")),
    "suppression": ("suppressions", "scope", ("0", "0", "0", "entry", "0", "NULL", "NULL")),
}
"""What a change is called: its table, the column that is watched, and the others that are kept of the row."""


def install(conn: sa.Connection) -> None:
    """Make the table and the triggers; for tests only, no ledger of a user has them."""
    postgresql = conn.dialect.name == "postgresql"
    key = "BIGSERIAL PRIMARY KEY" if postgresql else "INTEGER PRIMARY KEY"
    conn.exec_driver_sql(
        f"CREATE TABLE changes (id {key}, kind TEXT, row BIGINT, was TEXT, becomes TEXT, campaign BIGINT,"
        " contact BIGINT, name TEXT, version BIGINT, agent TEXT, at BIGINT)"
    )
    for kind, (table, state, others) in WATCHED.items():
        for event, was, becomes in (("INSERT", None, "new"), ("UPDATE", "old", "new"), ("DELETE", "old", None)):
            of = f" OF {state}" if event == "UPDATE" else ""
            when = f" WHEN (old.{state} <> new.{state})" if event == "UPDATE" else ""
            row = [other if other in ("0", "NULL") else f"{becomes or was}.{other}" for other in others]
            states = [f"{side}.{state}" if side else "NULL" for side in (was, becomes)]
            insert = f"INSERT INTO changes ({COLUMNS}) VALUES ('{kind}', {', '.join([row[0], *states, *row[1:]])});"
            name = f"watch_{kind}_{event}"
            trigger = f"CREATE TRIGGER {name} AFTER {event}{of} ON {table} FOR EACH ROW{when}"
            if postgresql:
                body = f"BEGIN {insert} RETURN NULL; END"
                conn.exec_driver_sql(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
                conn.exec_driver_sql(f"{trigger} EXECUTE FUNCTION {name}()")
            else:
                conn.exec_driver_sql(f"{trigger} BEGIN {insert} END")


def drain(conn: sa.Connection) -> Iterator[Change]:
    """The changes since the last time, in the order in which they were made; they are forgotten."""
    rows: Sequence[Any] = conn.exec_driver_sql(f"SELECT id, {COLUMNS} FROM changes ORDER BY id").all()
    if rows:
        conn.exec_driver_sql("DELETE FROM changes")
    for _, *values, at in rows:
        yield Change(*values, None if at is None else EPOCH + timedelta(microseconds=at))
