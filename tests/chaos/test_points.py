"""R2 at full size: a process dies at every named point, at a later passage on SQLite, at the first on PostgreSQL.

Which later passage is drawn from the seed; a life that never comes to it is only not counted as ``died`` in the table.
The first passages on SQLite are in ``tests/acceptance/test_points.py``.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from campaigns.points import Point
from tests.life import Lived, live, live_shared
from tests.servers import PostgresServer, RedisServer

pytestmark = pytest.mark.timeout(600)
SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))
AT_ONCE = 6
LATEST = {Point.TO_COMMIT: 40, Point.COMMITTED: 40}
"""The latest passage that is drawn: these two are passed by everything, the others about once for each person."""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_later_or_first_passages_of_every_point(
    database: str, tmp_path: Path, shared_postgres: PostgresServer, shared_redis: RedisServer,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    rnd = random.Random(f"{SEED}:{database}")
    first = database == "postgresql"
    ats = [f"{point}:{1 if first else rnd.randint(2, LATEST.get(point, 4))}" for point in Point]

    def one(at: str) -> Lived:
        folder = tmp_path / at.replace(":", "-")
        return live(folder, at) if database == "sqlite" else live_shared(folder, at, shared_postgres, shared_redis)

    with ThreadPoolExecutor(AT_ONCE) as lives:
        lived = dict(zip(ats, lives.map(one, ats), strict=True))
    record_property("lives", len(lived))
    record_property("died", sum(len(each.died) for each in lived.values()))
    record_property("held", sum(each.held for each in lived.values()))
    assert {at: each.faults for at, each in lived.items() if each.faults} == {}, f"DIALER_TEST_SEED={SEED}"
    assert [at for at, each in lived.items() if first and not each.died] == []
