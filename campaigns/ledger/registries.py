"""Do-not-call registries: which copies count, how old they are, and who is on them.

A copy is a file on every machine that dials (``campaigns.suppression``); the ledger keeps its sha256, source and date.
A copy of more than 31 days must not be relied on (16 CFR 310.4(b)(3)(iv)), unless somebody writes down why it may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from campaigns.errors import InputRefused
from campaigns.ledger.tables import registries
from campaigns.suppression.shelf import Shelf
from campaigns.vocabulary import Reason

MAX_AGE = timedelta(days=31)
ACTIVE = registries.c.retired_at.is_(None)
_COPIES = sa.select(registries).where(ACTIVE).order_by(registries.c.name)


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a registry: whose numbers it is about (``prefix`` of E.164), where it came from, and its age.

    ``sha256`` is of the compact file, ``source_sha256`` of what was imported; ``override`` why an old copy is used.
    """

    name: str
    jurisdiction: str
    prefix: str
    reason: Reason
    source: str
    source_sha256: str
    sha256: str
    numbers: int
    as_of: date
    override: str
    who: str


def active(conn: sa.Connection) -> Sequence[sa.Row[Any]]:
    """The copies that count."""
    return conn.execute(_COPIES).all()


def registered(
    conn: sa.Connection, numbers: Sequence[str], copies: Sequence[sa.Row[Any]]
) -> dict[str, Reason]:  # fmt: skip
    """Which of these numbers are in one of the copies; raises RegistryMissing where a file is not on this machine."""
    found: dict[str, Reason] = {}
    if not copies:
        return found
    shelf = shelf_of(conn)
    digits = np.array([int(number[1:] or 0) for number in numbers], np.int64)
    for copy in copies:
        registry = shelf.take(copy.name, copy.sha256)
        if registry is not None:
            hits = np.flatnonzero(registry.among(digits)).tolist()
            found |= {numbers[i]: Reason(copy.reason) for i in hits if numbers[i] not in found}
    return found


def shelf_of(conn: sa.Connection) -> Shelf:
    """Where this process finds the files of registries."""
    shelf: Shelf | None = conn.get_execution_options().get("shelf")
    return shelf or Shelf(None)


def in_place(conn: sa.Connection, name: str, sha256: str) -> None:
    """Open a file before it counts, outside of any intent's way; raises RegistryMissing."""
    shelf_of(conn).take(name, sha256)


def complete(conn: sa.Connection) -> None:
    """Raises RegistryMissing unless this machine has the file of every copy that counts."""
    registered(conn, ["+1"], active(conn))


def outdated(copies: Sequence[sa.Row[Any]], now: datetime) -> dict[str, str]:
    """Prefixes of numbers that may not be called, for they would be looked for in too old a copy, and why."""
    return {copy.prefix: problem for copy in copies if (problem := too_old(copy, now))}


def check_age(copy: Copy, now: datetime) -> None:
    """Raises InputRefused for a copy that is too old and has no override, or is of a day to come."""
    if problem := too_old(copy, now):
        raise InputRefused(f"{problem}; download it again, or say why it may be used with --override REASON")
    if copy.as_of > now.date() + timedelta(days=1):  # somewhere it may be tomorrow
        raise InputRefused(f'registry "{copy.name}": {copy.as_of} is still to come; --as-of is the day of the download')


def too_old(copy: Copy | sa.Row[Any], now: datetime) -> str | None:
    """What is wrong with a copy's age; None: nothing, or it is used all the same."""
    age = now.date() - copy.as_of
    if age <= MAX_AGE or copy.override:
        return None
    return f'registry "{copy.name}": the copy of {copy.as_of} is {age.days} days old, {MAX_AGE.days} are allowed'
