"""What is sent of a person, and what was said in calls, as far as their records were not told it by us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import fields_of
from campaigns.leads.send import body_fields, fields_of_agent
from campaigns.ledger.among import among
from campaigns.ledger.campaigns import specs_of
from campaigns.ledger.ledger import Tx
from campaigns.ledger.people import LIST_INFO, columns_of
from campaigns.ledger.tables import attempts, campaigns, contacts, lists, rows
from campaigns.rules.dispositions import NOTHING_SAID, Said, said_in
from campaigns.spec import Spec

BODIES: sa.Select[Any] = (
    sa.select(
        attempts.c.id, attempts.c.agent, attempts.c.campaign_id, contacts.c.merged, rows.c.cells, LIST_INFO,
        campaigns.c.agent_fields,
    )
    .join(contacts, contacts.c.id == attempts.c.contact_id)
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .join(lists, lists.c.id == contacts.c.list_id)
    .join(rows, (rows.c.list_id == contacts.c.list_id) & (rows.c.row == contacts.c.row))
    .where(among(attempts.c.id, sa.bindparam("ids")))
)  # fmt: skip
"""What ``body_of`` is asked with, of the attempts with these ids."""
Record = tuple[sa.Row[Any], Mapping[str, Any], str | None]
"""An attempt, the record of its call as the platform gave it, and the disposition that was found in that."""


def said_of(tx: Tx, records: Sequence[Record]) -> dict[int, Said]:
    """The disposition and the time to call back that were collected in these attempts' calls, by attempt.

    A platform may show in its record what it was sent. A list's own column "disposition", or "callback time", was not
    said in the call.
    """
    specs = specs_of(tx.conn, {attempt.campaign_id for attempt, *_ in records})
    said = {
        attempt.id: said_in(raw, disposition, specs[attempt.campaign_id].outcomes, {})
        for attempt, raw, disposition in records
    }
    spoken = [record for record in records if said[record[0].id] != NOTHING_SAID]
    sent = sent_with(tx.conn, [attempt.id for attempt, *_ in spoken], specs)
    return said | {
        attempt.id: said_in(raw, disposition, specs[attempt.campaign_id].outcomes, sent[attempt.id])
        for attempt, raw, disposition in spoken
    }


def sent_with(conn: sa.Connection, ids: Sequence[int], specs: Mapping[int, Spec]) -> dict[int, dict[str, str]]:
    """What was sent with these attempts."""
    if not ids:
        return {}
    return {row.id: body_of(row, specs[row.campaign_id]) for row in conn.execute(BODIES, {"ids": ids})}


def body_of(row: sa.Row[Any], spec: Spec) -> dict[str, str]:
    """What is sent of a person: ``row`` has ``cells`` and ``merged`` fields, the list's ``info``, and who calls: the
    ``agent``, and what is known of ``agent_fields``.
    """
    own = fields_of(columns_of(row.info), row.cells, row.merged)
    return body_fields(own, fields_of_agent(row.agent_fields, row.agent), spec.leads.send, spec.leads.map)
