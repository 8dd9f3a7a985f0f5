"""Servers, disk and clock break while people are called: nobody twice, nobody lost, and afterwards it goes on.

Each trouble has a campaign, a platform and servers of its own; several are played side by side. What is told of each:
how many were called when it began and when it was over, how many seconds later five more were (of a clock that was set:
that it ended the dialer), and how many are held.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import trouble
from tests.acceptance.stage import SUITE_JITTER_S
from tests.acceptance.test_fault_proxy import play
from tests.chaos.checker import Promise, pace
from tests.chaos.evidence import read_log
from tests.proxy import Harm, Proxy
from tests.scene import Scene, proxied_scene, scene
from tests.servers import PostgresServer, RedisServer, start_postgres, start_redis

pytestmark = pytest.mark.timeout(900)
SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))
AT_ONCE = 3
PEOPLE, PACE, BEGUN = 60, 6.0, 12
SPLIT_S, AWAY_S, STALL_S = 30.0, 4.0, 3.5
HOUR_S = 3600.0


@dataclass(slots=True)
class Came:
    """What came of one trouble."""

    faults: list[str]
    figures: str


def through(at: Scene, harm: Callable[[], None], *, paced: bool = True) -> Came:
    """Let the scene dial, do the harm, see it go on and come to its end."""
    at.load()
    at.dial()
    at.until_called(BEGUN)
    before = at.called()
    harm()
    meanwhile, over_at = at.called(), time.monotonic()
    at.until_called(min(meanwhile + 5, PEOPLE))
    again_s = time.monotonic() - over_at
    faults = at.finish(200)
    if paced:
        promise = Promise({"pace": {"per_second": PACE}}, jitter_s=2 * SUITE_JITTER_S)
        faults += [what for _, what in pace(read_log(at.log), promise)]
    return Came(faults, f"{before} called, then {meanwhile}, five more {again_s:.1f} s later, {at.held()} held")


def in_shared_size(
    folder: Path, harm: Callable[[Scene, PostgresServer, RedisServer], None], *, narrow: bool = False
) -> Came:
    with start_postgres() as postgres, start_redis() as redis:
        url = trouble.narrow_role(postgres.create()) if narrow else postgres.create()
        servers = {"DIALER_DATABASE_URL": url, "DIALER_REDIS_URL": redis.url}
        with scene(folder, PEOPLE, PACE, servers) as at:
            return through(at, lambda: harm(at, postgres, redis))


def behind_proxies(folder: Path, harm: Callable[[dict[str, Proxy]], None]) -> Came:
    with (
        start_postgres() as postgres,
        start_redis() as redis,
        proxied_scene(folder, postgres.create(), redis, PEOPLE) as (at, proxies),
    ):
        return through(at, lambda: harm(proxies), paced=False)


def split(folder: Path, server: str) -> Came:
    def harm(proxies: dict[str, Proxy]) -> None:
        proxies[server].harm(Harm.TIMEOUT)
        time.sleep(SPLIT_S)
        proxies[server].harm(None)

    return behind_proxies(folder, harm)


def stalled_worker(folder: Path) -> Came:
    """R7: one of two workers stands still for longer than any tick, again and again."""

    def harm(at: Scene, _: PostgresServer, __: RedisServer) -> None:
        at.on.start("worker")
        rnd = random.Random(f"{SEED}:stall")
        for worker in rnd.choices(at.on.processes[-2:], k=3):
            worker.send_signal(signal.SIGSTOP)
            time.sleep(STALL_S)
            worker.send_signal(signal.SIGCONT)

    return in_shared_size(folder, harm)


def locked_file(folder: Path) -> Came:
    def harm() -> None:
        with trouble.locked(at.ledger):
            time.sleep(2 * AWAY_S)

    with scene(folder, PEOPLE, PACE) as at:
        return through(at, harm)


def full_disk(folder: Path) -> Came:
    def harm() -> None:
        disk.fill()
        time.sleep(2 * AWAY_S)
        disk.clear()

    with scene(folder, PEOPLE, PACE, before=trouble.enter) as at, trouble.small_disk(at, "24m") as disk:
        return through(at, harm)


def wrong_clock(folder: Path, by_s: float) -> Came:
    """A clock that is set ends the dialer, and one that is behind the ledger begins nothing; set right, it goes on."""
    with scene(folder, PEOPLE, PACE, before=trouble.stepped) as at:
        at.load()
        at.dial()
        at.until_called(BEGUN)
        trouble.step_clock(at, by_s)
        ends, faults = [at.on.last_words(at.program)], []
        meanwhile = at.called()
        if by_s < 0:
            at.dial()
            ends.append(at.on.last_words(at.program))
            faults = [f"{at.called() - meanwhile} called by a clock behind the ledger"] * (at.called() > meanwhile)
        trouble.step_clock(at, 0)
        at.dial()
        at.until_called(meanwhile + 5)
        faults += [f"ended with {code}, and said: {said}" for code, said in ends if code != 5 or "clock" not in said]
        return Came(faults + at.finish(200), f"{meanwhile} called, then {len(ends)} × exit code 5, {at.held()} held")


TROUBLES: dict[str, Callable[[Path], Came]] = {
    "a split of 30 s to PostgreSQL": lambda folder: split(folder, "postgresql"),
    "a split of 30 s to Redis": lambda folder: split(folder, "redis"),
    "a split of 30 s to the platform": lambda folder: split(folder, "platform"),
    "every harm of a proxy": lambda folder: behind_proxies(folder, lambda proxies: play(proxies, f"{SEED}", 0.5)),
    "PostgreSQL crashes and comes back": lambda folder: in_shared_size(
        folder, lambda _, postgres, __: trouble.restart_postgres(postgres, AWAY_S)
    ),
    "PostgreSQL has no connections left": lambda folder: in_shared_size(
        folder, lambda _, postgres, __: trouble.no_connections(postgres, AWAY_S), narrow=True
    ),
    "Redis is at its maxmemory": lambda folder: in_shared_size(
        folder, lambda _, __, redis: trouble.full_memory(redis, AWAY_S)
    ),
    "Redis is emptied again and again": lambda folder: in_shared_size(
        folder, lambda _, __, redis: trouble.flushed(redis, AWAY_S)
    ),
    "Redis comes back with an older snapshot": lambda folder: in_shared_size(
        folder, lambda _, __, redis: trouble.older_snapshot(redis, AWAY_S)
    ),
    "two workers stall": stalled_worker,
    "another program locks the SQLite file": locked_file,
    "the disk is full": full_disk,
    "the clock is 3 hours ahead for a while": lambda folder: wrong_clock(folder, 3 * HOUR_S),
    "the clock is 2 hours behind for a while": lambda folder: wrong_clock(folder, -2 * HOUR_S),
}


def test_whatever_breaks_nobody_is_called_twice_and_nobody_is_lost(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    def one(name: str) -> Came:
        try:
            return TROUBLES[name](tmp_path / name.replace(" ", "-"))
        except AssertionError as stuck:
            return Came([f"stuck: {stuck}"], "")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        came = dict(zip(TROUBLES, pool.map(one, TROUBLES), strict=True))
    for name, each in came.items():
        record_property(f"\n  {name}:", each.figures)
    assert {name: each.faults for name, each in came.items() if each.faults} == {}, f"DIALER_TEST_SEED={SEED}"
