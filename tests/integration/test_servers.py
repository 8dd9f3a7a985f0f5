"""The servers that the other tests stand on."""

from __future__ import annotations

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from tests.servers import PostgresServer, start_postgres, start_redis


def test_redis_keeps_its_data_over_a_crash() -> None:
    with start_redis() as server:
        with redis.Redis.from_url(server.socket_url) as client:
            client.set("key", "value")
        server.kill()
        with pytest.raises(redis.ConnectionError), redis.Redis.from_url(server.url) as client:
            client.ping()
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("key") == b"value"
        server.flush()
        with redis.Redis.from_url(server.url) as client:
            assert client.dbsize() == 0


def test_postgresql_keeps_what_was_committed_over_a_crash() -> None:
    with start_postgres() as server:
        url = server.create().replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]


def test_each_test_gets_an_empty_database(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mine (id INTEGER)"))
    engine.dispose()


def test_databases_are_apart_and_dropped(shared_postgres: PostgresServer) -> None:
    first, second = shared_postgres.create(), shared_postgres.create()
    with psycopg.connect(first.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE mine (id INTEGER)")
    with psycopg.connect(second.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE mine (id INTEGER)")
    shared_postgres.drop(first)
    shared_postgres.drop(second)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first.replace("+psycopg", ""))


def test_redis_is_empty_for_each_test(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


test_redis_is_empty_for_the_next_test = test_redis_is_empty_for_each_test
