"""An opt-out that a call brought to light: kept with the call's result, or put to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotFound
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import exclude_contacts
from campaigns.ledger.suppressing import Suppression, suppress
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import campaigns, contacts, optouts
from campaigns.suppression.optouts import Found
from campaigns.vocabulary import Reason

SUPPRESSED, DISMISSED = "suppressed", "dismissed"


def heed(tx: Tx, attempt: sa.Row[Any], found: Found | None) -> None:
    """Never call the attempt's number again or, where the words are not clear, leave it to a person."""
    if found is None:
        return
    if found.reason:
        said = f'attempt {attempt.id}: "{found.phrase}"'
        suppress(tx, [Suppression(attempt.number, GLOBAL, said, "dialer", reason=found.reason)])
        exclude_contacts(tx, contacts.c.id == attempt.contact_id, found.reason)
        return
    same = (optouts.c.attempt_id == attempt.id) & (optouts.c.phrase == found.phrase)
    if tx.conn.execute(sa.select(optouts.c.id).where(same)).first():  # a webhook told of it before
        return
    values = {"number": attempt.number, "campaign_id": attempt.campaign_id, "attempt_id": attempt.id,
              "phrase": found.phrase, "found_at": tx.now}  # fmt: skip
    tx.conn.execute(optouts.insert().values(values))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person makes of some words: the numbers are never called again, or nothing was meant."""

    ids: Sequence[int]
    suppress: bool
    who: str


def pending(conn: sa.Connection) -> list[dict[str, Any]]:
    """The words that wait for a person, oldest first."""
    columns = (optouts.c.id, optouts.c.found_at, campaigns.c.name.label("campaign"), optouts.c.number, optouts.c.phrase)
    waiting = sa.select(*columns).join(campaigns, campaigns.c.id == optouts.c.campaign_id)
    rows = conn.execute(waiting.where(optouts.c.verdict.is_(None)).order_by(optouts.c.id))
    return [dict(row._mapping) for row in rows]


def judge(tx: Tx, items: Sequence[Judgement]) -> list[int]:
    """Settle reviews; answers how many. Raises NotFound where one of them does not wait."""
    return [_judge(tx, item) for item in items]


def _judge(tx: Tx, item: Judgement) -> int:
    which = optouts.c.id.in_(item.ids) & optouts.c.verdict.is_(None)
    found = tx.conn.execute(sa.select(optouts.c.id, optouts.c.number, optouts.c.phrase).where(which)).all()
    if missing := set(item.ids) - {row.id for row in found}:
        listed = ", ".join(map(str, sorted(missing)))
        raise NotFound(f"no review {listed} waits; `dialer suppress review` lists them. Nothing was changed.")
    verdict = SUPPRESSED if item.suppress else DISMISSED
    tx.conn.execute(optouts.update().where(which).values(verdict=verdict, who=item.who, settled_at=tx.now))
    if item.suppress:
        said = (f'review {row.id}: "{row.phrase}"' for row in found)
        suppress(tx, [Suppression(row.number, GLOBAL, why, item.who, reason=Reason.ASKED_TO_STOP)
                      for row, why in zip(found, said, strict=True)])  # fmt: skip
    note(tx, None, item.who, "reviewed", f"{len(found)} {verdict}")
    return len(found)
