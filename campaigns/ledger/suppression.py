"""Who must not be called: numbers by scope. Every scope that fits a campaign counts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.bulk import among
from campaigns.ledger.tables import suppressions
from campaigns.vocabulary import Reason

GLOBAL = "global"


def client_scope(client: str) -> str:
    """The scope of one client's list."""
    return f"client:{client}"


def campaign_scope(campaign_id: int) -> str:
    """The scope of one campaign's list."""
    return f"campaign:{campaign_id}"


def reason_of(scope: str) -> Reason:
    """What a contact suppressed by this scope is told."""
    if scope == GLOBAL:
        return Reason.DNC_GLOBAL
    return Reason.DNC_CLIENT if scope.startswith("client:") else Reason.DNC_CAMPAIGN


def suppressed_numbers(conn: sa.Connection, wanted: Collection[tuple[str, str, int]]) -> dict[tuple[str, int], Reason]:
    """Which of these (number, client, campaign id) are suppressed: (number, campaign id) → by which list."""
    numbers = sorted({number for number, _, _ in wanted})
    scopes: dict[str, set[str]] = {}
    asked = among(conn, suppressions.c.number, numbers)
    for row in conn.execute(sa.select(suppressions.c.number, suppressions.c.scope).where(asked)):
        scopes.setdefault(row.number, set()).add(row.scope)
    found: dict[tuple[str, int], Reason] = {}
    for number, client, campaign_id in wanted:
        on = scopes.get(number, set())
        fitting = [scope for scope in (GLOBAL, client_scope(client), campaign_scope(campaign_id)) if scope in on]
        if fitting:
            found[number, campaign_id] = reason_of(fitting[0])
    return found


def suppression_list(conn: sa.Connection) -> list[dict[str, Any]]:
    """Every suppression, oldest first."""
    statement = sa.select(suppressions).order_by(suppressions.c.added_at, suppressions.c.number)
    return [dict(row._mapping) for row in conn.execute(statement)]
