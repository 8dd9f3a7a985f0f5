"""A condition on many values at once: what it finds, and that an index serves it wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.ledger import connect
from campaigns.ledger.tables import attempts, contacts
from campaigns.vocabulary import AttemptState
from tests.integration.shop import Shop, lead, shop_at

BARRED = ("seqscan", "bitmapscan", "sort")
"""PostgreSQL would rather read a small table through."""


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with shop_at(database_url) as shop:
        yield shop


@pytest.mark.parametrize("count", [0, 1, 3])
def test_it_finds_the_rows_of_the_values_and_no_other(shop: Shop, count: int) -> None:
    id_ = shop.campaign(people=[lead(row, f"+1212555010{row}") for row in range(1, 6)])
    all_of = sa.select(contacts.c.id, contacts.c.identity).where(contacts.c.campaign_id == id_).order_by(contacts.c.id)
    wanted = shop.beside(all_of)[:count]
    by_id = sa.select(contacts.c.id).where(among(contacts.c.id, [row.id for row in wanted]))
    by_number = sa.select(contacts.c.id).where(among(contacts.c.identity, [row.identity for row in wanted]))
    for statement in (by_id, by_number):
        assert {row.id for row in shop.beside(statement)} == {row.id for row in wanted}


@pytest.mark.parametrize("column", [attempts.c.id, attempts.c.number])
def test_an_index_serves_it_also_beside_another_condition(shop: Shop, column: sa.Column[int] | sa.Column[str]) -> None:
    values = [1, 2] if column is attempts.c.id else ["+12125550100", "+12125550101"]
    asked = sa.select(attempts.c.agent).where(among(column, values), attempts.c.state == AttemptState.RESERVED)
    engine, plan = connect(shop.url), list[str]()

    @sa.event.listens_for(engine, "before_cursor_execute", retval=True)
    def explain(conn: sa.Connection, cursor: Any, text: str, values: Any, *_: object) -> tuple[str, Any]:
        return (f"EXPLAIN {'QUERY PLAN ' * shop.ledger.is_sqlite}{text}" if "agent" in text else text), values

    @sa.event.listens_for(engine, "after_cursor_execute")
    def keep(conn: sa.Connection, cursor: Any, text: str, *_: object) -> None:
        if text.startswith("EXPLAIN"):
            plan.extend(map(str, cursor.fetchall()))

    with engine.connect() as conn:
        if not shop.ledger.is_sqlite:
            for method in BARRED:
                conn.exec_driver_sql(f"SET enable_{method} = off")
        conn.execute(asked)
    engine.dispose()
    assert "SEARCH attempts" in plan[0] or "Index Cond" in str(plan), plan
