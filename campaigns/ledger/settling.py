"""A person says what became of held contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from campaigns.ledger.controls import note, reopen_for_waiting
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import CLOSED, move_attempts, release_held
from campaigns.ledger.steps import Ended, follow
from campaigns.ledger.tables import NOT_READY, attempts, contacts
from campaigns.vocabulary import AttemptState, ContactState, Result


@dataclass(frozen=True, slots=True)
class Settlement:
    """Held contacts of a campaign had this result; None: they were not called.

    All of them, or the one with ``number``, or those whose attempt is in ``state`` (unresolved or lost), whose request
    was answered with words that hold ``error``, of whose call history last said ``status``; all that is given counts.
    """

    campaign_id: int
    number: str | None
    result: str | None
    who: str
    state: str | None = None
    error: str | None = None
    status: str | None = None
    why: str = ""


def settle(tx: Tx, items: Sequence[Settlement]) -> list[int]:
    """End the held attempts with the result, or make their contacts ready again; answers how many contacts."""
    return [_settle(tx, item) for item in items]


def _settle(tx: Tx, item: Settlement) -> int:
    held = (contacts.c.campaign_id == item.campaign_id) & NOT_READY & (contacts.c.state == ContactState.HELD)
    if item.number is not None:
        held &= contacts.c.identity == item.number
    if item.state is not None:
        held &= attempts.c.state == item.state
    if item.error is not None:
        held &= sa.func.lower(attempts.c.platform_text).contains(item.error.lower(), autoescape=True)
    if item.status is not None:
        held &= attempts.c.raw_status == item.status
    which = sa.select(attempts.c.id).join(contacts, contacts.c.id == attempts.c.contact_id)
    ids = tx.conn.execute(which.where(held, attempts.c.state.in_([*CLOSED]))).scalars().all()
    if not ids:
        return 0
    if item.result is None:
        release_held(tx, ids)
        reopen_for_waiting(tx, item.campaign_id, "dialer")
    else:
        result = Result(item.result)
        ended = move_attempts(tx, ids, CLOSED, AttemptState.ENDED, result=result, ended_at=tx.now)
        follow(tx, [Ended(row, result, tx.now) for row in ended.values()])
    note(tx, item.campaign_id, item.who, "settled", f"{len(ids)} held: {item.result or 'not called'}", item.why)
    return len(ids)
