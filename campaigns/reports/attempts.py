"""The Attempts sheet: one row for each attempt of the ledger, the platform's own words beside ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.decisions import describe
from campaigns.ledger.tables import attempts, contacts, decisions, lists
from campaigns.reports.heard import told_cells
from campaigns.reports.sheets import Cell, Sheet, streamed
from campaigns.reports.times import first_zone, local
from campaigns.vocabulary import AttemptState, Result

COLUMNS = (
    "attempt_id", "source_file", "source_row", "n", "number", "state", "result", "in_plain_words", "platform_status",
    "platform_answered_by", "platform_text", "http_status", "disposition", "call_id", "agent", "local_time", "zone",
    "reserved_at_utc", "submitted_at_utc", "answered_at_utc", "ended_at_utc", "talk_s", "ref",
    "why_it_was_allowed",
)  # fmt: skip


def attempt_sheet(conn: sa.Connection, campaign_id: int, told: tuple[str, ...] = ()) -> Sheet:
    """Every attempt in the order in which they were made.

    ``n`` counts a person's attempts from 1. ``submitted_at_utc`` is when the call began as far as the rules are
    concerned, ``local_time`` the same instant in the person's first zone, ``why_it_was_allowed`` what it rested on,
    ``told`` what webhooks told, as columns of ``told_columns``.
    """
    return Sheet("Attempts", (*COLUMNS, *told), _rows(conn, campaign_id, told))


def _rows(conn: sa.Connection, campaign_id: int, told: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    earlier = attempts.alias("earlier")
    same_person = (earlier.c.contact_id == attempts.c.contact_id) & (earlier.c.id <= attempts.c.id)
    nth = sa.select(sa.func.count()).where(same_person).scalar_subquery()
    statement = (
        sa.select(attempts, nth.label("n"), contacts.c.row, contacts.c.zones, lists.c.file, decisions.c.facts)
        .join(contacts, contacts.c.id == attempts.c.contact_id)
        .join(lists, lists.c.id == contacts.c.list_id)
        .outerjoin(decisions, decisions.c.attempt_id == attempts.c.id)
        .where(attempts.c.campaign_id == campaign_id)
        .order_by(attempts.c.id)
    )
    for attempt in conn.execute(streamed(statement)):
        yield (*_cells(attempt), *told_cells([attempt.heard], told))


def _cells(attempt: sa.Row[Any]) -> tuple[Cell, ...]:
    return (
        attempt.id,
        attempt.file,
        attempt.row,
        attempt.n,
        attempt.number,
        attempt.state,
        attempt.result,
        Result(attempt.result).meaning if attempt.result else AttemptState(attempt.state).meaning,
        attempt.raw_status,
        attempt.raw_answered_by,
        attempt.platform_text,
        attempt.http_status,
        attempt.disposition,
        attempt.call_id,
        attempt.agent,
        local(attempt.intent_at, attempt.zones),
        first_zone(attempt.zones),
        attempt.reserved_at,
        attempt.intent_at,
        attempt.answered_at,
        attempt.ended_at,
        attempt.duration_s,
        attempt.ref,
        describe(attempt.facts),
    )
