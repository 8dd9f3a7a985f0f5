"""Erases a person: everything the ledger knows of them but a hash of their numbers, by which they are not called again.

Rows, contacts and attempts stay, emptied, so that every sum still ties. The person is found by number: in the contacts,
in the rows that were read as it, and in any cell of any other row that holds its digits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import phonenumbers
import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger.among import among
from campaigns.ledger.controls import note
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import Return, forget_contacts, send_back
from campaigns.ledger.people import numbers_of
from campaigns.ledger.suppressing import Suppression, suppress
from campaigns.ledger.suppression import GLOBAL, ledger_key
from campaigns.ledger.tables import (
    OPEN,
    accounts,
    attempts,
    campaigns,
    contacts,
    decisions,
    events,
    incidents,
    lists,
    optouts,
    reassigned,
    reviews,
    rows,
    suppressions,
)
from campaigns.suppression.entries import hashed
from campaigns.vocabulary import AttemptState, Reason

NOBODY: list[dict[str, Any]] = [{"e164": "", "region": "", "types": []}]
PUNCTUATION = " -()./+"
ERASED = "(erased)"
LEAST = 7
"""Digits a number has at least, so that what holds them means the number."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One number of a person who wants to be forgotten, and who says so."""

    number: str
    who: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many contacts, rows and attempts were emptied."""

    contacts: int
    rows: int
    attempts: int


def forget(tx: Tx, items: Sequence[Wish]) -> list[Forgotten]:
    """Erase these people, by any one of their numbers; all numbers that a contact has with it are theirs.

    Raises NotAllowed while one of them is on the phone, or may be: its record could not be recognised any more.
    """
    if tx.conn.dialect.name == "sqlite":  # what is deleted is overwritten, too
        tx.conn.exec_driver_sql("PRAGMA secure_delete=ON")
    return [_forget(tx, item) for item in items]


def empty_journal(conn: sa.Connection) -> None:
    """SQLite's journal keeps older pages until it is written back: do that now."""
    raw = conn.connection.driver_connection
    if conn.dialect.name == "sqlite" and raw is not None:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _forget(tx: Tx, wish: Wish) -> Forgotten:
    people = _people(tx.conn, wish.number)
    numbers = sorted({wish.number, *(number for person in people for number in numbers_of(person))})
    ids = [person.id for person in people]
    mine = among(attempts.c.number, numbers) | attempts.c.contact_id.in_(ids)
    _let_go(tx, mine)
    emptied = _rows(tx, numbers, [(person.list_id, person.row) for person in people])
    forget_contacts(tx, ids)
    for person in people:
        tx.conn.execute(contacts.update().where(contacts.c.id == person.id).values(
            identity=f"erased {person.id}", external_id=None, numbers=NOBODY, position=0, zones="", zone_source="",
            region_state=None, merged=None, consent=None,
        ))  # fmt: skip
    of_calls = decisions.c.attempt_id.in_(sa.select(attempts.c.id).where(mine))
    tx.conn.execute(decisions.delete().where(of_calls))
    tx.conn.execute(reviews.delete().where(reviews.c.contact_id.in_(ids)))
    calls = tx.conn.execute(attempts.update().where(mine).values(
        number="", call_id=None, raw=None, heard=None, platform_text="", disposition=None, raw_status="",
        raw_answered_by="",
    )).rowcount  # fmt: skip
    of_person = among(incidents.c.number, numbers)
    tx.conn.execute(incidents.update().where(of_person).values(number=None, call_id=None, said=""))
    _lists(tx, numbers, wish.who)
    _texts(tx, numbers)
    note(tx, None, wish.who, "forgotten", f"{len(ids)} contacts, {emptied} rows, {calls} attempts")
    return Forgotten(len(ids), emptied, calls)


def _people(conn: sa.Connection, number: str) -> Sequence[sa.Row[Any]]:
    theirs = sa.cast(contacts.c.numbers, sa.Text).contains(f'"{number}"')
    return conn.execute(sa.select(contacts).where(sa.or_(contacts.c.identity == number, theirs))).all()


def _let_go(tx: Tx, mine: sa.ColumnElement[bool]) -> None:
    found = tx.conn.execute(sa.select(attempts.c.id, attempts.c.state).where(OPEN, mine)).all()
    if any(row.state != AttemptState.RESERVED for row in found):
        raise NotAllowed("this one is on the phone, or may be; nothing was erased, ask again when the call has ended")
    send_back(tx, [Return(row.id) for row in found])


def _rows(tx: Tx, numbers: Sequence[str], places: Collection[tuple[int, int]]) -> int:
    """Empty the rows of the person, and in others the cells that hold a number of theirs; also the lists' samples."""
    squeezed: sa.ColumnElement[str] = sa.cast(rows.c.cells, sa.Text)
    for mark in PUNCTUATION:
        squeezed = sa.func.replace(squeezed, mark, "")
    digits = [national(number) for number in numbers]
    held = sa.or_(*(squeezed.contains(each) for each in digits))
    theirs = among(rows.c.number, numbers)
    of_contacts = sa.or_(*((rows.c.list_id == list_id) & (rows.c.row == row) for list_id, row in places), sa.false())
    emptied = 0
    touched: dict[int, set[str]] = {}
    for row in tx.conn.execute(sa.select(rows).where(sa.or_(held, theirs, of_contacts))).all():
        own = row.number in numbers or (row.list_id, row.row) in places
        cells = ["" if own or _holds(cell, digits) else cell for cell in row.cells]
        touched.setdefault(row.list_id, set()).update(row.cells)
        values = {"cells": cells, "number": None, "detail": "", "suggestion": ""} if own else {"cells": cells}
        tx.conn.execute(rows.update().where(rows.c.list_id == row.list_id, rows.c.row == row.row).values(values))
        emptied += cells != row.cells
    for list_id, said in touched.items():
        _forget_samples(tx, list_id, said)
    return emptied


def _forget_samples(tx: Tx, list_id: int, said: Collection[str]) -> None:
    mine = lists.c.id == list_id
    info = tx.conn.execute(sa.select(lists.c.info).where(mine)).scalar_one()
    for column in info["columns"]:
        column["samples"] = [sample for sample in column.get("samples", ()) if sample not in said]
    info["guesses"] = [guess for guess in info.get("guesses", ()) if not any(cell in guess for cell in said if cell)]
    tx.conn.execute(lists.update().where(mine).values(info=info))


def _lists(tx: Tx, numbers: Sequence[str], who: str) -> None:
    """Of the do-not-call lists a hash stays, for all campaigns."""
    for table, column in ((suppressions, suppressions.c.entry), (optouts, optouts.c.number),
                          (reassigned, reassigned.c.number)):  # fmt: skip
        tx.conn.execute(table.delete().where(among(column, numbers)))
    key = ledger_key(tx.conn)
    suppress(tx, [Suppression(hashed(number, key), GLOBAL, "", who, reason=Reason.FORGOTTEN) for number in numbers])


def _texts(tx: Tx, numbers: Sequence[str]) -> None:
    """What people and the platform wrote where a number may stand by accident."""
    digits = [national(number) for number in numbers]
    for table, key, column in (
        (events, events.c.id, events.c.detail), (events, events.c.id, events.c.why),
        (campaigns, campaigns.c.id, campaigns.c.detail),
        (accounts, accounts.c.name, accounts.c.rejection), (suppressions, suppressions.c.entry, suppressions.c.note),
    ):  # fmt: skip
        found = tx.conn.execute(sa.select(key, column).where(sa.or_(*_mentions(column, digits)))).all()
        for id_, text in found:
            erased = text
            for each in digits:
                erased = re.sub(r"\+?\d*[\s().-]*" + r"[\s().-]*".join(each), ERASED, erased)
            tx.conn.execute(table.update().where(key == id_).values({column.name: erased}))


def _mentions(column: sa.ColumnElement[str], digits: Iterable[str]) -> Iterator[sa.ColumnElement[bool]]:
    squeezed: sa.ColumnElement[str] = column
    for mark in PUNCTUATION:
        squeezed = sa.func.replace(squeezed, mark, "")
    yield from (squeezed.contains(each) for each in digits)


def _holds(cell: str, digits: Iterable[str]) -> bool:
    bare = "".join(filter(str.isdecimal, cell))
    return any(each in bare for each in digits)


def national(number: str) -> str:
    """The digits that every way of writing a number shares: all but those that may be its country code."""
    digits = str(phonenumbers.parse(number).national_number)
    return digits if len(digits) >= LEAST else number[1:]
