"""A lead list goes into the ledger: every row with its verdict, every accepted row as a contact.

Rows come in chunks, each its own transaction, so a load never holds an intent up for long; a load that was cut off is
simply run again: rows already there are passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from campaigns.errors import RowsLost
from campaigns.leads.lead import ListInfo
from campaigns.leads.packed import Packed, numbers_in
from campaigns.ledger import bulk
from campaigns.ledger.fresh import ROW, Fresh
from campaigns.ledger.judging import Judge
from campaigns.ledger.ledger import CACHE_KB, LOADING_KB, Tx, set_cache
from campaigns.ledger.review import review_rows
from campaigns.ledger.suppressing import Listing, suppress_many
from campaigns.ledger.suppression import campaign_scope
from campaigns.ledger.tables import campaigns, contacts, lists, rows
from campaigns.ledger.tallies import add, verdict_key
from campaigns.vocabulary import CampaignState, ContactState, Reason, Verdict

CHUNK, CHUNK_BESIDE_CALLS = 200, 8
"""How many batches of 250 rows one transaction takes; few while calls are placed: their intents wait (measured)."""


@dataclass(frozen=True, slots=True)
class NewList:
    """A list of so many rows, to be loaded into a campaign."""

    campaign_id: int
    info: ListInfo
    rows: int


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
    values = {**key, "sha256": item.info.sha256, "file": item.info.file, "info": asdict(item.info), "rows": item.rows,
              "complete": False, "loaded_at": tx.now}  # fmt: skip
    id_ = int(tx.conn.execute(lists.insert().values(values).returning(lists.c.id)).scalar_one())
    return ListState(id_, False, newer)


def close_list(tx: Tx, items: Sequence[int]) -> list[None]:
    """Every row is in: the list is complete."""
    tx.conn.execute(lists.update().where(lists.c.id.in_(items)).values(complete=True, loaded_at=tx.now))
    return [None] * len(items)


def rest(tx: Tx, items: Sequence[None]) -> Sequence[None]:
    """No list is being loaded any more, whether or not it is complete: the writer keeps less in memory."""
    set_cache(tx.conn, CACHE_KB)
    return items


def account(conn: sa.Connection, list_id: int, read: int | None = None) -> Counter[str | None]:
    """How many rows of a list are no contacts, by reason (None: those that are).

    Raises RowsLost unless the ledger has the ``read`` rows, each with one verdict, and a contact for every accepted.
    """
    count, in_list, fine = sa.func.count(), rows.c.list_id == list_id, rows.c.verdict == Verdict.ACCEPTED
    # One statement, as of one moment. The accepted are what is left: to sort a million of them by reason takes longer.
    parts = sa.union_all(
        sa.select(sa.literal("contacts"), sa.null(), count).where(contacts.c.list_id == list_id),
        sa.select(sa.literal("rows"), sa.null(), count).where(in_list),
        sa.select(sa.literal("others"), rows.c.reason, count).where(in_list, ~fine).group_by(rows.c.reason),
    )
    counted: dict[tuple[str, str | None], int] = {(part, reason): n for part, reason, n in conn.execute(parts)}
    people, all_rows = counted.pop(("contacts", None)), counted.pop(("rows", None))
    found = Counter({reason: n for (_, reason), n in counted.items()})
    found[None] = accepted = all_rows - found.total()
    if found.total() != (found.total() if read is None else read) or accepted != people:
        raise RowsLost(
            f"{read} rows were read, {found.total()} are in the ledger; {accepted} were accepted, {people} are contacts"
        )
    return found


def so_far(conn: sa.Connection, name: str) -> tuple[int, int] | None:
    """Of the list that is being loaded into the campaign of this name: rows in the ledger, and rows in all."""
    newest = sa.select(lists).join(campaigns, campaigns.c.id == lists.c.campaign_id).where(campaigns.c.name == name)
    row = conn.execute(newest.order_by(lists.c.id.desc()).limit(1)).one_or_none()
    if row is None or row.complete:
        return None
    return conn.execute(sa.select(sa.func.count()).where(rows.c.list_id == row.id)).scalar_one(), row.rows


class Reading:
    """A list on its way into the ledger; ``limit``: only so many accepted leads, and the rows up to there."""

    def __init__(self, batches: Iterator[Packed], limit: int | None = None) -> None:
        self.rows = 0
        self._batches, self._left = batches, limit

    def take(self, count: int) -> list[Packed]:
        """The next batches, at most so many; none at the end."""
        taken = [self._within_limit(batch) for batch in islice(self._batches, count)]
        self.rows += sum(map(len, taken))
        return [batch for batch in taken if batch]

    def _within_limit(self, batch: Packed) -> Packed:
        if self._left is None:
            return batch
        within = batch.first(self._left)
        self._left -= len(within.accepted)
        if len(within) < len(batch):
            self._left, self._batches = 0, iter(())
        return within


@dataclass(frozen=True, slots=True)
class Chunk:
    """Batches of one list, in order.

    ``skip_recent``: leave out people called in the last 30 days; ``update``: rows that differ from what the campaign
    has of a person change that.
    """

    campaign_id: int
    list_id: int
    batches: Sequence[Packed]
    skip_recent: bool
    update: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a chunk did: contacts added, changed or filled in, left as they were.

    ``beside_calls``: a campaign runs; of a large chunk only the first ``batches`` are loaded then.
    """

    added: int
    changed: int
    same: int
    beside_calls: bool
    batches: int


def load(tx: Tx, items: Sequence[Chunk]) -> list[Loaded]:
    """Insert chunks. Leads that the campaign's own rules bar become excluded, those it has already duplicates."""
    return [_load(tx, item) for item in items]


def _load(tx: Tx, chunk: Chunk) -> Loaded:
    set_cache(tx.conn, LOADING_KB)
    beside_calls = not bulk.is_empty(tx.conn, campaigns, campaigns.c.state == CampaignState.RUNNING)
    taken = chunk.batches[:CHUNK_BESIDE_CALLS] if beside_calls else chunk.batches
    batches = _not_there_yet(tx, chunk.list_id, taken)
    campaign = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == chunk.campaign_id)).one()
    list_id = chunk.list_id
    judge = Judge(tx, campaign, list_id, batches, update=chunk.update, skip_recent=chunk.skip_recent)
    fresh = Fresh(list_id, judge)
    for batch in batches:
        fresh.take(batch)
    judge.changes.write(tx)
    in_list: dict[str, Any] = {"list_id": list_id}
    fine = {"verdict": Verdict.ACCEPTED.value, "reason": None, "detail": "", "suggestion": ""}
    people, others = fresh.people, fresh.others
    accepted = dict(zip(ROW, (people["row"], people["identity"], fresh.cells), strict=True))
    bulk.insert(tx.conn, rows, in_list | fine, accepted)
    if others:
        bulk.insert(tx.conn, rows, in_list, dict(zip((*ROW, *fine), zip(*others, strict=True), strict=True)))
    first = {"campaign_id": chunk.campaign_id, "state": ContactState.READY.value, "priority": 0, "position": 0,
             "withdrawn": bulk.stored(tx.conn, contacts.c.withdrawn, False)}  # fmt: skip
    same = {name: value for name, value in first.items() if name not in people}
    bulk.insert(tx.conn, contacts, in_list | same, people)
    tally = fresh.tally
    tally[verdict_key(Verdict.ACCEPTED, None)] = len(fresh.cells)
    tally.update(verdict_key(verdict, reason) for _, _, _, verdict, reason, *_ in others)
    add(tx, chunk.campaign_id, tally)
    review_rows(tx, chunk.campaign_id, list_id, fresh.unreadable)
    opted_out = (lead for batch in batches for lead in batch.others if lead[4] == Reason.OPTED_OUT)
    if out := {number for lead in opted_out for number in numbers_in(lead[7])}:
        suppress_many(tx, [Listing(sorted(out), campaign_scope(chunk.campaign_id), "the lead list says so", "dialer")])
    changes = judge.changes
    return Loaded(len(fresh.cells), len(changes.newer) + len(changes.filled), changes.same, beside_calls, len(taken))


def _not_there_yet(tx: Tx, list_id: int, batches: Sequence[Packed]) -> Sequence[Packed]:
    between = rows.c.row.between(batches[0].rows[0], batches[-1].rows[1])
    there = set(tx.conn.execute(sa.select(rows.c.row).where(rows.c.list_id == list_id, between)).scalars())
    return [batch.without(there) for batch in batches] if there else batches
