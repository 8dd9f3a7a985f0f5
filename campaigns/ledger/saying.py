"""What was said in a call, as far as its record was not told it by us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import fields_of
from campaigns.leads.send import body_fields, fields_of_agent
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.people import LIST_INFO, columns_of
from campaigns.ledger.tables import attempts, campaigns, contacts, lists, rows
from campaigns.rules.dispositions import NOTHING_SAID, Said, said_in


def said_of(conn: sa.Connection, attempt_id: int, record: Mapping[str, Any], disposition: str | None) -> Said:
    """The disposition and the time to call back that were collected in this attempt's call.

    A platform may show in its record what it was sent. A list's own column "disposition", or "callback time", was not
    said in the call.
    """
    campaign_id = sa.select(attempts.c.campaign_id).where(attempts.c.id == attempt_id).scalar_subquery()
    spec = parse_stored(conn.execute(sa.select(campaigns.c.spec).where(campaigns.c.id == campaign_id)).scalar_one())
    said = said_in(record, disposition, spec.outcomes, {})
    if said == NOTHING_SAID:
        return said
    sent = conn.execute(
        sa.select(attempts.c.agent, contacts.c.merged, rows.c.cells, LIST_INFO, campaigns.c.agent_fields)
        .select_from(attempts)
        .join(contacts, contacts.c.id == attempts.c.contact_id)
        .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
        .join(lists, lists.c.id == contacts.c.list_id)
        .join(rows, (rows.c.list_id == contacts.c.list_id) & (rows.c.row == contacts.c.row))
        .where(attempts.c.id == attempt_id)
    ).one()
    own = fields_of(columns_of(sent.info), sent.cells, sent.merged)
    body = body_fields(own, fields_of_agent(sent.agent_fields, sent.agent), spec.leads.send, spec.leads.map)
    return said_in(record, disposition, spec.outcomes, body)
