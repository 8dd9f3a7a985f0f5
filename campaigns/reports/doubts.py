"""The Doubts sheet: attempts whose outcome is not known and calls that ought not to be, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from campaigns.ledger.evidence import held, unknown
from campaigns.ledger.incidents import concerns
from campaigns.ledger.tables import attempts, campaigns, contacts, incidents, lists
from campaigns.reports.sheets import Cell, Sheet, streamed
from campaigns.vocabulary import AttemptState, Incident

COLUMNS = (
    "what", "in_plain_words", "source_file", "source_row", "agent", "at_utc", "http_status", "platform_text",
    "history_says", "calls_of_unknown_origin_near", "to_this_number", "attempt_id", "call_id", "number",
)  # fmt: skip


def doubt_sheet(conn: sa.Connection, campaign_id: int) -> Sheet:
    """Attempts that are unknown, those that leads are held for, then incidents; ``at_utc`` is our intent, or the call.

    ``call_id`` and ``number`` are those of a call that ought not to be.
    """
    return Sheet("Doubts", COLUMNS, _rows(conn, campaign_id))


def _rows(conn: sa.Connection, campaign_id: int) -> Iterator[tuple[Cell, ...]]:
    campaign = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    for each in (*unknown(conn, campaign, None), *held(conn, campaign, None)):
        yield (
            each.state, AttemptState(each.state).meaning, each.file, each.row, each.agent, each.sent_at,
            each.http_status, each.text, each.history, each.strangers, each.strangers_to_number, each.attempt_id,
            "", "",
        )  # fmt: skip
    statement = (
        sa.select(incidents, contacts.c.row, lists.c.file)
        .outerjoin(attempts, attempts.c.id == incidents.c.attempt_id)
        .outerjoin(contacts, contacts.c.id == attempts.c.contact_id)
        .outerjoin(lists, lists.c.id == contacts.c.list_id)
        .where(concerns(campaign))
        .order_by(incidents.c.id)
    )
    for row in conn.execute(streamed(statement)):
        yield (
            row.kind, Incident(row.kind).meaning, row.file, row.row, row.agent, row.at, None, "", row.said, None, None,
            row.attempt_id, row.call_id, row.number,
        )  # fmt: skip
