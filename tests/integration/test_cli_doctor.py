"""``dialer doctor``: what is wrong, how to put it right, and the exit code of the first failure."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.ledger.migrate import migrate
from dialer.embedded import make_folder, own_ledger
from tests.program import BARE, dialer

KEY = "key-nobody-may-see"


def ask(folder: Path, *words: str, **variables: str) -> tuple[int, dict[str, dict[str, Any]]]:
    ran = dialer(folder, "doctor", "--json", *words, **variables)
    assert KEY not in ran.stdout + ran.stderr
    assert not ran.stderr
    return ran.returncode, {check["what"]: check for check in json.loads(ran.stdout)["checks"]}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[str]:
    """The practice platform's address."""
    said = tmp_path / "sandbox" / "sandbox.json"
    command = [sys.executable, "-m", "dialer", "sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, env=BARE) as server:
        while not said.exists() and server.poll() is None:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{json.loads(said.read_text())['port']}/api"
        server.terminate()


def account(folder: Path, address: str) -> None:
    path = folder / "accounts.toml"
    path.write_text(f'[accounts.default]\nbase_url = "{address}"\n')
    path.chmod(0o600)


def test_a_bare_machine_lacks_a_key_and_nothing_else(tmp_path: Path) -> None:
    code, checks = ask(tmp_path, "--offline")
    assert code == 4
    assert [what for what, check in checks.items() if not check["ok"]] == ["key"]
    assert "CALLFLUENT_API_KEY" in checks["key"]["fix"]
    assert set(checks) == {"python", "key", "redis", "ledger", "sqlite", "tzdata", "clock", "disk"}
    assert list(tmp_path.iterdir()) == []


def test_with_a_key_all_is_well_and_the_key_is_not_shown(tmp_path: Path) -> None:
    ran = dialer(tmp_path, "doctor", "--offline", CALLFLUENT_API_KEY=KEY)
    assert ran.returncode == 0, ran.stdout
    assert KEY not in ran.stdout
    assert all(line.startswith(("✓ ", "! ")) for line in ran.stdout.splitlines())


def test_the_platform_is_asked_with_the_key(tmp_path: Path, platform: str) -> None:
    make_folder(tmp_path / ".dialer")
    account(tmp_path / ".dialer", platform)
    code, checks = ask(tmp_path, CALLFLUENT_API_KEY="sandbox")
    assert (code, checks["platform"]["ok"]) == (0, True)
    code, checks = ask(tmp_path, CALLFLUENT_API_KEY=KEY)
    assert (code, checks["platform"]["ok"]) == (4, False)
    account(tmp_path / ".dialer", "http://127.0.0.1:1/api")
    code, checks = ask(tmp_path, CALLFLUENT_API_KEY=KEY)
    assert (code, checks["platform"]["exit_code"]) == (5, 5)


def test_a_setting_that_is_wrong_is_a_finding(tmp_path: Path) -> None:
    make_folder(tmp_path / ".dialer")
    account(tmp_path / ".dialer", "https://example.com")
    (tmp_path / ".dialer" / "accounts.toml").chmod(0o644)
    code, checks = ask(tmp_path, "--offline")
    assert code == 4
    assert "chmod 600" in checks["settings"]["text"]


def test_the_ledger_of_the_folder_is_read(tmp_path: Path) -> None:
    make_folder(tmp_path / ".dialer")

    async def make() -> None:
        async with own_ledger(tmp_path / ".dialer", lambda: datetime.now(UTC)):
            pass

    asyncio.run(make())
    code, checks = ask(tmp_path, "--offline", CALLFLUENT_API_KEY=KEY)
    assert (code, checks["ledger"]["text"]) == (0, "version 0001")
    with sqlite3.connect(tmp_path / ".dialer" / "ledger.sqlite") as conn:
        conn.execute("UPDATE alembic_version SET version_num = '0000'")
    conn.close()
    code, checks = ask(tmp_path, "--offline", CALLFLUENT_API_KEY=KEY)
    assert (code, checks["ledger"]["fix"]) == (5, "run `dialer migrate`")
    (tmp_path / ".dialer" / "ledger.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 99)
    code, checks = ask(tmp_path, "--offline", CALLFLUENT_API_KEY=KEY)
    assert (code, checks["ledger"]["ok"]) == (5, False)


def test_the_shared_servers_are_asked(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    shared = {"CALLFLUENT_API_KEY": KEY, "DIALER_DATABASE_URL": postgres_url, "DIALER_REDIS_URL": redis_url}
    code, checks = ask(tmp_path, "--offline", **shared)
    assert (code, checks["redis"]["ok"], checks["ledger"]["text"]) == (5, True, "no tables, this program knows 0001")
    migrate(postgres_url, datetime.now(UTC))
    assert ask(tmp_path, "--offline", **shared)[0] == 0
    away = "redis://127.0.0.1:1/0"
    code, checks = ask(tmp_path, "--offline", **shared | {"DIALER_REDIS_URL": away})
    assert (code, checks["redis"]["ok"]) == (5, False)
    lost = postgres_url.rsplit("/", 1)[0] + "/nowhere"
    code, checks = ask(tmp_path, "--offline", **shared | {"DIALER_DATABASE_URL": lost})
    assert (code, checks["ledger"]["ok"]) == (5, False)
