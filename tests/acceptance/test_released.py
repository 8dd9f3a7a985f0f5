"""Every release's ledger comes forward with its data, and is dialed on; its workers: ``test_shared_size.py``."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.ledger.migrate import HEAD, current_version, migrate
from dialer.embedded import ledger_url
from tests.acceptance.stage import platform, stage, wait_for
from tests.judge import Log
from tests.released.kept import install, restore, versions
from tests.released.make import rows_of

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted((ROOT / "campaigns" / "ledger" / "migrations" / "versions").glob("*.py"))


@pytest.fixture(params=versions())
def version(request: pytest.FixtureRequest) -> str:
    """A released version."""
    return str(request.param)


def test_a_kept_ledger_comes_forward_with_all_its_data(version: str, database_url: str, tmp_path: Path) -> None:
    kept = restore(version, install(version, tmp_path / "program"), database_url)
    assert all(
        kept[table] for table in ("campaigns", "lists", "rows", "contacts", "attempts", "events", "suppressions")
    )
    migrate(database_url, datetime.now(UTC))
    assert current_version(database_url) == HEAD
    now = rows_of(database_url)
    for table, rows in kept.items():
        assert [_shared(row, rows) for row in _sorted(now[table])] == [_shared(row, rows) for row in _sorted(rows)], (
            table
        )


def _shared(row: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, str]:
    """What the released version knew of a row."""
    return {name: str(row[name]) for name in rows[0]}


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str([row.get(key) for key in ("id", "attempt_id", "row", "entry", "name")]))


def test_a_kept_ledger_is_dialed_on(version: str, tmp_path: Path) -> None:
    """Who waited is called, once; who was called, was taken off, or may be on the phone, is not."""
    with stage(tmp_path) as on:
        log = platform(on, speed=40, per_second=10, at_once=100)
        port = Path(on.folder / "accounts.toml").read_text().split("127.0.0.1:")[1].split("/")[0]
        (tmp_path / ".dialer").mkdir()
        kept = restore(
            version, install(version, tmp_path / "program"), ledger_url(tmp_path / ".dialer"),
            f"http://127.0.0.1:{port}/api",
        )  # fmt: skip
        waiting = {row["identity"] for row in kept["contacts"] if row["state"] == "ready"}
        reserved = {row["number"] for row in kept["attempts"] if row["state"] == "reserved"}
        assert waiting
        ran = on.start("run", "kept")
        wait_for(lambda: log.exists() and len(Log.read(log).placed) >= len(waiting | reserved), timeout_s=60)
        ran.send_signal(signal.SIGKILL)
        ran.wait()
        called = [line["body"]["data"]["phone_number"] for line in Log.read(log).placed]
        assert sorted(called) == sorted(waiting | reserved)


def takes_away(migration: str) -> list[str]:
    """What a migration does that workers of the version before cannot go on with."""
    found = [word for word in ("drop_table", "drop_column", "rename_table", "new_column_name") if word in migration]
    for call in migration.split("add_column(")[1:]:
        if "nullable=False" in call.split(")\n")[0] and "server_default=" not in call.split(")\n")[0]:
            found.append("add_column")
    return found


def test_migrations_only_add_so_that_workers_of_the_version_before_can_go_on() -> None:
    assert takes_away('op.add_column("a", sa.Column("b", sa.Text(), nullable=False))\nop.drop_column("a", "c")\n') == [
        "drop_column", "add_column",
    ]  # fmt: skip
    assert not takes_away('op.add_column("a", sa.Column("b", sa.Text(), nullable=False, server_default=""))\n')
    assert {path.name: found for path in MIGRATIONS[1:] if (found := takes_away(path.read_text()))} == {}
