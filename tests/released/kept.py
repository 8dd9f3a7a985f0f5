"""What is kept of each release, put to use: its program as it was installed then, and its ledger on either database."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.released.make import RELEASED, WORLD, this_version

MIGRATE = """
import sys
from datetime import UTC, datetime
from campaigns.ledger.migrate import migrate
migrate(sys.argv[1], datetime.now(UTC))
"""


def versions() -> list[str]:
    """Every version that is kept, the oldest first."""
    kept = [path.parent.name for path in RELEASED.glob("*/ledger.json.gz")]
    return sorted(kept, key=lambda version: [int(part) for part in version.split(".")])


def version_before() -> str:
    """The newest that is kept and is not this one."""
    return next(version for version in reversed(versions()) if version != this_version())


def install(version: str, folder: Path) -> Path:
    """The version's packages, from its wheel; its dependencies are those of this environment. Answers the folder."""
    (wheel,) = (RELEASED / version).glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def restore(version: str, program: Path, url: str, world: str = WORLD) -> dict[str, list[dict[str, Any]]]:
    """Make the version's ledger at ``url``, whose platform is at ``world``; answers the rows by table.

    Its own program makes the tables.
    """
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(program)}
    subprocess.run([sys.executable, "-c", MIGRATE, url], env=environment, check=True)
    text = gzip.decompress((RELEASED / version / "ledger.json.gz").read_bytes()).decode().replace(WORLD, world)
    rows: dict[str, list[dict[str, Any]]] = json.loads(text)
    engine, made = sa.create_engine(url), sa.MetaData()
    made.reflect(engine)
    with engine.begin() as conn:
        conn.execute(made.tables["ledger"].delete())
        for table in made.sorted_tables:
            for row in rows.get(table.name, ()):
                conn.execute(table.insert().values(_revived(table, row)))
        if engine.dialect.name == "postgresql":
            _move_sequences(conn, made)
    engine.dispose()
    return rows


def _revived(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if isinstance(table.c[name].type, sa.Date) else value
        for name, value in row.items()
        if value is not None
    }


def _move_sequences(conn: sa.Connection, made: sa.MetaData) -> None:
    """The rows brought their ids: the next one comes after them."""
    for table in made.sorted_tables:
        sequence = (
            "id" in table.c and conn.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, "id"))).scalar()
        )
        if sequence:
            last = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + 1).scalar_subquery()
            conn.execute(sa.select(sa.func.setval(sequence, last, False)))
