"""Whether a column holds one of many values: they travel as one, so a statement's text is the same for any number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Listed(sa.TypeDecorator[Sequence[Any]]):
    """Whole numbers or texts as one value: JSON on SQLite, an array on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[sa.BigInteger] | type[sa.Text]) -> None:
        """``kind``: of each value."""
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """An array where there are arrays."""
        return dialect.type_descriptor(sa.ARRAY(self.kind) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: sa.Dialect) -> Any:
        """The values as the database takes them."""
        values = [*(value or ())]
        return values if dialect.name == "postgresql" else json.dumps(values)


class _Among(FunctionElement[bool]):
    """A column and a list; PostgreSQL's spelling here, SQLite's below."""

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """As it is: of a function SQLAlchemy asks on SQLite whether it is 1, and then no index is used."""
        return self


@compiles(_Among)
def _any_of_array(element: _Among, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column of ours and a placeholder


_NUMBERS, _TEXTS = _Listed(sa.BigInteger), _Listed(sa.Text)


def among(
    column: sa.ColumnElement[Any], values: Sequence[str] | Sequence[int] | sa.BindParameter[Any]
) -> sa.ColumnElement[bool]:  # fmt: skip
    """Whether the column holds one of these texts or whole numbers.

    A statement that is made once takes ``sa.bindparam("ids")``.
    """
    return _Among(column, sa.type_coerce(values, _NUMBERS if isinstance(column.type, sa.Integer) else _TEXTS))
