"""Numbers that may belong to somebody else by now: what to ask the Reassigned Numbers Database, and its answers.

The database (FCC, 47 CFR 64.1200(m)) is asked with files: numbers, and the last day on which each was the person's.
"yes" means that it was disconnected since; "no" is the answer that protects who calls; "no data" protects nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.bulk import upsert
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.people import LIST_INFO, columns_of, numbers_of
from campaigns.ledger.suppressing import Listing, suppress_many
from campaigns.ledger.suppression import GLOBAL
from campaigns.ledger.tables import attempts, contacts, lists, reassigned, rows
from campaigns.vocabulary import ContactState, Reason, Result

TALKED = (Result.HUMAN, Result.TRANSFERRED)
AMERICA = "+1"
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the database says of a number: "yes", "no" or "no_data", asked from ``good_on`` on."""

    number: str
    good_on: date
    answer: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Many of them, and who brings them."""

    answers: Sequence[Answer]
    who: str


def questions(
    conn: sa.Connection, campaign_id: int, since: date | None, column: str | None
) -> Iterator[tuple[str, date | None]]:
    """Every American number of who waits, with the last day on which it was the person's; None: no day is known.

    The day is that of the last conversation on the number, of the ISO date in the list's ``column``, or ``since``,
    whichever is the latest.
    """
    statement = (
        sa.select(contacts.c.numbers, rows.c.cells, LIST_INFO)
        .join(lists, lists.c.id == contacts.c.list_id)
        .join(rows, (rows.c.list_id == contacts.c.list_id) & (rows.c.row == contacts.c.row))
        .where(contacts.c.campaign_id == campaign_id, contacts.c.state == ContactState.READY)
        .order_by(contacts.c.id)
    )
    talked = _talked(conn, campaign_id)
    for contact in conn.execute(statement.execution_options(yield_per=BATCH)):
        given = _date_in(contact, column) if column else None
        for number in numbers_of(contact):
            if number.startswith(AMERICA):
                yield number, max(filter(None, (given, since, talked.get(number))), default=None)


def _talked(conn: sa.Connection, campaign_id: int) -> dict[str, date]:
    """The day of the last conversation, by number, in any campaign."""
    last = sa.func.max(attempts.c.ended_at, type_=attempts.c.ended_at.type)
    of = sa.select(attempts.c.number, last).where(attempts.c.result.in_([*TALKED])).group_by(attempts.c.number)
    return {number: at.date() for number, at in conn.execute(of)}


def _date_in(contact: sa.Row[Any], header: str) -> date | None:
    headers = [column.header for column in columns_of(contact.info)]
    try:
        return date.fromisoformat(contact.cells[headers.index(header)].strip()[:10])
    except ValueError:  # no such column, or no date in it
        return None


def answer(tx: Tx, items: Sequence[Answers]) -> list[int]:
    """Keep the answers; who is at a reassigned number is not called. Answers how many numbers are."""
    insert = upsert(tx.conn, reassigned)
    gone = []
    for item in items:
        values = [{"number": each.number, "good_on": each.good_on, "answer": each.answer, "who": item.who,
                   "answered_at": tx.now} for each in item.answers]  # fmt: skip
        newer = {name: insert.excluded[name] for name in ("good_on", "answer", "who", "answered_at")}
        tx.conn.execute(insert.on_conflict_do_update(index_elements=["number"], set_=newer), values)
        numbers = [each.number for each in item.answers if each.answer == "yes"]
        if numbers:
            why = "the database of reassigned numbers says so"
            suppress_many(tx, [Listing(numbers, GLOBAL, why, item.who, reason=Reason.REASSIGNED)])
        note(tx, None, item.who, "reassigned", f"{len(values)} answers, {len(numbers)} reassigned")
        gone.append(len(numbers))
    return gone
