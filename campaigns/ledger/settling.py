"""A person says what became of held contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from campaigns.ledger.controls import note, reopen_for_waiting
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import CLOSED, move_attempt, release_held
from campaigns.ledger.steps import Ended, follow
from campaigns.ledger.tables import attempts, contacts
from campaigns.vocabulary import AttemptState, ContactState, Result


@dataclass(frozen=True, slots=True)
class Settlement:
    """Held contacts of a campaign (all, or the one with ``number``) had this result; None: they were not called."""

    campaign_id: int
    number: str | None
    result: str | None
    who: str


def settle(tx: Tx, items: Sequence[Settlement]) -> list[int]:
    """End the held attempts with the result, or make their contacts ready again; answers how many contacts."""
    return [_settle(tx, item) for item in items]


def _settle(tx: Tx, item: Settlement) -> int:
    held = (contacts.c.campaign_id == item.campaign_id) & (contacts.c.state == ContactState.HELD)
    if item.number is not None:
        held &= contacts.c.identity == item.number
    rows = tx.conn.execute(
        sa.select(attempts.c.id, attempts.c.contact_id)
        .join(contacts, contacts.c.id == attempts.c.contact_id)
        .where(held, attempts.c.state.in_([*CLOSED]))
    ).all()
    for row in rows:
        if item.result is None:
            release_held(tx, row.contact_id, row.id)
        else:
            result = Result(item.result)
            ended = move_attempt(tx, row.id, CLOSED, AttemptState.ENDED, result=result, ended_at=tx.now)
            assert ended is not None  # it was read in this transaction
            follow(tx, [Ended(ended, result, tx.now)])
    reopen_for_waiting(tx, item.campaign_id)
    note(tx, item.campaign_id, item.who, "settled", f"{len(rows)} held: {item.result or 'not called'}")
    return len(rows)
