"""A copy of an SQLite ledger, made while it is served, and put back later. Every copy is marked (``adopting``)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from campaigns.errors import LedgerError, NotAllowed
from campaigns.ledger.adopting import last_instant
from campaigns.ledger.ledger import connect, translated
from campaigns.ledger.migrate import migrate
from campaigns.ledger.tables import EPOCH, MICROSECOND, ledger

BESIDE = ("", "-wal", "-shm")
"""What belongs to an SQLite file: it, and the journal that may lie beside it."""


def back_up(path: Path, out: Path, now: datetime) -> int:
    """Write a copy of the ledger as it stands in one instant; answers its bytes. Nobody who writes is held up.

    Raises NotAllowed where ``out`` is there, LedgerError where one of the two cannot be used.
    """
    if out.exists():
        raise NotAllowed(f"{out} is there already and is kept; name another file")
    with _told(out), _draft_of(out) as draft:
        with _reading(path) as source, closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
            copy.execute("UPDATE ledger SET as_of = min(?, coalesce(as_of, ?))", 2 * ((now - EPOCH) // MICROSECOND,))
            copy.commit()
            copy.execute("PRAGMA journal_mode=DELETE")
            if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("the copy is damaged, and so may be the ledger")
        draft.rename(out)
    return out.stat().st_size


def put_back(file: Path, path: Path, since: datetime | None, now: datetime) -> datetime:
    """Make ``file`` the ledger at ``path``; what was there is kept beside it. The caller holds the folder's lock.

    Answers the instant since which history will be asked: ``since``, the copy's own mark, or its newest instant.
    Raises LedgerError where the file is no ledger, or one of a newer version.
    """
    with _told(file), _draft_of(path) as draft:
        with _reading(file) as source, closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
            if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'ledger'").fetchone():
                raise sqlite3.DatabaseError("it is no ledger")
        as_of = _mark(f"sqlite:///{quote(str(draft))}", since, now)
        for suffix in BESIDE:
            was = path.with_name(path.name + suffix)
            if was.exists():
                was.rename(path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}{suffix}"))
        draft.rename(path)
    return as_of


def _mark(url: str, since: datetime | None, now: datetime) -> datetime:
    """Bring the copy's tables up to date, and mark it."""
    migrate(url, now)
    engine = connect(url)
    with translated(url), engine.begin() as conn:
        row = conn.execute(sa.select(ledger)).one()
        as_of: datetime = since or row.as_of or last_instant(conn) or row.created_at
        conn.execute(ledger.update().values(as_of=as_of))
    engine.dispose()
    return as_of


@contextmanager
def _draft_of(path: Path) -> Iterator[Path]:
    """A file beside it that only its owner may read; gone again, unless it was given the name."""
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as conn:
        yield conn


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Name the file in what went wrong."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
