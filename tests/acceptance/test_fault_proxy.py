"""R15: a proxy that does harm between a worker and Redis, PostgreSQL and the platform: nobody twice, nobody lost."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.proxy import Harm, Proxy
from tests.scene import proxied_scene
from tests.servers import RedisServer

PEOPLE = 30


def play(proxies: dict[str, Proxy], seed: str, longest_s: float) -> None:
    """Every harm to every server, in an order and for a time drawn from the seed."""
    rnd = random.Random(seed)
    harms = [(one, harm) for one in proxies.values() for harm in Harm]
    rnd.shuffle(harms)
    for one, harm in harms:
        one.harm(harm)
        time.sleep(rnd.uniform(0.1, longest_s))
        one.harm(None)
        time.sleep(rnd.uniform(0.0, longest_s))


def test_whatever_harm_is_done_on_the_way_nobody_is_called_twice_and_nobody_is_lost(
    tmp_path: Path, postgres_url: str, shared_redis: RedisServer
) -> None:
    with proxied_scene(tmp_path, postgres_url, shared_redis, PEOPLE) as (at, proxies):
        at.load()
        at.dial()
        at.until_called(2)
        play(proxies, "1", longest_s=0.5)
        assert at.finish() == []
        assert "waiting: " in at.on.said(at.program), "no harm was felt"
