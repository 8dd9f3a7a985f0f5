"""Look-ups of phone types: who is asked about, what was answered, what it cost; all of it counted from rows.

A request is a row before it is sent, so the budget also holds when the process is killed in between; an answer serves
every campaign for as long as ``[lookup] cache_days`` says. Only contacts that every other rule lets call right now, and
whose turn has come, are asked about: the feeder leaves these waiting with the reason ``undecided_type``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.columns import MICROSECOND
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import READY, UNDECIDED, campaigns, contacts, lookups
from campaigns.spec import Lookup
from campaigns.vocabulary import CampaignState, PhoneType, Reason

ANSWER_WAIT = timedelta(minutes=1)
"""A request without an answer for so long was cut short: its number is asked about again."""
TRIES = 3
"""After so many requests that may have been charged and gave no answer, the service is taken not to know."""
AHEAD_S = 60
EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Ask:
    """The wish for up to ``most`` questions, about people of these accounts' campaigns, each in its world.

    ``able`` False: there is no key, so only what is known already is used.
    """

    worlds: Mapping[str, str]
    most: int
    able: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One number to be asked about, whose row is written; the contact waits for the answer."""

    lookup_id: int
    campaign_id: int
    contact_id: int
    number: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a wish: questions, how many contacts were settled without one, and whose campaigns lack a key."""

    questions: tuple[Question, ...]
    settled: int
    unable: tuple[int, ...]


def waiting(conn: sa.Connection, worlds: Mapping[str, str]) -> bool:
    """Whether anybody waits for a look-up."""
    return any(
        conn.execute(sa.select(contacts.c.id).where(UNDECIDED, contacts.c.campaign_id == row.id).limit(1)).first()
        for row in _askers(conn, worlds)
    )


def asking(conn: sa.Connection, campaign_id: int) -> int:
    """How many of a campaign's people wait for a look-up."""
    count = sa.select(sa.func.count()).select_from(contacts).where(UNDECIDED, contacts.c.campaign_id == campaign_id)
    return int(conn.execute(count).scalar_one())


def ahead(calls_per_second: float) -> int:
    """How many may wait for a look-up at a time: a minute's calls, so that no answer is paid long before its call."""
    return max(1, round(calls_per_second * AHEAD_S))


def ask(tx: Tx, items: Sequence[Ask]) -> list[Asked]:
    """Settle who can be settled by what is known, and write down whom to ask about."""
    return [_ask(tx, item) for item in items]


def _ask(tx: Tx, item: Ask) -> Asked:
    questions: list[Question] = []
    settled, unable = 0, []
    for row in _askers(tx.conn, item.worlds):
        lookup = parse_stored(row.spec).lookup
        mine = sa.select(contacts).where(UNDECIDED, contacts.c.campaign_id == row.id).order_by(contacts.c.id)
        people = tx.conn.execute(mine.limit(item.most)).all()
        known = _known(tx, sorted({_number(contact) for contact in people}), lookup)
        room = int((row.lookup_budget - spent(tx.conn, row.id).price) / lookup.price + EPSILON) if people else 0
        for contact in people:
            number = _number(contact)
            answers = known.get(number, [])
            told = next((answer for answer in answers if answer.answered_at), None)
            open_ = [answer.asked_at for answer in answers if not answer.answered_at]
            if told is not None:
                _settle(tx, contact, told.phone_type)
                settled += 1
            elif open_ and max(open_) > tx.now - ANSWER_WAIT:
                continue
            elif len(open_) >= TRIES or room <= 0:
                _settle(tx, contact, None)
                settled += 1
            elif not item.able:
                unable.append(row.id)
                break
            elif len(questions) < item.most:
                questions.append(_write(tx, row.id, contact, lookup.price))
                known[number] = [*answers, _Open(tx.now)]
                room -= 1
    return Asked(tuple(questions), settled, tuple(unable))


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question: a type, or None where the service cannot tell, with its ``error`` code.

    ``charged`` False: nothing was sent, or it is not billed, and the question may be asked again. ``final`` False: no
    answer came.
    """

    question: Question
    phone_type: PhoneType | None = None
    carrier: str = ""
    error: str = ""
    final: bool = True
    charged: bool = True


def answer(tx: Tx, items: Sequence[Answer]) -> Sequence[Answer]:
    """Keep the answers and let those whom they settle be decided again."""
    for item in items:
        row = lookups.c.id == item.question.lookup_id
        if not item.charged:
            tx.conn.execute(lookups.delete().where(row))
        elif item.final:
            told = {"answered_at": tx.now, "phone_type": item.phone_type, "carrier": item.carrier, "error": item.error}
            tx.conn.execute(lookups.update().where(row).values(told))
            mine = UNDECIDED & (contacts.c.id == item.question.contact_id)
            contact = tx.conn.execute(sa.select(contacts).where(mine)).one_or_none()
            if contact is not None and _number(contact) == item.question.number:
                _settle(tx, contact, item.phone_type)
        else:
            tx.conn.execute(lookups.update().where(row).values(error=item.error))
    return items


def answered_numbers(conn: sa.Connection, numbers: Sequence[str], after: datetime) -> int:
    """How many of these numbers were answered about since an instant: they cost nothing."""
    told = (lookups.c.answered_at > after) & among(lookups.c.number, numbers)
    return int(conn.execute(sa.select(sa.func.count(lookups.c.number.distinct())).where(told)).scalar_one())


@dataclass(frozen=True, slots=True)
class Spent:
    """What a campaign's look-ups came to: requests, how many of them were answered with a type, and their price."""

    requests: int
    told: int
    price: float


def spent(conn: sa.Connection, campaign_id: int) -> Spent:
    """Counted from rows."""
    count = sa.func.count()
    told = sa.func.count(lookups.c.phone_type)
    price = sa.func.coalesce(sa.func.sum(lookups.c.price), 0.0)
    row = conn.execute(sa.select(count, told, price).where(lookups.c.campaign_id == campaign_id)).one()
    return Spent(row[0], row[1], round(float(row[2]), 6))


@dataclass(frozen=True, slots=True)
class _Open:
    """A question that was written down just now."""

    asked_at: datetime
    answered_at: None = None
    phone_type: None = None


def _askers(conn: sa.Connection, worlds: Mapping[str, str]) -> list[sa.Row[Any]]:
    asking = (campaigns.c.state == CampaignState.RUNNING) & campaigns.c.lookup_budget.is_not(None)
    rows = conn.execute(sa.select(campaigns).where(asking).order_by(campaigns.c.id))
    return [row for row in rows if worlds.get(row.account) == row.world]


def _known(tx: Tx, numbers: Sequence[str], lookup: Lookup) -> dict[str, list[Any]]:
    """By number, the requests that still hold, the newest first."""
    fresh = lookups.c.asked_at > tx.now - timedelta(days=lookup.cache_days)
    rows = sa.select(lookups).where(among(lookups.c.number, numbers), fresh)
    found: dict[str, list[Any]] = {}
    for row in tx.conn.execute(rows.order_by(lookups.c.asked_at.desc())):
        found.setdefault(row.number, []).append(row)
    return found


def _number(contact: sa.Row[Any]) -> str:
    return str(contact.numbers[contact.position]["e164"])


def _write(tx: Tx, campaign_id: int, contact: sa.Row[Any], price: float) -> Question:
    number = _number(contact)
    values = {"number": number, "campaign_id": campaign_id, "price": price, "asked_at": tx.now, "carrier": "",
              "error": ""}  # fmt: skip
    id_ = tx.conn.execute(lookups.insert().values(values).returning(lookups.c.id)).scalar_one()
    return Question(id_, campaign_id, contact.id, number)


def _settle(tx: Tx, contact: sa.Row[Any], phone_type: str | None) -> None:
    """Write down what is now known of the contact's number; it is the next of its priority to be decided on."""
    numbers = [dict(phone) for phone in contact.numbers]
    news: dict[str, Any] = {"types": [phone_type]} if phone_type else {"looked_up": True}
    numbers[contact.position] |= news
    line = READY & (contacts.c.campaign_id == contact.campaign_id) & (contacts.c.priority == contact.priority)
    first = tx.conn.execute(sa.select(sa.func.min(contacts.c.next_at)).where(line)).scalar_one()
    values = {"numbers": numbers, "reason": Reason.NEW, "next_at": min(first, tx.now) - MICROSECOND}
    tx.conn.execute(contacts.update().where(UNDECIDED, contacts.c.id == contact.id).values(values))
