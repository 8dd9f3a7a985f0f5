"""Every move of an attempt, and what it does to its contact. Nothing else writes these two states.

    reserved  → submitted (the intent) | row deleted (sent back: the contact is ready again)
    submitted → accepted | rejected | not_placed | unknown
    unknown   → accepted | ended (a record was found) | unresolved | not_placed (policy redial)
    accepted  → ended | lost
    unresolved, lost → ended (a late record, or ``settle``)

Each function is a batch operation for ``Ledger.write``. An item whose attempt is no longer where it was is passed over:
whoever came first decided.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.bulk import upsert
from campaigns.ledger.columns import spelled
from campaigns.ledger.decisions import remember
from campaigns.ledger.gates import GATED, Gates
from campaigns.ledger.ledger import Tx
from campaigns.ledger.rulings import Rulings
from campaigns.ledger.tables import READY, accounts, attempts, campaigns, contacts
from campaigns.rules.order import with_callback
from campaigns.rules.retry import Step
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason

NUMBER_BUSY_WAIT = timedelta(seconds=60)
DAY = timedelta(hours=24)
CLOSED = (AttemptState.UNRESOLVED, AttemptState.LOST)
_FACTS: sa.Select[Any] = (
    sa.select(
        attempts.c.id, attempts.c.ref, attempts.c.campaign_id, attempts.c.account, attempts.c.number,
        attempts.c.version, attempts.c.callable_until, accounts.c.not_before, *GATED, contacts.c.numbers,
        contacts.c.position, contacts.c.zones, contacts.c.zone_source, contacts.c.region_state, contacts.c.consent,
        contacts.c.withdrawn,
    )
    .join(contacts, contacts.c.id == attempts.c.contact_id)
    .join(accounts, accounts.c.name == attempts.c.account, isouter=True)
    .where(among(attempts.c.id, sa.bindparam("ids")), attempts.c.state == AttemptState.RESERVED)
    .order_by(attempts.c.id)
)  # fmt: skip
"""What is asked of attempts at their intent."""
_INTENT = (
    attempts.update()
    .where(among(attempts.c.id, sa.bindparam("ids")))
    .values(state=AttemptState.SUBMITTED, intent_at=sa.bindparam("at"))
)

_MOVED_CONTACTS = (
    contacts.update()
    .where(among(contacts.c.id, sa.bindparam("ids")), contacts.c.state == sa.bindparam("come_from"))
    .values(
        state=sa.bindparam("to"), next_at=sa.bindparam("to_next_at"),
        reason=sa.func.coalesce(sa.bindparam("to_reason", type_=contacts.c.reason.type), contacts.c.reason),
    )
)  # fmt: skip
_CANCELLED = sa.select(campaigns.c.id).where(campaigns.c.state == CampaignState.CANCELLED)
_BURIED = (
    contacts.update()
    .where(among(contacts.c.id, sa.bindparam("ids")), READY)
    .where(contacts.c.withdrawn | contacts.c.campaign_id.in_(_CANCELLED))
    .values(
        state=ContactState.CANCELLED, next_at=None,
        reason=sa.case((contacts.c.withdrawn, Reason.WITHDRAWN), else_=Reason.CAMPAIGN_CANCELLED),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reservation:
    """A contact that may be called now: by which account and agent, at which number, and until when."""

    contact_id: int
    campaign_id: int
    account: str
    agent: str
    number: str
    version: int
    callable_until: datetime


def reserve(tx: Tx, items: Sequence[Reservation]) -> list[int | None]:
    """Nothing → reserved. Answers the attempt ids; None where number or contact has another open attempt.

    The loser of a number waits a minute (``number_busy``).
    """
    if not items:
        return []
    statement = upsert(tx.conn, attempts).on_conflict_do_nothing().returning(attempts.c.ref, attempts.c.id)
    values = [new_attempt(item, tx.now) for item in items]
    made = {ref: id_ for ref, id_ in tx.conn.execute(statement, values)}
    ids = [made.get(value["ref"]) for value in values]
    won = [item.contact_id for item, id_ in zip(items, ids, strict=True) if id_ is not None]
    lost = [item.contact_id for item, id_ in zip(items, ids, strict=True) if id_ is None]
    move_contacts(tx, won, ContactState.READY, ContactState.DIALING, None, None)
    move_contacts(tx, lost, ContactState.READY, ContactState.READY, Reason.NUMBER_BUSY, tx.now + NUMBER_BUSY_WAIT)
    return ids


def new_attempt(item: Reservation, at: datetime) -> dict[str, Any]:
    """The row of an attempt that is reserved at this instant."""
    return {
        "ref": uuid.uuid4().hex, "campaign_id": item.campaign_id, "contact_id": item.contact_id,
        "account": item.account, "agent": item.agent, "number": item.number, "version": item.version,
        "state": AttemptState.RESERVED, "callable_until": item.callable_until, "reserved_at": at,
        "rung_at": at, "platform_text": "", "unclear": False, "raw_status": "", "raw_answered_by": "",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Return:
    """A reserved attempt that goes back unsent; the contact is due again at ``next_at`` (None: at once)."""

    attempt_id: int
    next_at: datetime | None = None


def send_back(tx: Tx, items: Sequence[Return]) -> list[bool]:
    """Reserved → row deleted: the contact is ready again and has used no attempt."""
    if not items:
        return []
    gone = attempts.delete().where(
        among(attempts.c.id, [item.attempt_id for item in items]), attempts.c.state == AttemptState.RESERVED
    )
    back = dict(tuple(row) for row in tx.conn.execute(gone.returning(attempts.c.id, attempts.c.contact_id)))
    for next_at in {item.next_at for item in items}:
        ids = [back[item.attempt_id] for item in items if item.next_at == next_at and item.attempt_id in back]
        _make_ready(tx, ids, ContactState.DIALING, None, next_at or tx.now)
    return [item.attempt_id in back for item in items]


@dataclass(frozen=True, slots=True)
class Intent:
    """The wish to send one attempt now; ``margin`` must be left before its permission ends.

    ``ref`` says which attempt is meant: SQLite gives the id of a deleted one, the last, to the next that is reserved.
    """

    attempt_id: int
    ref: str
    margin: timedelta


@dataclass(frozen=True, slots=True)
class Submitted:
    """The intent is committed; the machine's clocks as they stood inside the transaction."""

    at: datetime
    monotonic: float
    wall: float


def submit(tx: Tx, items: Sequence[Intent]) -> list[Submitted | None]:
    """Reserved → submitted, where everything still holds: from here on the call may exist (DESIGN §4.3).

    Checked against rows of this very transaction: the campaign runs and its rules are the ones the attempt was decided
    by; the permission lasts; every rule still allows the call, closed places, lists and caps included; calls a day
    leave room; the account does not rest. Who fails one is sent back: None. Why the others were allowed is kept.
    One intent is granted once, also where it is asked for twice at the same time.
    """
    margins = {(item.attempt_id, item.ref): item.margin for item in items}
    there = tx.conn.execute(_FACTS, {"ids": [*{id_ for id_, _ in margins}]}).all()
    facts = [row for row in there if (row.id, row.ref) in margins]
    rulings = Rulings(tx.conn, facts, tx.now)
    limited = {id_ for id_, campaign in rulings.campaigns.items() if campaign.per_day}
    today = calls_today(tx, limited) if limited else {}
    gates = Gates(tx, facts, rulings.campaigns)
    kept: dict[int, str] = {}
    for row in facts:
        campaign, margin = rulings.campaigns[row.campaign_id], margins[row.id, row.ref]
        fits = (
            campaign.state == CampaignState.RUNNING
            and not row.withdrawn
            and campaign.version == row.version
            and tx.now + margin < row.callable_until
            and (row.not_before is None or row.not_before <= tx.now)
            and (not campaign.per_day or today[row.campaign_id] < campaign.per_day)
            and gates.allow(row)
        )
        allowed = rulings.allow(row, margin) if fits else None
        if allowed:
            kept[row.id] = allowed
            today[row.campaign_id] = today.get(row.campaign_id, 0) + 1
            gates.take(row)
    if kept:
        tx.conn.execute(_INTENT, {"ids": [*kept], "at": tx.now})
        remember(tx, kept)
    send_back(tx, [Return(row.id) for row in facts if row.id not in kept])
    marks = {(row.id, row.ref): Submitted(tx.now, tx.monotonic, tx.wall) for row in facts if row.id in kept}
    return [marks.pop((item.attempt_id, item.ref), None) for item in items]


def calls_today(tx: Tx, campaign_ids: Iterable[int]) -> dict[int, int]:
    """How many calls each of these campaigns has made in the last 24 hours, counted from rows."""
    count = (
        sa.select(attempts.c.campaign_id, sa.func.count())
        .where(attempts.c.campaign_id.in_(list(campaign_ids)), attempts.c.intent_at > tx.now - DAY,
               attempts.c.state != AttemptState.NOT_PLACED)
        .group_by(attempts.c.campaign_id)
    )  # fmt: skip
    made = {id_: 0 for id_ in campaign_ids}
    return made | dict(tuple(row) for row in tx.conn.execute(count))


def move_attempts(
    tx: Tx, ids: Sequence[int], come_from: Iterable[AttemptState], to: AttemptState, **values: Any
) -> dict[int, sa.Row[Any]]:
    """Move attempts and set ``values``; the rows as they now are, by id, without those that were elsewhere already."""
    moved = _moved((*come_from,), to, (*values,))
    renamed = {f"to_{column}": value for column, value in values.items()}
    return {row.id: row for row in tx.conn.execute(moved, {"ids": ids, **renamed})}


@lru_cache(64)
def _moved(come_from: tuple[AttemptState, ...], to: AttemptState, columns: tuple[str, ...]) -> Any:
    mine = among(attempts.c.id, sa.bindparam("ids")) & attempts.c.state.in_(come_from)
    return attempts.update().where(mine).values(_setting(columns) | {"state": to}).returning(*attempts.c)


def _setting(columns: Iterable[str]) -> dict[str, Any]:
    return {column: sa.bindparam(f"to_{column}") for column in columns}


def move_attempt(
    tx: Tx, attempt_id: int, come_from: Iterable[AttemptState], to: AttemptState, **values: Any
) -> sa.Row[Any] | None:
    """Move one attempt and set ``values``; the row as it now is, or None if it was elsewhere already."""
    return move_attempts(tx, [attempt_id], come_from, to, **values).get(attempt_id)


def move_contacts(
    tx: Tx,
    ids: Sequence[int],
    come_from: ContactState,
    to: ContactState,
    reason: Reason | None,
    next_at: datetime | None,
) -> None:
    """Move these contacts together, if they are where they are thought to be; ``reason`` None: it stays."""
    if ids:
        values = {"ids": ids, "come_from": come_from, "to": to, "to_reason": reason, "to_next_at": next_at}
        tx.conn.execute(_MOVED_CONTACTS, values)


def _make_ready(tx: Tx, ids: Sequence[int], come_from: ContactState, reason: Reason | None, next_at: datetime) -> None:
    move_contacts(tx, ids, come_from, ContactState.READY, reason, next_at)
    _bury(tx, ids)


def _bury(tx: Tx, ids: Sequence[int]) -> None:
    """Nobody waits who was withdrawn, or in a cancelled campaign: who comes back from an attempt is cancelled, too."""
    if ids:
        tx.conn.execute(_BURIED, {"ids": ids})


def free_contacts(tx: Tx, ids: Sequence[int], reason: Reason, next_at: datetime) -> None:
    """The attempts used nothing: their contacts are ready again."""
    _make_ready(tx, ids, ContactState.DIALING, reason, next_at)


def hold_contact(tx: Tx, contact_id: int, reason: Reason) -> None:
    """The attempt's outcome is not known and will not be asked for any more: a person or a late record decides."""
    move_contacts(tx, [contact_id], ContactState.DIALING, ContactState.HELD, reason, None)


AFTER_A_CALL = (ContactState.DIALING, ContactState.HELD)


def step_contacts(
    tx: Tx, steps: Sequence[tuple[sa.Row[Any], Step]], come_from: Iterable[ContactState] = AFTER_A_CALL
) -> None:
    """Let contacts go where the rules send them; those that are elsewhere stay there."""
    if not steps:
        return
    values = [
        {
            "contact": contact.id, "to_state": step.state, "to_reason": step.reason, "to_next_at": step.next_at,
            "to_position": step.position, "to_callback_at": step.callback_at, "to_agent": step.agent,
            "to_priority": with_callback(contact.priority, callback=step.callback_at is not None),
        }
        for contact, step in steps
    ]  # fmt: skip
    tx.conn.execute(_stepped((*come_from,)), values)
    _bury(tx, [contact.id for contact, _ in steps])


@lru_cache(64)
def _stepped(come_from: tuple[ContactState, ...]) -> sa.Update:
    mine = (contacts.c.id == sa.bindparam("contact")) & contacts.c.state.in_(spelled(*come_from))
    columns = ("state", "reason", "next_at", "position", "priority", "callback_at", "agent")
    return contacts.update().where(mine).values(_setting(columns))


def release_held(tx: Tx, attempt_ids: Sequence[int]) -> None:
    """A person knows that the held attempts placed no call: they used nothing, and their contacts are ready again."""
    moved = move_attempts(tx, attempt_ids, CLOSED, AttemptState.NOT_PLACED)
    _make_ready(tx, [row.contact_id for row in moved.values()], ContactState.HELD, Reason.SETTLED, tx.now)


MAY_EXIST = (AttemptState.SUBMITTED, AttemptState.UNKNOWN, AttemptState.ACCEPTED)
"""Where a call of the attempt may be live."""
MAY_END = (*MAY_EXIST, *CLOSED)
"""A late record ends a held attempt, too."""


def settle_attempts(
    tx: Tx, come_from: Sequence[AttemptState], to: AttemptState, values: Sequence[dict[str, Any]]
) -> None:
    """Move attempts, each by values of its own; ``id`` says which. A transaction that has read them may do so."""
    if values:
        columns = tuple(column for column in values[0] if column != "id")
        renamed = [{"attempt": each["id"]} | {f"to_{column}": each[column] for column in columns} for each in values]
        tx.conn.execute(_settled((*come_from,), to, columns), renamed)


@lru_cache(64)
def _settled(come_from: tuple[AttemptState, ...], to: AttemptState, columns: tuple[str, ...]) -> sa.Update:
    mine = (attempts.c.id == sa.bindparam("attempt")) & attempts.c.state.in_(spelled(*come_from))
    return attempts.update().where(mine).values(_setting(columns) | {"state": to})


def wake_contacts(tx: Tx, reasons: Sequence[Reason], after: datetime) -> None:
    """Contacts that wait for one of these reasons until after an instant are decided again now."""
    far = READY & contacts.c.reason.in_(reasons) & (contacts.c.next_at > max(after, tx.now))
    tx.conn.execute(contacts.update().where(far).values(next_at=tx.now))


def exclude_contacts(tx: Tx, which: sa.ColumnElement[bool], reason: Reason) -> None:
    """Waiting contacts → excluded, for ``reason``; one that is being called meets the rule at its next try."""
    _end_waiting(tx, which, ContactState.EXCLUDED, reason)


def withdraw_contacts(tx: Tx, ids: Sequence[int]) -> None:
    """Waiting contacts → cancelled; of the others, those that come back from an attempt are then."""
    mine = contacts.c.id.in_(ids)
    tx.conn.execute(contacts.update().where(mine).values(withdrawn=True))
    _end_waiting(tx, mine, ContactState.CANCELLED, Reason.WITHDRAWN)


def forget_contacts(tx: Tx, ids: Sequence[int]) -> None:
    """Who waits or is held → excluded: nothing is known of them any more."""
    alive = contacts.c.id.in_(ids) & contacts.c.state.in_([ContactState.READY, ContactState.HELD])
    values = {"state": ContactState.EXCLUDED, "reason": Reason.FORGOTTEN, "next_at": None}
    tx.conn.execute(contacts.update().where(alive).values(values))


def expire_contacts(tx: Tx, ids: Sequence[int], reason: Reason = Reason.CAMPAIGN_ENDED) -> None:
    """Waiting contacts whose time is over → expired."""
    _end_waiting(tx, contacts.c.id.in_(ids), ContactState.EXPIRED, reason)


def end_contacts(tx: Tx, campaign_id: int, state: ContactState, reason: Reason) -> None:
    """Waiting contacts of a campaign → expired or cancelled."""
    _end_waiting(tx, contacts.c.campaign_id == campaign_id, state, reason)


def _end_waiting(tx: Tx, which: sa.ColumnElement[bool], state: ContactState, reason: Reason) -> None:
    statement = contacts.update().where(which, READY)
    tx.conn.execute(statement.values(state=state, reason=reason, next_at=None))
