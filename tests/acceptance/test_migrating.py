"""The next version's migration: every kept ledger takes it, whole or not at all, and its data stays as it was.

No release has needed a second migration yet, so the next version is made here: this program with one more.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.ledger.migrate import HEAD, current_version
from campaigns.points import EXIT_CODE, Point
from dialer.embedded import ledger_url
from tests.acceptance.stage import stage
from tests.acceptance.test_released import ROOT, takes_away
from tests.released.kept import install, restore, versions
from tests.released.make import rows_of

NEXT = f"{int(HEAD) + 1:04}"
COLUMN, INDEX = "weather", "ix_attempts_weather"
STEP = f'''"""What the next version adds."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{HEAD}"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("{COLUMN}", sa.Text()))
    op.create_index("{INDEX}", "attempts", ["{COLUMN}"])
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def size(request: pytest.FixtureRequest, state: Path) -> tuple[str, dict[str, str]]:
    """An empty ledger's URL, and the variables by which the program finds it."""
    if request.param == "sqlite":
        return ledger_url(state), {}
    url = str(request.getfixturevalue("postgres_url"))
    return url, {"DIALER_DATABASE_URL": url, "DIALER_REDIS_URL": "redis://127.0.0.1:9/0"}


def next_version(folder: Path) -> Path:
    """This program with one more migration. Answers the folder."""
    for package in ("campaigns", "dialer"):
        shutil.copytree(ROOT / package, folder / package)
    ledger = folder / "campaigns" / "ledger"
    (ledger / "migrations" / "versions" / f"{NEXT}_weather.py").write_text(STEP)
    migrate = (ledger / "migrate.py").read_text()
    assert f'HEAD = "{HEAD}"' in migrate
    (ledger / "migrate.py").write_text(migrate.replace(f'HEAD = "{HEAD}"', f'HEAD = "{NEXT}"'))
    return folder


@pytest.mark.parametrize("version", versions())
def test_a_step_forward_that_was_cut_off_is_taken_again_and_keeps_all_data(
    version: str, size: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    assert not takes_away(STEP)
    url, servers = size
    kept = restore(version, install(version, tmp_path / "released"), url)
    before, schema = rows_of(url), shape(url)
    assert kept["attempts"]
    with stage(tmp_path, PYTHONPATH=str(next_version(tmp_path / "next")), **servers) as on:
        on.environment["DIALER_CRASH_AT"] = Point.TABLES_MADE
        assert on.run("migrate").returncode == EXIT_CODE
        assert (current_version(url), shape(url), rows_of(url)) == (HEAD, schema, before)
        del on.environment["DIALER_CRASH_AT"]
        for said in ("was brought", "is"):
            again = on.run("migrate")
            assert (again.returncode, again.stderr) == (0, f"The ledger {said} up to date: version {NEXT}.\n")
    schema["attempts"] = (schema["attempts"][0] | {COLUMN}, schema["attempts"][1] | {INDEX})
    for row in before["attempts"]:
        row[COLUMN] = None
    assert (current_version(url), shape(url), rows_of(url)) == (NEXT, schema, before)


def shape(url: str) -> dict[str, Any]:
    """The columns and the indexes of each table."""
    engine, found = sa.create_engine(url), sa.MetaData()
    found.reflect(engine)
    engine.dispose()
    return {
        name: ({column.name for column in table.columns}, {str(index.name) for index in table.indexes})
        for name, table in found.tables.items()
    }
