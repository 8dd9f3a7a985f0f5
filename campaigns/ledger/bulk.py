"""Many rows at once, past what SQLAlchemy does for each: raw statements on SQLite, COPY on PostgreSQL.

Values are given as the database keeps them (``stored`` makes them so): instants as microseconds, JSON as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

GROUPS = (1000, 100, 10, 1)
"""How many rows an SQLite statement takes: while it runs, Python's other threads do. Each size is prepared once."""


def insert(
    conn: sa.Connection, table: sa.Table, same: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows: ``columns`` differ from row to row, ``same`` are the values of the others."""
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        _copy(conn, table, same, columns, rows)
        return
    same, columns, rows = _with_empty_once(same, columns, rows)
    shared = tuple(same.values())
    start = 0
    for size in GROUPS:
        while len(rows) - start >= size:
            statement = _statement(table.name, tuple(same), tuple(columns), size)
            conn.exec_driver_sql(statement, (*shared, *chain.from_iterable(rows[start : start + size])))
            start += size


def _with_empty_once(
    same: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[Mapping[str, Any], Sequence[str], Sequence[Sequence[Any]]]:
    """The same with columns that hold None, or 0, in all rows among the ``same``: to bind a value takes its time."""
    candidates = [at for at, value in enumerate(rows[0]) if not value]
    empty = {at: rows[0][at] for at in candidates if len(set(map(itemgetter(at), rows))) == 1}
    left = [at for at in range(len(columns)) if at not in empty]
    if not empty or len(left) < 2:
        return same, columns, rows
    same = {**same, **{columns[at]: value for at, value in empty.items()}}
    return same, [columns[at] for at in left], list(map(itemgetter(*left), rows))


@lru_cache(64)
def _statement(table: str, same: tuple[str, ...], columns: tuple[str, ...], rows: int) -> str:
    shared = "".join(f"?{position}," for position in range(1, len(same) + 1))
    group = f"({shared}{','.join('?' * len(columns))})"  # a bare ? is one more than the highest before it
    return f"INSERT INTO {table} ({','.join((*same, *columns))}) VALUES {','.join([group] * rows)}"  # noqa: S608 - names of our own tables


def _copy(
    conn: sa.Connection, table: sa.Table, same: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    from psycopg import Error

    shared = tuple(same.values())
    statement = f"COPY {table.name} ({','.join((*same, *columns))}) FROM STDIN"
    try:
        cursor: Any = conn.connection.cursor()
        with cursor, cursor.copy(statement) as copy:
            write = copy.write_row
            for row in rows:
                write((*shared, *row))
    except Error as error:  # the ledger's door knows the database's faults by SQLAlchemy's names
        raise sa.exc.DBAPIError.instance(statement, None, error, Error, hide_parameters=True) from error


def stored(conn: sa.Connection, column: sa.Column[Any], value: Any) -> Any:
    """The value as the database keeps it in this column."""
    bind = column.type.dialect_impl(conn.dialect).bind_processor(conn.dialect)
    return bind(value) if bind else value


def upsert(conn: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that may say what happens ON CONFLICT, which both databases know and SQLAlchemy spells for each."""
    return (postgresql if conn.dialect.name == "postgresql" else sqlite).insert(table)


def is_empty(conn: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool] | None = None) -> bool:
    """Whether the table holds no such row."""
    found = sa.select(sa.literal(1)).select_from(table).limit(1)
    return conn.execute(found if which is None else found.where(which)).first() is None
