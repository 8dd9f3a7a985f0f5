"""A campaign that is over and long ago leaves the ledger for a state folder of its own.

There ``report``, ``status`` and ``why`` answer as before. In the ledger stay its row, its history and its look-ups, and
all that is not the campaign's: do-not-call lists, registries, answers of databases. A campaign leaves only when none of
its calls counts any more: for a cap, or for who was called lately.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from campaigns.errors import LedgerError, NotAllowed
from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.columns import EPOCH
from campaigns.ledger.controls import Control, control
from campaigns.ledger.ledger import Tx, connect, translated
from campaigns.ledger.migrate import migrate
from campaigns.ledger.tables import (
    NOT_READY,
    attempts,
    campaigns,
    closures,
    contacts,
    decisions,
    events,
    ledger,
    lists,
    open_of,
    optouts,
    registries,
    reviews,
    rows,
    suppressions,
    tallies,
)  # fmt: skip
from campaigns.rules.caps import longest_window
from campaigns.vocabulary import OVER, CampaignState, ContactState

LATELY = timedelta(days=30)
"""Whom ``launch --new`` leaves out: who was called within this time."""
CHUNK = 2000
"""How many rows leave in one transaction: a larger one would hold intents up."""
Standing = tuple[int, ...]
"""What changes when anything of a campaign does: its rows, contacts and attempts, and its newest event."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A campaign was copied to this folder as it stood; by whom."""

    campaign_id: int
    folder: str
    standing: Standing
    who: str


def check(tx: Tx, items: Sequence[int]) -> list[Standing]:
    """Raise NotAllowed, saying why, where a campaign may not leave yet; answers how it stands."""
    return [_check(tx, campaign_id) for campaign_id in items]


def copy_out(url: str, campaign_id: int, folder: Path) -> None:
    """Write the campaign, and what its reports look up, to a new state folder; raises LedgerError."""
    draft = folder.with_name(f"{folder.name}.part")
    try:
        if folder.exists():
            raise NotAllowed(f"{folder} is there already and is kept; name another folder")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        _copy(url, campaign_id, f"sqlite:///{quote(str(draft / 'ledger.sqlite'))}")
        draft.rename(folder)
    except OSError as error:
        raise LedgerError(f"{folder} cannot be written: {error.strerror}") from error


def close(tx: Tx, items: Sequence[Archived]) -> list[bool]:
    """Done or cancelled → archived, where nothing changed since it was copied; raises NotAllowed."""
    for item in items:
        if _standing(tx.conn, item.campaign_id) != item.standing:
            raise NotAllowed(f"the campaign changed while it was copied; remove {item.folder} and do it again")
    return control(
        tx, [Control(each.campaign_id, CampaignState.ARCHIVED, each.who, detail=each.folder) for each in items]
    )


def clear(tx: Tx, items: Sequence[int]) -> list[int]:
    """Remove some rows of campaigns that were archived; answers how many, 0 when none is left."""
    return [_clear(tx.conn, campaign_id) for campaign_id in items]


def goes_on(campaign: sa.Row[Any], folder: Path) -> bool:
    """Whether the campaign was archived to this very folder, and only some of its rows have not left yet."""
    if campaign.state != CampaignState.ARCHIVED:
        return False
    if campaign.detail != str(folder) or not folder.is_dir():
        raise NotAllowed(f'"{campaign.name}" was archived already: it is in {campaign.detail or "this very folder"}')
    return True


def still_here(campaign: sa.Row[Any]) -> sa.Row[Any]:
    """The campaign; raises NotAllowed, saying where it is, when its leads were moved elsewhere."""
    if campaign.state == CampaignState.ARCHIVED and campaign.detail:
        raise NotAllowed(f'"{campaign.name}" was archived: ask again with --state {campaign.detail}')
    return campaign


def _check(tx: Tx, campaign_id: int) -> Standing:
    mine = contacts.c.campaign_id == campaign_id
    campaign = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    held = mine & NOT_READY & (contacts.c.state == ContactState.HELD)
    waiting = {
        "leads are held: `dialer settle` says what became of them": held,
        "calls are open": open_of(campaign_id),
        "opt-outs wait for a person: `dialer suppress review`": (optouts.c.campaign_id == campaign_id)
        & optouts.c.settled_at.is_(None),
        "answers wait for a person: `dialer review`": (reviews.c.campaign_id == campaign_id)
        & reviews.c.settled_at.is_(None),
    }
    if campaign.state not in OVER:
        raise NotAllowed(f'campaign "{campaign.name}" is {campaign.state}; only one that is over can be archived')
    for what, which in waiting.items():
        if count := tx.conn.execute(sa.select(sa.func.count()).where(which)).scalar_one():
            raise NotAllowed(f'campaign "{campaign.name}" cannot be archived yet: {count:,} {what}')
    calls = sa.select(sa.func.max(attempts.c.intent_at, type_=attempts.c.intent_at.type))
    last = tx.conn.execute(calls.where(attempts.c.campaign_id == campaign_id)).scalar()
    free = last and last + max(LATELY, *_windows(tx))
    if free and free > tx.now:
        raise NotAllowed(f'calls of "{campaign.name}" still count for caps; it can be archived from {free:%F} on')
    return _standing(tx.conn, campaign_id)


def _windows(tx: Tx) -> Iterator[timedelta]:
    """How far back any campaign that may still call counts."""
    for campaign in tx.conn.execute(sa.select(campaigns).where(campaigns.c.state != CampaignState.ARCHIVED)):
        yield longest_window(rules_of(tx.conn, campaign, tx.now))


def _standing(conn: sa.Connection, campaign_id: int) -> Standing:
    newest = sa.select(sa.func.coalesce(sa.func.max(events.c.id), 0)).where(events.c.campaign_id == campaign_id)
    counts = (sa.select(sa.func.count()).select_from(table).where(which) for table, which in _parts(campaign_id)
              if table in (rows, contacts, attempts))  # fmt: skip
    return tuple(conn.execute(statement).scalar_one() for statement in (*counts, newest))


def _parts(campaign_id: int) -> Iterator[tuple[sa.Table, sa.ColumnElement[bool]]]:
    """What of each table is copied, in an order that foreign keys allow."""
    of_lists = rows.c.list_id.in_(sa.select(lists.c.id).where(lists.c.campaign_id == campaign_id))
    calls = sa.select(attempts.c.id).where(attempts.c.campaign_id == campaign_id)
    numbers = sa.select(contacts.c.identity).where(contacts.c.campaign_id == campaign_id)
    yield campaigns, campaigns.c.id == campaign_id
    yield lists, lists.c.campaign_id == campaign_id
    yield rows, of_lists
    yield contacts, contacts.c.campaign_id == campaign_id
    yield attempts, attempts.c.campaign_id == campaign_id
    yield decisions, decisions.c.attempt_id.in_(calls)
    yield reviews, reviews.c.campaign_id == campaign_id
    yield optouts, optouts.c.campaign_id == campaign_id
    yield events, events.c.campaign_id == campaign_id
    yield tallies, tallies.c.campaign_id == campaign_id
    yield suppressions, (suppressions.c.kind != "number") | suppressions.c.entry.in_(numbers)
    for small in (ledger, closures, registries):
        yield small, sa.true()


def _copy(url: str, campaign_id: int, to: str) -> None:
    migrate(to, EPOCH)
    source, target = connect(url), connect(to)
    try:
        with translated(url), source.connect() as conn, target.begin() as copy:
            copy.execute(ledger.delete())  # it is still the same ledger
            for table, which in _parts(campaign_id):
                found = conn.execution_options(yield_per=CHUNK).execute(sa.select(table).where(which))
                for chunk in found.mappings().partitions():
                    copy.execute(table.insert(), [dict(row) for row in chunk])
            if _standing(copy, campaign_id) != _standing(conn, campaign_id):
                raise LedgerError("the campaign changed while it was copied; do it again")
            copy.execute(campaigns.update().values(state=CampaignState.ARCHIVED, detail=""))
    finally:
        source.dispose()
        target.dispose()


def _clear(conn: sa.Connection, campaign_id: int) -> int:
    mine = attempts.c.campaign_id == campaign_id
    if calls := conn.execute(sa.select(attempts.c.id).where(mine).limit(CHUNK)).scalars().all():
        for table, column in ((decisions, decisions.c.attempt_id), (optouts, optouts.c.attempt_id),
                              (attempts, attempts.c.id)):  # fmt: skip
            conn.execute(table.delete().where(column.in_(calls)))
        return len(calls)
    mine = contacts.c.campaign_id == campaign_id
    if people := conn.execute(sa.select(contacts.c.id).where(mine).limit(CHUNK)).scalars().all():
        conn.execute(reviews.delete().where(reviews.c.contact_id.in_(people)))
        conn.execute(contacts.delete().where(contacts.c.id.in_(people)))
        return len(people)
    for list_id in conn.execute(sa.select(lists.c.id).where(lists.c.campaign_id == campaign_id)).scalars().all():
        here = rows.c.list_id == list_id
        if places := conn.execute(sa.select(rows.c.row).where(here).limit(CHUNK)).scalars().all():
            conn.execute(rows.delete().where(here, rows.c.row.in_(places)))
            return len(places)
    conn.execute(tallies.delete().where(tallies.c.campaign_id == campaign_id))
    return conn.execute(lists.delete().where(lists.c.campaign_id == campaign_id)).rowcount
