"""A lead list goes into the ledger: every row with its verdict, every accepted row as a contact.

Rows come in chunks, each its own transaction, so a load never holds an intent up for long; a load that was cut off is
simply run again: rows already there are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import Lead, ListInfo
from campaigns.ledger.campaigns import parse_stored, spec_of
from campaigns.ledger.controls import Suppression, suppress
from campaigns.ledger.ledger import Tx
from campaigns.ledger.people import person_of_lead
from campaigns.ledger.suppression import campaign_scope, suppressed_numbers
from campaigns.ledger.tables import attempts, campaigns, contacts, lists, rows
from campaigns.rules.decide import decide, screen
from campaigns.rules.facts import History
from campaigns.rules.rules import Rules
from campaigns.vocabulary import AttemptState, ContactState, Reason, Verdict

CHUNK = 2000
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NewList:
    """A list to be loaded into a campaign."""

    campaign_id: int
    info: ListInfo


@dataclass(frozen=True, slots=True)
class ListState:
    """A list's id, and whether every row of it is in the ledger already."""

    list_id: int
    complete: bool


def open_list(tx: Tx, items: Sequence[NewList]) -> list[ListState]:
    """Find or make the list's row: the same file and sheet is the same list, whatever it is called."""
    return [_open_list(tx, item) for item in items]


def _open_list(tx: Tx, item: NewList) -> ListState:
    key = {"campaign_id": item.campaign_id, "sha256": item.info.sha256, "sheet": item.info.sheet or ""}
    same = sa.and_(*(lists.c[name] == value for name, value in key.items()))
    found = tx.conn.execute(sa.select(lists.c.id, lists.c.complete).where(same)).one_or_none()
    if found:
        return ListState(found.id, found.complete)
    values = {**key, "file": item.info.file, "info": asdict(item.info), "complete": False, "loaded_at": tx.now}
    return ListState(int(tx.conn.execute(lists.insert().values(values).returning(lists.c.id)).scalar_one()), False)


def close_list(tx: Tx, items: Sequence[int]) -> list[None]:
    """Every row is in: the list is complete."""
    tx.conn.execute(lists.update().where(lists.c.id.in_(items)).values(complete=True, loaded_at=tx.now))
    return [None] * len(items)


def left_out(conn: sa.Connection, list_id: int, reason: Reason) -> int:
    """How many rows of a list are no contacts for this reason."""
    these = (rows.c.list_id == list_id) & (rows.c.reason == reason)
    return int(conn.execute(sa.select(sa.func.count()).select_from(rows).where(these)).scalar_one())


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to CHUNK leads of one list; ``skip_recent``: leave out people called in the last 30 days."""

    campaign_id: int
    list_id: int
    leads: tuple[Lead, ...]
    skip_recent: bool


def chunks(
    lead_list: Iterable[Lead], campaign_id: int, list_id: int, *, skip_recent: bool, limit: int | None
) -> Iterator[Chunk]:
    """Cut a list into chunks; ``limit``: only so many accepted leads, and the rows up to there."""
    leads: list[Lead] = []
    accepted = 0
    for lead in lead_list:
        accepted += lead.verdict is Verdict.ACCEPTED
        if limit is not None and accepted > limit:
            break
        leads.append(lead)
        if len(leads) == CHUNK:
            yield Chunk(campaign_id, list_id, tuple(leads), skip_recent)
            leads = []
    if leads:
        yield Chunk(campaign_id, list_id, tuple(leads), skip_recent)


def load(tx: Tx, items: Sequence[Chunk]) -> list[int]:
    """Insert chunks; answers how many contacts each added. Leads that the campaign's own rules bar become excluded."""
    return [_load(tx, item) for item in items]


def _load(tx: Tx, chunk: Chunk) -> int:
    first, last = chunk.leads[0].row, chunk.leads[-1].row
    there = sa.select(rows.c.row).where(rows.c.list_id == chunk.list_id, rows.c.row.between(first, last))
    known = set(tx.conn.execute(there).scalars())
    leads = judge(tx, chunk, [lead for lead in chunk.leads if lead.row not in known])
    if leads:
        tx.conn.execute(rows.insert(), [_row(chunk.list_id, lead) for lead in leads])
    for lead in leads:
        if lead.reason is Reason.OPTED_OUT:  # the same number may stand in another row, or come in another list
            scope = campaign_scope(chunk.campaign_id)
            suppress(tx, [Suppression(phone.e164, scope, "the lead list says so", "dialer") for phone in lead.phones])
    accepted = [lead for lead in leads if lead.verdict is Verdict.ACCEPTED]
    if accepted:
        rules = Rules.from_spec(spec_of(tx.conn, chunk.campaign_id))
        tx.conn.execute(contacts.insert(), [_contact(chunk, lead, rules, tx.now) for lead in accepted])
    return len(accepted)


def judge(tx: Tx, chunk: Chunk, leads: Sequence[Lead]) -> list[Lead]:
    """Give accepted leads the verdicts that only the campaign and the ledger know."""
    campaign = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == chunk.campaign_id)).one()
    numbers = [lead.phones[0].e164 for lead in leads if lead.verdict is Verdict.ACCEPTED]
    in_campaign = _among(tx, contacts.c.identity, numbers, contacts.c.campaign_id == chunk.campaign_id)
    called = attempts.c.intent_at.is_not(None) & (attempts.c.intent_at > tx.now - RECENT)
    called &= attempts.c.state != AttemptState.NOT_PLACED
    recent = _among(tx, attempts.c.number, numbers, called) if chunk.skip_recent else set()
    wanted = {(number, campaign.client, campaign.id) for number in numbers}
    barred = suppressed_numbers(tx.conn, wanted)
    rules = Rules.from_spec(parse_stored(campaign.spec))

    def verdict(lead: Lead) -> Lead:
        if lead.verdict is not Verdict.ACCEPTED:
            return lead
        number = lead.phones[0].e164
        if number in in_campaign:
            return _turned(lead, Verdict.DUPLICATE, Reason.DUPLICATE_IN_CAMPAIGN)
        if number in recent:
            return _turned(lead, Verdict.DUPLICATE, Reason.DUPLICATE_RECENT)
        reason = screen(person_of_lead(lead), History(suppressed=barred.get((number, campaign.id))), rules, tx.now)
        return _turned(lead, Verdict.EXCLUDED, reason) if reason else lead

    return [verdict(lead) for lead in leads]


def _turned(lead: Lead, verdict: Verdict, reason: Reason) -> Lead:
    return replace(lead, verdict=verdict, reason=reason, detail=reason.meaning)


def _among(tx: Tx, column: sa.ColumnElement[str], numbers: Sequence[str], also: sa.ColumnElement[bool]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(numbers), 500):
        chunk = column.in_(numbers[start : start + 500])
        found.update(tx.conn.execute(sa.select(column).where(chunk, also)).scalars())
    return found


def _row(list_id: int, lead: Lead) -> dict[str, Any]:
    return {
        "list_id": list_id, "row": lead.row, "verdict": lead.verdict, "reason": lead.reason, "detail": lead.detail,
        "suggestion": lead.suggestion, "cells": list(lead.cells),
        "number": lead.phones[0].e164 if lead.phones else None,
    }  # fmt: skip


def _contact(chunk: Chunk, lead: Lead, rules: Rules, now: datetime) -> dict[str, Any]:
    decision = decide(person_of_lead(lead), History(), rules, now)
    return {
        "campaign_id": chunk.campaign_id, "list_id": chunk.list_id, "row": lead.row,
        "identity": lead.phones[0].e164, "state": ContactState.READY, "reason": decision.reason or Reason.NEW,
        "next_at": decision.next_at or now,
        "priority": 0, "numbers": [asdict(phone) for phone in lead.phones], "position": 0,
        "zones": ",".join(lead.zones), "zone_source": lead.zone_source, "region_state": lead.state,
        "fields": lead.fields,
    }  # fmt: skip
