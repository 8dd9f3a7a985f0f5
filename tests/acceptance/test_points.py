"""A process dies at every named point, once each: nobody is called twice, nobody is lost, nothing is stuck.

The list of points is the program's own (``campaigns.points``), so a new one is tested by existing, and one that a life
never passes fails. ``tests/chaos/test_points.py`` lets it die at later passages, too, and at all of them on PostgreSQL.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from campaigns.points import Point
from tests.life import Lived, live, live_shared
from tests.servers import PostgresServer, RedisServer

AT_ONCE = 6
OF_THE_LEDGER = (Point.TABLES_MADE, Point.CHUNK_LOADED, Point.TO_COMMIT)


def assert_lived(lives: dict[str, Lived]) -> None:
    never = [point for point, lived in lives.items() if not lived.died]
    assert not never, f"no life passes {never}: tests/life.py must"
    assert {point: lived.faults for point, lived in lives.items() if lived.faults} == {}


def test_wherever_a_process_dies_nobody_is_called_twice_and_nobody_is_lost(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as lives:
        lived = lives.map(lambda point: live(tmp_path / point, point), Point)
        assert_lived(dict(zip(Point, lived, strict=True)))


def test_the_same_on_postgresql_where_the_ledger_itself_is_at_work(
    tmp_path: Path, shared_postgres: PostgresServer, shared_redis: RedisServer
) -> None:
    with ThreadPoolExecutor(AT_ONCE) as lives:
        lived = lives.map(lambda at: live_shared(tmp_path / at, at, shared_postgres, shared_redis), OF_THE_LEDGER)
        assert_lived(dict(zip(OF_THE_LEDGER, lived, strict=True)))
