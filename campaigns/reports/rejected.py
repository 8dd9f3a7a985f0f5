"""The Rejected sheet: every row of the lists that did not become a contact, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from campaigns.ledger.tables import lists, rows
from campaigns.reports.sheets import Cell, Sheet, plain_words, streamed
from campaigns.vocabulary import Verdict

COLUMNS = ("source_file", "row", "value", "verdict", "reason", "in_plain_words", "detail", "suggestion")


def rejected_sheet(conn: sa.Connection, campaign_id: int) -> Sheet:
    """Rejected, duplicate and excluded rows in the order of the lists; ``value`` is the phone cell as written."""
    return Sheet("Rejected", COLUMNS, _rows(conn, campaign_id))


def _rows(conn: sa.Connection, campaign_id: int) -> Iterator[tuple[Cell, ...]]:
    of_campaign = sa.select(lists.c.id, lists.c.file, lists.c.info).where(lists.c.campaign_id == campaign_id)
    for list_ in conn.execute(of_campaign.order_by(lists.c.id)).all():
        phones = [index for index, column in enumerate(list_.info["columns"]) if column["field"] == "phone"]
        not_called = (rows.c.list_id == list_.id) & (rows.c.verdict != Verdict.ACCEPTED)
        for row in conn.execute(streamed(sa.select(rows).where(not_called).order_by(rows.c.row))):
            meaning = plain_words(row.reason)
            yield (
                list_.file,
                row.row,
                "; ".join(cell for index in phones if (cell := row.cells[index])),
                row.verdict,
                row.reason,
                meaning,
                row.detail if row.detail != meaning else "",
                row.suggestion,
            )
