"""The types of the ledger's columns, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(sa.TypeDecorator[datetime]):
    """A UTC instant, stored as microseconds since 1970."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Turn an aware datetime into microseconds."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Turn microseconds into an aware UTC datetime."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Said(sa.TypeDecorator[str]):
    """Words that are not ours: what a database cannot hold (NUL, half a surrogate pair) is replaced."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Make the text storable."""
        return value and storable(value)


def storable(text: str) -> str:
    """The text as every database can hold it; most is so already."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def to_json(value: Any) -> str:
    """JSON that both databases take: NaN and infinity, which Python reads and writes, become null."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(value), parse_constant=lambda _: None))


def spelled(*words: str) -> list[sa.ColumnElement[str]]:
    """The words as SQL literals: a partial index serves only a query that spells its condition out."""
    return [sa.literal_column(f"'{word}'") for word in words]


def partial(name: str, which: sa.ColumnElement[bool], *columns: sa.Column[Any], unique: bool = False) -> sa.Index:
    """An index of some rows only."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=which, postgresql_where=which)


Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
