"""A lead list goes into the ledger: every row with its verdict, every accepted row as a contact.

Rows come in chunks, each its own transaction, so a load never holds an intent up for long; a load that was cut off is
simply run again: rows already there are passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.errors import RowsLost
from campaigns.leads.lead import Lead, ListInfo
from campaigns.ledger import bulk
from campaigns.ledger.controls import bar
from campaigns.ledger.judging import Judge
from campaigns.ledger.ledger import Tx
from campaigns.ledger.review import review_rows
from campaigns.ledger.suppression import campaign_scope
from campaigns.ledger.tables import campaigns, contacts, lists, rows, storable
from campaigns.vocabulary import CampaignState, ContactState, Reason, Verdict

CHUNK, CHUNK_BESIDE_CALLS = 20_000, 2000
"""How many rows one transaction takes; fewer while calls are placed, for their intents wait for it (measured)."""
ROW = ("row", "number", "cells")


@dataclass(frozen=True, slots=True)
class NewList:
    """A list to be loaded into a campaign."""

    campaign_id: int
    info: ListInfo


@dataclass(frozen=True, slots=True)
class ListState:
    """A list's id, whether every row of it is in the ledger already, and whether an older version of it is."""

    list_id: int
    complete: bool
    newer: bool = False


def open_list(tx: Tx, items: Sequence[NewList]) -> list[ListState]:
    """Find or make the list's row: the same file and sheet is the same list, whatever it is called.

    One of the same name with other content is a newer version of it.
    """
    return [_open_list(tx, item) for item in items]


def _open_list(tx: Tx, item: NewList) -> ListState:
    key = {"campaign_id": item.campaign_id, "sheet": item.info.sheet or ""}
    mine = sa.and_(*(lists.c[name] == value for name, value in key.items()))
    this = lists.c.sha256 == item.info.sha256
    newer = not bulk.is_empty(tx.conn, lists, mine & ~this & (lists.c.file == item.info.file))
    found = tx.conn.execute(sa.select(lists.c.id, lists.c.complete).where(mine, this)).one_or_none()
    if found:
        return ListState(found.id, found.complete, newer)
    values = {**key, "sha256": item.info.sha256, "file": item.info.file, "info": asdict(item.info), "complete": False,
              "loaded_at": tx.now}  # fmt: skip
    id_ = int(tx.conn.execute(lists.insert().values(values).returning(lists.c.id)).scalar_one())
    return ListState(id_, False, newer)


def close_list(tx: Tx, items: Sequence[int]) -> list[None]:
    """Every row is in: the list is complete."""
    tx.conn.execute(lists.update().where(lists.c.id.in_(items)).values(complete=True, loaded_at=tx.now))
    return [None] * len(items)


def account(conn: sa.Connection, list_id: int, read: int | None = None) -> Counter[str | None]:
    """How many rows of a list are no contacts, by reason (None: those that are).

    Raises RowsLost unless the ledger has the ``read`` rows, each with one verdict, and a contact for every accepted.
    """
    people = sa.select(sa.func.count()).where(contacts.c.list_id == list_id).scalar_subquery()
    counted = sa.select(rows.c.verdict, rows.c.reason, sa.func.count(), people).where(rows.c.list_id == list_id)
    found = conn.execute(counted.group_by(rows.c.verdict, rows.c.reason)).all()
    in_all = sum(count for _, _, count, _ in found)
    accepted = sum(count for verdict, _, count, _ in found if verdict == Verdict.ACCEPTED)
    contacts_made = found[0][3] if found else 0
    if in_all != (in_all if read is None else read) or accepted != contacts_made:
        raise RowsLost(
            f"{read} rows were read, {in_all} are in the ledger; {accepted} were accepted, {contacts_made} are contacts"
        )
    return Counter({reason: count for _, reason, count, _ in found})


class Reading:
    """A list on its way into the ledger; ``limit``: only so many accepted leads, and the rows up to there."""

    def __init__(self, batches: Iterator[list[Lead]], limit: int | None = None) -> None:
        self.rows = 0
        self._batches, self._left = batches, limit
        self._waiting: list[Lead] = []

    def take(self, size: int) -> list[Lead]:
        """The next ``size`` leads; fewer at the end, then none."""
        while len(self._waiting) < size and (batch := next(self._batches, None)):
            self._waiting += batch if self._left is None else self._within_limit(batch)
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        self.rows += len(taken)
        return taken

    def _within_limit(self, batch: list[Lead]) -> list[Lead]:
        assert self._left is not None
        for index, lead in enumerate(batch):
            if lead.verdict is Verdict.ACCEPTED:
                if not self._left:
                    self._batches = iter(())
                    return batch[:index]
                self._left -= 1
        return batch


@dataclass(frozen=True, slots=True)
class Chunk:
    """Leads of one list, in order.

    ``skip_recent``: leave out people called in the last 30 days; ``update``: rows that differ from what the campaign
    has of a person change that.
    """

    campaign_id: int
    list_id: int
    leads: Sequence[Lead]
    skip_recent: bool
    update: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a chunk did: contacts added, changed or filled in, left as they were; ``beside_calls``: a campaign runs."""

    added: int
    changed: int
    same: int
    beside_calls: bool


def load(tx: Tx, items: Sequence[Chunk]) -> list[Loaded]:
    """Insert chunks. Leads that the campaign's own rules bar become excluded, those it has already duplicates."""
    return [_load(tx, item) for item in items]


def _load(tx: Tx, chunk: Chunk) -> Loaded:
    leads = _not_there_yet(tx, chunk)
    accepted = [lead for lead in leads if lead.verdict is Verdict.ACCEPTED]
    campaign = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == chunk.campaign_id)).one()
    judge = Judge(tx, campaign, chunk.list_id, accepted, update=chunk.update, skip_recent=chunk.skip_recent)
    plain: list[tuple[Any, ...]] = []
    others: list[tuple[Any, ...]] = []
    people: list[tuple[Any, ...]] = []
    unreadable: dict[int, tuple[tuple[str, str], ...]] = {}
    text = bulk.json_list
    for lead in leads:
        if lead.verdict is Verdict.ACCEPTED:
            cohort = judge.cohort(lead)
            turn = judge.turn(lead, cohort)
            if turn is None:
                people.append(judge.contact(lead, cohort))
                if judge.wishing and (said := judge.wishing.own(lead, cohort.values).unreadable):
                    unreadable[lead.row] = said
                if not lead.detail and not lead.suggestion:
                    plain.append((lead.row, lead.phones[0].e164, text(lead.cells)))
                    continue
            else:
                lead = turn.of(lead)
        others.append(_row(lead))
    judge.changes.write(tx)
    in_list: dict[str, Any] = {"list_id": chunk.list_id}
    fine = {"verdict": Verdict.ACCEPTED.value, "reason": None, "detail": "", "suggestion": ""}
    bulk.insert(tx.conn, rows, in_list | fine, ROW, plain)
    bulk.insert(tx.conn, rows, in_list, (*ROW, "verdict", "reason", "detail", "suggestion"), others)
    fresh = {"campaign_id": chunk.campaign_id, "state": ContactState.READY.value, "priority": 0, "position": 0,
             "withdrawn": bulk.stored(tx.conn, contacts.c.withdrawn, False)}  # fmt: skip
    same = {name: value for name, value in fresh.items() if name not in judge.columns}
    bulk.insert(tx.conn, contacts, in_list | same, judge.columns, people)
    review_rows(tx, chunk.campaign_id, chunk.list_id, unreadable)
    if out := {phone.e164 for lead in leads if lead.reason is Reason.OPTED_OUT for phone in lead.phones}:
        bar(tx, sorted(out), campaign_scope(chunk.campaign_id), "the lead list says so", "dialer")
    beside_calls = not bulk.is_empty(tx.conn, campaigns, campaigns.c.state == CampaignState.RUNNING)
    changes = judge.changes
    return Loaded(len(people), len(changes.newer) + len(changes.filled), changes.same, beside_calls)


def _not_there_yet(tx: Tx, chunk: Chunk) -> Sequence[Lead]:
    between = rows.c.row.between(chunk.leads[0].row, chunk.leads[-1].row)
    there = set(tx.conn.execute(sa.select(rows.c.row).where(rows.c.list_id == chunk.list_id, between)).scalars())
    return [lead for lead in chunk.leads if lead.row not in there] if there else chunk.leads


def _row(lead: Lead) -> tuple[Any, ...]:
    number = lead.phones[0].e164 if lead.phones else None
    reason = lead.reason.value if lead.reason else None
    said = (storable(lead.detail), storable(lead.suggestion))
    return (lead.row, number, bulk.json_list(lead.cells), lead.verdict.value, reason, *said)
