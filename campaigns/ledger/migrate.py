"""Bring a ledger's tables up to date."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from campaigns.errors import LedgerError
from campaigns.ledger.ledger import LOCK, connect, translated
from campaigns.ledger.tables import ledger
from campaigns.points import Point, reach

HEAD = "0001"


def current_version(url: str) -> str | None:
    """The version of the ledger's tables; None for an empty database."""
    engine = connect(url)
    try:
        with translated(url), engine.connect() as conn:
            return _version(conn)
    finally:
        engine.dispose()


def _version(conn: sa.Connection) -> str | None:
    if not sa.inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def migrate(url: str, now: datetime) -> bool:
    """Run every migration that the ledger lacks, in one transaction; True if there was one.

    Of several processes that migrate at once one does it, and the others wait for it.
    Raises LedgerError when the ledger was written by a newer version of this program.
    """
    version = current_version(url)
    if version == HEAD:
        return False
    if version is not None and version > HEAD:
        raise LedgerError(f"the ledger has version {version}, this program knows {HEAD}: use the newer program")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    engine = connect(url)
    try:
        with translated(url), engine.connect().execution_options(writes=True) as conn, conn.begin():
            if conn.dialect.name == "postgresql":  # SQLite's transaction has its lock already
                conn.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            if _version(conn) == HEAD:
                return False
            config.attributes["connection"] = conn
            command.upgrade(config, HEAD)
            reach(Point.TABLES_MADE)
            if conn.execute(sa.select(ledger.c.id)).first() is None:
                conn.execute(ledger.insert().values(id=uuid.uuid4().hex, created_at=now, hash_key=secrets.token_hex()))
    finally:
        engine.dispose()
    return True


def ledger_id(conn: sa.Connection) -> str:
    """The ledger's own name, made once: it keeps its rings apart from another ledger's on the same Redis."""
    return str(conn.execute(sa.select(ledger.c.id)).scalar_one())
