"""What the platform's history says of our attempts, written down; and what its silence means (DESIGN §4.6, §4.7)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import end_attempt, free_contact, hold_contact, move_attempt
from campaigns.ledger.optouts import heed
from campaigns.ledger.outcomes import follow, owner_of
from campaigns.ledger.saying import said_of
from campaigns.ledger.tables import OPEN, attempts
from campaigns.suppression.optouts import Found, find
from campaigns.vocabulary import AttemptState, Reason, Result


@dataclass(frozen=True, slots=True)
class Observation:
    """A call record that belongs to an attempt; ``result`` None: the call is not known to be over."""

    attempt_id: int
    account: str
    call_id: str | None
    result: Result | None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    duration_s: float | None = None
    raw_status: str = ""
    raw_answered_by: str = ""
    disposition: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


def observe(tx: Tx, items: Sequence[Observation]) -> list[bool]:
    """Apply records: a live one proves the call exists, a final one ends the attempt and moves its contact on.

    Result, next step, a wish not to be called again and everything else the record carries are one transaction. False
    where the record changed nothing, or its call belongs to another attempt.
    """
    return [_observe(tx, item) for item in items]


def _observe(tx: Tx, item: Observation) -> bool:
    if item.call_id is not None and owner_of(tx, item.account, item.call_id) not in (None, item.attempt_id):
        return False
    seen: dict[str, Any] = {
        "call_id": item.call_id or attempts.c.call_id, "raw_status": item.raw_status,
        "raw_answered_by": item.raw_answered_by, "raw": _storable(item.raw),
        "seen_at": sa.func.coalesce(attempts.c.seen_at, sa.literal(tx.now, attempts.c.seen_at.type)),
    }  # fmt: skip
    if item.result is None:
        come_from = (AttemptState.SUBMITTED, AttemptState.UNKNOWN, AttemptState.ACCEPTED)
        return move_attempt(tx, item.attempt_id, come_from, AttemptState.ACCEPTED, **seen) is not None
    ended_at = item.ended_at or tx.now
    said = said_of(tx.conn, item.attempt_id, item.raw, item.disposition)
    row = end_attempt(
        tx, item.attempt_id, item.result, answered_at=item.answered_at, ended_at=ended_at,
        duration_s=item.duration_s, disposition=said.disposition, **seen,
    )  # fmt: skip
    if row is not None:
        follow(tx, row, item.result, ended_at, said)
        wanted = Found(said.disposition or "", Reason.ASKED_TO_STOP) if said.action == "opt_out" else None
        heed(tx, row, wanted or find(item.disposition, item.raw))
    return row is not None


def _storable(raw: Mapping[str, Any]) -> Any:
    """The record as JSON that both databases take: NaN and infinity, which Python reads and writes, become null."""
    return json.loads(json.dumps(dict(raw)), parse_constant=lambda _: None)


@dataclass(frozen=True, slots=True)
class Silence:
    """An attempt of which history says nothing, or nothing final, past its time.

    It goes ``to`` unresolved (never seen), lost (taken, never ended) or not_placed (policy redial).
    """

    attempt_id: int
    to: AttemptState


def conclude(tx: Tx, items: Sequence[Silence]) -> list[bool]:
    """Unknown → unresolved or not_placed; accepted → lost. The contact is held, or ready again."""
    return [_conclude(tx, item) for item in items]


def _conclude(tx: Tx, item: Silence) -> bool:
    come_from = AttemptState.ACCEPTED if item.to is AttemptState.LOST else AttemptState.UNKNOWN
    row = move_attempt(tx, item.attempt_id, [come_from], item.to)
    if row is None:
        return False
    if item.to is AttemptState.NOT_PLACED:
        free_contact(tx, row.contact_id, Reason.NOT_PLACED, tx.now)
    else:
        hold_contact(tx, row.contact_id, Reason.LOST if item.to is AttemptState.LOST else Reason.UNRESOLVED)
    return True


def doubt(tx: Tx, items: Sequence[datetime]) -> list[int]:
    """Submitted before this instant and still without an outcome → unknown; answers how many.

    It was our own doing (a worker died), so it counts neither for the breaker nor for the share of unclear answers.
    """
    stale = OPEN & (attempts.c.state == AttemptState.SUBMITTED) & (attempts.c.intent_at < max(items))
    count = tx.conn.execute(attempts.update().where(stale).values(state=AttemptState.UNKNOWN)).rowcount
    return [count] * len(items)
