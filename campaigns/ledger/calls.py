"""Earlier calls of the contacts that are due: when a person was called last, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.bulk import among
from campaigns.ledger.people import numbers_of
from campaigns.ledger.tables import attempts
from campaigns.vocabulary import UNSENT_STATES, AttemptState


def last_calls(
    conn: sa.Connection, contacts: Sequence[sa.Row[Any]], since: datetime, now: datetime
) -> dict[int, datetime]:
    """When each of these people was last called since then, at any of their numbers, by any campaign; by contact.

    A call that is about to be placed counts as placed ``now``.
    """
    numbers = {number for contact in contacts for number in numbers_of(contact)}
    instant = attempts.c.intent_at.type
    placed_at = sa.func.coalesce(attempts.c.intent_at, sa.literal(now, instant), type_=instant)
    last = sa.func.max(placed_at, type_=instant)
    called = sa.select(attempts.c.number, last).where(
        among(conn, attempts.c.number, sorted(numbers)),
        placed_at > since,
        attempts.c.state != AttemptState.NOT_PLACED,
    )
    by_number: dict[str, datetime] = dict(tuple(row) for row in conn.execute(called.group_by(attempts.c.number)))
    found = {
        contact.id: [by_number[number] for number in numbers_of(contact) if number in by_number]
        for contact in contacts
    }  # fmt: skip
    return {id_: max(instants) for id_, instants in found.items() if instants}


def tries_of(conn: sa.Connection, ids: Sequence[int]) -> dict[int, int]:
    """How many attempts these contacts have used, by contact; who has used none is left out."""
    used = attempts.c.contact_id.in_(ids) & attempts.c.state.not_in([*UNSENT_STATES])
    counted = sa.select(attempts.c.contact_id, sa.func.count()).where(used).group_by(attempts.c.contact_id)
    return dict(tuple(row) for row in conn.execute(counted))
