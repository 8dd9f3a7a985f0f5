"""What the database counts by itself, as SQL: the keys of ``tallies``, and the triggers that move counts with rows.

SQLite's triggers take row by row, PostgreSQL's a statement's rows together. Only updates move counts: leads are
inserted by the chunk, which adds them; calls are inserted, and deleted, only while they are open, which is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from campaigns.area_codes import AREA
from campaigns.vocabulary import OPEN_STATES

SLOT_US = 300_000_000
"""Who waits is counted by when they are due: few enough slots to add up at every look."""
NUMBER = {
    "sqlite": "json_extract({row}.numbers, '$[' || {row}.position || '].%s')",
    "postgresql": "({row}.numbers -> {row}.position ->> '%s')",
}
"""A field of the number that is called next, of the JSON that ``contacts.numbers`` are."""


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of a ``table``, by the columns of ``tallies``' key, where ``which`` holds; it depends on the ``columns``.

    ``{row}`` stands for the row's name, ``{area}`` and ``{region}`` for how the database reads those of the number.
    """

    kind: str
    table: str
    campaign_id: str
    state: str
    reason: str
    slot: str
    which: str
    columns: tuple[str, ...]

    def key(self, row: str, dialect: str) -> str:
        """The columns of the key, for a row of this name."""
        area, region = (NUMBER[dialect] % part for part in ("e164", "region"))
        columns = (self.campaign_id, f"'{self.kind}'", self.state, self.reason, self.slot)
        place = ", ".join(columns).replace("{area}", f"substr({area}, 1, {AREA})").replace("{region}", region)
        return place.replace("{row}", row)

    def where(self, row: str) -> str:
        """Whether a row of this name counts."""
        return self.which.replace("{row}", row)


OVER = f"{{row}}.state NOT IN ({', '.join(repr(str(state)) for state in OPEN_STATES)})"
COUNTS = (
    Count(
        "row", "rows", "(SELECT campaign_id FROM lists WHERE lists.id = {row}.list_id)",
        "{row}.verdict", "coalesce({row}.reason, '')", "0", "1 = 1", ("verdict", "reason"),
    ),
    Count(
        "lead", "contacts", "{row}.campaign_id", "{row}.state", "{row}.reason",
        f"CASE {{row}}.state WHEN 'ready' THEN {{row}}.next_at / {SLOT_US} ELSE 0 END", "1 = 1",
        ("state", "reason", "next_at"),
    ),
    Count(
        "place", "contacts", "{row}.campaign_id",
        "{area} || '|' || {region} || '|' || coalesce({row}.region_state, '') || '|' || {row}.zones", "''", "0",
        "{row}.state = 'ready'", ("state", "numbers", "position", "zones", "region_state"),
    ),
    Count("agent", "attempts", "{row}.campaign_id", "{row}.agent", "''", "0", OVER, ("state",)),
    Count(
        "call", "attempts", "{row}.campaign_id", "{row}.state", "coalesce({row}.result, '')", "0",
        OVER, ("state", "result"),
    ),
)  # fmt: skip
COLUMNS = "campaign_id, kind, state, reason, slot"
INSERT = f"INSERT INTO tallies ({COLUMNS}, n)"
MORE = f"ON CONFLICT ({COLUMNS}) DO UPDATE SET n = tallies.n + excluded.n"


def create_triggers(conn: sa.Connection) -> None:
    """Have the database count from now on."""
    statements = _sqlite() if conn.dialect.name == "sqlite" else _postgresql()
    for statement in statements:
        conn.exec_driver_sql(statement)


def _sqlite() -> Iterator[str]:
    for count in COUNTS:
        moves = " ".join(
            f"{INSERT} SELECT {count.key(row, 'sqlite')}, {n} WHERE {count.where(row)} {MORE};"
            for row, n in (("OLD", -1), ("NEW", 1))
        )
        old, new = (", ".join(f"{row}.{column}" for column in count.columns) for row in ("OLD", "NEW"))
        yield (
            f"CREATE TRIGGER tally_{count.kind} AFTER UPDATE OF {', '.join(count.columns)} ON {count.table}"
            f" WHEN ({old}) IS NOT ({new}) BEGIN {moves} END"
        )


def _postgresql() -> Iterator[str]:
    for table in dict.fromkeys(count.table for count in COUNTS):
        moves = " UNION ALL ".join(
            f"SELECT {count.key(row, 'postgresql')}, {n} FROM {row} WHERE {count.where(row)}"  # noqa: S608
            for count in COUNTS
            if count.table == table
            for row, n in (("was", -1), ("became", 1))
        )
        moved = f"SELECT {COLUMNS}, sum(n) AS n FROM ({moves}) AS moved ({COLUMNS}, n) GROUP BY {COLUMNS}"  # noqa: S608
        insert = f"{INSERT} {moved} HAVING sum(n) <> 0 ORDER BY {COLUMNS} {MORE}"
        name = f"tally_{table}"
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {insert}; RETURN NULL; END $$"
        )  # fmt: skip
        yield (
            f"CREATE TRIGGER {name} AFTER UPDATE ON {table} REFERENCING OLD TABLE AS was NEW TABLE AS became"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
