"""What the platform's history says of our attempts, written down; and what its silence means (DESIGN §4.6, §4.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.hearing import with_heard
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import MAY_END, MAY_EXIST, free_contacts, hold_contact, move_attempt, settle_attempts
from campaigns.ledger.optouts import heed
from campaigns.ledger.outcomes import owners_of
from campaigns.ledger.saying import said_of
from campaigns.ledger.steps import Ended, follow
from campaigns.ledger.tables import OPEN, attempts
from campaigns.suppression.optouts import Found, find
from campaigns.vocabulary import AttemptState, Reason, Result

KNOWN: tuple[sa.Column[Any], ...] = (
    attempts.c.id, attempts.c.campaign_id, attempts.c.contact_id, attempts.c.number, attempts.c.state,
    attempts.c.intent_at, attempts.c.call_id, attempts.c.seen_at, attempts.c.heard,
)  # fmt: skip
"""What of an attempt a record is held against."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A call record that belongs to an attempt; ``result`` None: the call is not known to be over.

    ``presumed``: there is no record, and that counts as one; if one comes after all, it is late.
    """

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
    presumed: bool = False


def observe(tx: Tx, items: Sequence[Observation]) -> list[bool]:
    """Apply records: a live one proves the call exists, a final one ends the attempt and moves its contact on.

    Result, next step, a wish not to be called again and everything else the record carries are one transaction. False
    where the record changed nothing, its call belongs to another attempt, or the person was erased.
    """
    of = among(attempts.c.id, [item.attempt_id for item in items])
    rows: dict[int, sa.Row[Any]] = {row.id: row for row in tx.conn.execute(sa.select(*KNOWN).where(of))}
    owners = owners_of(tx, [(item.account, item.call_id) for item in items if item.call_id])
    live: dict[int, Observation] = {}
    final: dict[int, Observation] = {}
    done: list[bool] = []
    for item in items:
        row, to = rows.get(item.attempt_id), live if item.result is None else final
        fits = row is not None and row.number != "" and row.state in (MAY_EXIST if item.result is None else MAY_END)
        own = not item.call_id or owners.setdefault((item.account, item.call_id), item.attempt_id) == item.attempt_id
        done.append(fits and own and item.attempt_id not in final)
        if done[-1]:
            to[item.attempt_id] = item
    seen = {id_: _seen(tx, rows[id_], item) for id_, item in (live | final).items()}
    still = [seen[id_] for id_ in live if id_ not in final]
    settle_attempts(tx, MAY_EXIST, AttemptState.ACCEPTED, still)
    _end(tx, rows, final, seen)
    return done


def _seen(tx: Tx, row: sa.Row[Any], item: Observation) -> dict[str, Any]:
    """What any record tells of its attempt."""
    return {
        "id": row.id, "call_id": item.call_id or row.call_id, "raw_status": item.raw_status,
        "raw_answered_by": item.raw_answered_by, "raw": dict(item.raw),
        "seen_at": row.seen_at if item.presumed else row.seen_at or tx.now,
    }  # fmt: skip


def _end(
    tx: Tx, rows: Mapping[int, sa.Row[Any]], final: Mapping[int, Observation], seen: Mapping[int, dict[str, Any]]
) -> None:
    said = said_of(tx, [(rows[id_], with_heard(item.raw, rows[id_].heard), item.disposition)
                        for id_, item in final.items()])  # fmt: skip
    ended = [Ended(rows[id_], item.result, item.ended_at or tx.now, said[id_]) for id_, item in final.items()]
    values = [
        seen[each.attempt.id] | {"result": each.result, "answered_at": final[each.attempt.id].answered_at,
                                 "ended_at": each.at, "duration_s": final[each.attempt.id].duration_s,
                                 "disposition": each.said.disposition}
        for each in ended
    ]  # fmt: skip
    settle_attempts(tx, MAY_END, AttemptState.ENDED, values)
    follow(tx, ended)
    for each in ended:
        item = final[each.attempt.id]
        wanted = Found(each.said.disposition or "", Reason.ASKED_TO_STOP) if each.said.action == "opt_out" else None
        heard = {"heard": each.attempt.heard}  # the lead waits only now; its number may be a newer list's
        heed(tx, each.attempt, wanted or find(item.disposition, {**item.raw, **heard}))


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
        free_contacts(tx, [row.contact_id], Reason.NOT_PLACED, tx.now)
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
