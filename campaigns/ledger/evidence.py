"""What is known of attempts whose outcome is not: our intent, what the platform answered, what its history says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.columns import MICROSECOND
from campaigns.ledger.tables import HELD, OPEN, attempts, contacts, incidents, lists
from campaigns.vocabulary import AttemptState, ContactState, Incident

NEAR = timedelta(minutes=5)
"""How far from our intent a call of unknown origin may lie to be evidence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An attempt that is unknown, or that its contact is held for, by the contact's row.

    ``sent_at`` is our intent; ``http_status`` and ``text`` what was answered to the request; ``history`` what the
    platform's history said last, empty where it never showed the call; ``strangers`` how many calls of unknown origin
    the same agent made near that time, ``strangers_to_number`` how many of them to this very number.
    """

    attempt_id: int
    file: str
    row: int
    state: str
    reason: str
    agent: str
    sent_at: datetime | None
    http_status: int | None
    text: str
    history: str
    seen_at: datetime | None
    strangers: int
    strangers_to_number: int


def held(conn: sa.Connection, campaign: sa.Row[Any], most: int | None) -> tuple[Evidence, ...]:
    """The attempts that contacts are held for, oldest first; ``most`` of them."""
    return _found(conn, campaign, HELD & (contacts.c.state == ContactState.HELD), most)


def unknown(conn: sa.Connection, campaign: sa.Row[Any], most: int | None) -> tuple[Evidence, ...]:
    """The attempts of which history is still asked whether there was a call, oldest first; ``most`` of them."""
    return _found(conn, campaign, OPEN & (attempts.c.state == AttemptState.UNKNOWN), most)


def called_perhaps(conn: sa.Connection, attempt_ids: Sequence[int]) -> set[int]:
    """Those of these attempts to whose number their agent's account made a call of unknown origin since the intent.

    It may be the very call, with a time or an agent that did not fit.
    """
    at, intent = (sa.type_coerce(column, sa.BigInteger) for column in (incidents.c.at, attempts.c.intent_at))
    later = at >= intent - NEAR // MICROSECOND
    same = (incidents.c.account == attempts.c.account) & (incidents.c.number == attempts.c.number) & later
    found = sa.select(attempts.c.id).join(incidents, same).where(attempts.c.id.in_(attempt_ids))
    return set(conn.execute(found.where(incidents.c.kind == Incident.STRANGER)).scalars())


def _found(
    conn: sa.Connection, campaign: sa.Row[Any], which: sa.ColumnElement[bool], most: int | None
) -> tuple[Evidence, ...]:
    said = sa.func.trim(attempts.c.raw_status + " " + attempts.c.raw_answered_by)
    statement = (
        sa.select(attempts.c.id, lists.c.file, contacts.c.row, attempts.c.state, contacts.c.reason, attempts.c.agent,
                  attempts.c.intent_at, attempts.c.http_status, attempts.c.platform_text, said, attempts.c.seen_at,
                  _strangers(), _strangers(incidents.c.number == attempts.c.number))
        .select_from(attempts)
        .join(contacts, contacts.c.id == attempts.c.contact_id)
        .join(lists, lists.c.id == contacts.c.list_id)
        .where(which, attempts.c.account == campaign.account, attempts.c.campaign_id == campaign.id)
        .order_by(attempts.c.id)
    )  # fmt: skip
    return tuple(Evidence(*tuple(row)) for row in conn.execute(statement if most is None else statement.limit(most)))


def _strangers(*also: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    near = NEAR // MICROSECOND
    at, intent = (sa.type_coerce(column, sa.BigInteger) for column in (incidents.c.at, attempts.c.intent_at))
    same_agent = (incidents.c.account == attempts.c.account) & (incidents.c.agent == attempts.c.agent)
    stranger = same_agent & (incidents.c.kind == Incident.STRANGER) & at.between(intent - near, intent + near)
    return sa.select(sa.func.count()).select_from(incidents).where(stranger, *also).scalar_subquery()
