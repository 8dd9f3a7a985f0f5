"""R15: a proxy that does harm between a worker and Redis, PostgreSQL and the platform: nobody twice, nobody lost."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.proxy import Harm, Proxy, proxy
from tests.scene import Scene, platform_at, scene
from tests.servers import RedisServer

pytestmark = pytest.mark.timeout(200)


def harmed(
    tmp_path: Path, postgres_url: str, redis: RedisServer, stack: ExitStack, people: int = 40
) -> tuple[Scene, dict[str, Proxy]]:
    """A loaded campaign of the shared size, and a proxy before each of its three servers."""
    ports = {"redis": redis.port, "postgresql": make_url(postgres_url).port}
    proxies = {name: stack.enter_context(proxy(port or 5432)) for name, port in ports.items()}
    database = make_url(postgres_url).set(port=proxies["postgresql"].port).render_as_string(hide_password=False)
    at = stack.enter_context(
        scene(tmp_path, people, DIALER_REDIS_URL=f"redis://127.0.0.1:{proxies['redis'].port}/0",
              DIALER_DATABASE_URL=database, DIRECT_DATABASE_URL=postgres_url)
    )  # fmt: skip
    sandbox = make_url((tmp_path / "accounts.toml").read_text().split('base_url = "')[1].split('"')[0])
    proxies["platform"] = stack.enter_context(proxy(sandbox.port or 80))
    platform_at(at.on, proxies["platform"].port)
    at.load()
    return at, proxies


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
    with ExitStack() as stack:
        at, proxies = harmed(tmp_path, postgres_url, shared_redis, stack)
        at.dial()
        at.until_called(2)
        play(proxies, "1", longest_s=0.5)
        assert at.finish() == []
