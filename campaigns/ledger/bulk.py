"""Many rows at once, past what SQLAlchemy does for each: raw statements on SQLite, COPY on PostgreSQL.

Values are given as the database keeps them (``stored`` makes them so): instants as microseconds, JSON as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

GROUPS = (1000, 100, 10, 1)
"""How many rows an SQLite statement takes: while it runs, Python's other threads do. Each size is prepared once.
COPY is given as many lines at a time as the largest has."""
ESCAPED = "\\\t\n\r"
ESCAPES = str.maketrans({char: f"\\{name}" for char, name in zip(ESCAPED, "\\tnr", strict=True)})
"""What COPY's text format writes otherwise: https://www.postgresql.org/docs/current/sql-copy.html, "Text Format"."""


def insert(conn: sa.Connection, table: sa.Table, same: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows, given by the column: ``columns`` differ from row to row, ``same`` are the values of the others."""
    count = len(next(iter(columns.values())))
    if not count:
        return
    same, columns = _with_empty_once(same, columns, count)
    if conn.dialect.name == "postgresql":
        _copy(conn, table, same, columns, count)
        return
    names, shared = (tuple(same), tuple(columns)), tuple(same.values())
    values, width = list(chain.from_iterable(zip(*columns.values(), strict=True))), len(columns)
    start = 0
    for size in GROUPS:
        while count - start >= size:
            these = values[start * width : (start + size) * width]
            conn.exec_driver_sql(_statement(table.name, *names, size), (*shared, *these))
            start += size


def _with_empty_once(
    same: Mapping[str, Any], columns: Mapping[str, Sequence[Any]], count: int
) -> tuple[Mapping[str, Any], Mapping[str, Sequence[Any]]]:
    """The same with columns that hold None, or 0, in all rows among the ``same``: to bind a value takes its time."""
    firsts = ((name, values[0], values) for name, values in columns.items())
    empty = {name: first for name, first, values in firsts if not first and values.count(first) == count}
    left = {name: values for name, values in columns.items() if name not in empty}
    return ({**same, **empty}, left) if left else (same, columns)


@lru_cache(64)
def _statement(table: str, same: tuple[str, ...], columns: tuple[str, ...], rows: int) -> str:
    shared = "".join(f"?{position}," for position in range(1, len(same) + 1))
    group = f"({shared}{','.join('?' * len(columns))})"  # a bare ? is one more than the highest before it
    return f"INSERT INTO {table} ({','.join((*same, *columns))}) VALUES {','.join([group] * rows)}"  # noqa: S608 - names of our own tables


def _copy(
    conn: sa.Connection, table: sa.Table, same: Mapping[str, Any], columns: Mapping[str, Sequence[Any]], count: int
) -> None:
    from psycopg import Error

    same = {name: value for name, value in same.items() if value is not None}  # it is what a column has by itself
    shared = [repeat(_text(value), count) for value in same.values()]
    lines = map("\t".join, zip(*shared, *map(_texts, columns.values()), strict=True))
    statement = f"COPY {table.name} ({','.join((*same, *columns))}) FROM STDIN"
    try:
        cursor: Any = conn.connection.cursor()
        with cursor, cursor.copy(statement) as copy:
            while some := "\n".join(islice(lines, GROUPS[0])):
                copy.write(some + "\n")
    except Error as error:  # the ledger's door knows the database's faults by SQLAlchemy's names
        raise sa.exc.DBAPIError.instance(statement, None, error, Error, hide_parameters=True) from error


def _texts(values: Sequence[Any]) -> Iterator[str]:
    """A column as COPY has it, made as it is asked for: the server is at the first lines while the next are written."""
    size = GROUPS[0]
    return chain.from_iterable(_some_texts(values[start : start + size]) for start in range(0, len(values), size))


def _some_texts(values: Sequence[Any]) -> Sequence[str]:
    """All texts are looked through at once, for most need no escaping."""
    try:
        text = "".join(values)
    except TypeError:
        return [_text(value) for value in values]
    return [value.translate(ESCAPES) for value in values] if any(map(text.__contains__, ESCAPED)) else values


def _text(value: str | int | None) -> str:
    if value is None:
        return r"\N"
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)


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
