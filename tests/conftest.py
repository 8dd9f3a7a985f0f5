"""Fixtures: real servers, one of each per test process, and a fresh place in them for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers import ForeignPostgres, PostgresServer, RedisServer, Unavailable, start_postgres, start_redis


def unavailable(why: Unavailable) -> None:
    """Skip on a developer's machine; fail where CI is set, for there nothing may be skipped."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(str(why))


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(start_redis())
        except Unavailable as why:
            unavailable(why)
        yield server


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[PostgresServer | ForeignPostgres]:
    if url := os.environ.get("DIALER_TEST_DATABASE_URL"):
        yield ForeignPostgres(url)
        return
    with ExitStack() as stack:
        try:
            server = stack.enter_context(start_postgres())
        except Unavailable as why:
            unavailable(why)
        yield server


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """An empty Redis, over TCP. Do not kill it: a test that needs that starts its own with ``start_redis``."""
    shared_redis.flush()
    return shared_redis.url


@pytest.fixture
def postgres_url(shared_postgres: PostgresServer | ForeignPostgres) -> Iterator[str]:
    """A new, empty PostgreSQL database, removed afterwards."""
    url = shared_postgres.create()
    yield url
    shared_postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; the test runs twice, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """An empty state folder."""
    folder = tmp_path / ".dialer"
    folder.mkdir()
    return folder
