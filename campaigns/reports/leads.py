"""The Leads sheet: every accepted row as it came, and beside it what became of the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.leads.ours import OF_REPORT, own_names
from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.people import histories, person_of_contact
from campaigns.ledger.tables import attempts, campaigns, contacts, lists, rows
from campaigns.reports.heard import told_cells
from campaigns.reports.sheets import Cell, Sheet, plain_words, streamed
from campaigns.reports.times import local
from campaigns.rules.decide import decide
from campaigns.rules.rules import Rules
from campaigns.vocabulary import UNSENT_STATES, ContactState

OF_ATTEMPT = (
    attempts.c.contact_id, attempts.c.number, attempts.c.state, attempts.c.result, attempts.c.intent_at,
    attempts.c.duration_s, attempts.c.disposition, attempts.c.heard,
)  # fmt: skip


def lead_sheet(conn: sa.Connection, campaign_id: int, now: datetime, told: tuple[str, ...] = ()) -> Sheet:
    """One row per contact, in the order of the lists and their rows.

    The original columns come first, unchanged and in order; of several lists, all their columns in the order in which
    they were first seen. ``result`` is the last one known. Local times are those of ``zone``. ``told`` are columns of
    ``told_columns``.
    """
    of_campaign = sa.select(lists.c.id, lists.c.file, lists.c.info).where(lists.c.campaign_id == campaign_id)
    loaded = conn.execute(of_campaign.order_by(lists.c.id)).all()
    headers = tuple(dict.fromkeys(header for list_ in loaded for header in headers_of(list_.info)))
    columns = headers + own_names((*OF_REPORT, *told), headers)
    return Sheet("Leads", columns, _rows(conn, campaign_id, loaded, headers, told, now), len(headers))


def headers_of(info: dict[str, Any]) -> list[str]:
    """A list's headers as written, from what the ledger keeps of it."""
    return [column["header"] for column in info["columns"]]


def _rows(
    conn: sa.Connection,
    campaign_id: int,
    loaded: Sequence[Any],
    headers: Sequence[str],
    told: Sequence[str],
    now: datetime,
) -> Iterator[tuple[Cell, ...]]:
    campaign = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    rules = rules_of(conn, campaign, now)
    for list_ in loaded:
        own = headers_of(list_.info)
        statement = (
            sa.select(contacts, rows.c.cells)
            .join(rows, (rows.c.list_id == contacts.c.list_id) & (rows.c.row == contacts.c.row))
            .where(contacts.c.list_id == list_.id)
            .order_by(contacts.c.row)
        )
        for batch in conn.execute(streamed(statement)).partitions():
            tries = _tries(conn, [contact.id for contact in batch])
            waits = _next_attempts(conn, campaign, batch, rules, now)
            for contact in batch:
                cells = dict(zip(own, contact.cells, strict=True))
                given = (cells.get(header, "") for header in headers)
                became = _became(contact, tries[contact.id], waits.get(contact.id))
                heard = told_cells([attempt.heard for attempt in tries[contact.id]], told)
                yield (*given, *became, list_.file, contact.row, *heard)


def _tries(conn: sa.Connection, ids: Sequence[int]) -> dict[int, list[Any]]:
    of_contact: dict[int, list[Any]] = defaultdict(list)
    used = attempts.c.contact_id.in_(ids) & attempts.c.state.not_in([*UNSENT_STATES])
    for attempt in conn.execute(sa.select(*OF_ATTEMPT).where(used).order_by(attempts.c.contact_id, attempts.c.id)):
        of_contact[attempt.contact_id].append(attempt)
    return of_contact


def _became(contact: Any, tries: Sequence[Any], next_at: datetime | None) -> tuple[Cell, ...]:
    phone = contact.numbers[contact.position]
    zone, _, others = contact.zones.partition(",")
    dialing = contact.state == ContactState.DIALING
    return (
        phone["e164"],
        " or ".join(phone["types"]),
        phone["region"],
        zone,
        others.replace(",", ", "),
        contact.zone_source,
        contact.state,
        _last(attempt.result for attempt in tries),
        None if dialing else contact.reason,
        ContactState.DIALING.meaning if dialing else plain_words(contact.reason),
        len(tries),
        local(tries[0].intent_at, contact.zones) if tries else None,
        local(tries[-1].intent_at, contact.zones) if tries else None,
        local(next_at, contact.zones),
        sum(attempt.duration_s or 0 for attempt in tries),
        _last(attempt.disposition for attempt in tries),
    )


def _last(words: Iterator[str | None]) -> str | None:
    known = [word for word in words if word]
    return known[-1] if known else None


def _next_attempts(
    conn: sa.Connection, campaign: Any, batch: Sequence[Any], rules: Rules, now: datetime
) -> dict[int, datetime | None]:
    """When the rules let each waiting contact be called: what is due may have to wait for its window to open."""
    waiting = [(contact, person_of_contact(contact)) for contact in batch if contact.state == ContactState.READY]
    known = histories(conn, [contact for contact, _ in waiting], campaign, rules, now)
    found: dict[int, datetime | None] = {}
    for contact, person in waiting:
        earliest = max(now, contact.next_at or now)
        decision = decide(person, known[contact.id], rules, earliest)
        found[contact.id] = earliest if decision.allowed else decision.next_at
    return found
