"""A registry's compact file against the same numbers in an SQLite table, one by one and many at once.

Numbers are drawn like a national registry's: any of the ten-digit ones. ``REGISTRY_NUMBERS`` (2,000,000) says how many.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.figure import Figure, compare
from campaigns.suppression.importing import import_registry
from campaigns.suppression.registry import Numbers, Registry
from campaigns.suppression.shelf import Shelf

NUMBERS = int(os.environ.get("REGISTRY_NUMBERS", "2_000_000"))
FIRST, LAST = 12_000_000_000, 20_000_000_000
ASKED, BLOCK = 20_000, 1_000_000


def drawn() -> Iterator[Numbers]:
    """The registry's numbers, the same ones every time, in no order."""
    rng = np.random.default_rng(1)
    for start in range(0, NUMBERS, BLOCK):
        yield rng.integers(FIRST, LAST, min(BLOCK, NUMBERS - start))


def deliver(path: Path) -> None:
    """The registry as it is delivered: an area code, a comma, seven digits."""
    with path.open("w", encoding="ascii") as file:
        for block in drawn():
            file.write("".join(f"{number % 10**10 // 10**7},{number % 10**7:07}\n" for number in block.tolist()))


def table(path: Path) -> float:
    """The same in an SQLite table; answers how many a second."""
    began = time.perf_counter()
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("CREATE TABLE registry (number INTEGER PRIMARY KEY) WITHOUT ROWID")
        for block in drawn():
            conn.executemany(
                "INSERT OR IGNORE INTO registry VALUES (?)", ((number,) for number in sorted(block.tolist()))
            )
    return NUMBERS / (time.perf_counter() - began)


def run() -> list[Figure]:
    """Numbers imported, and asked about, per second; both sides must agree on every one."""
    with TemporaryDirectory(prefix="dialer-bench-") as made:
        folder = Path(made)
        deliver(folder / "list.txt")
        shelf = Shelf(folder)

        def load() -> float:
            began = time.perf_counter()
            import_registry(folder / "list.txt", "US", shelf)
            return NUMBERS / (time.perf_counter() - began)

        ours = load()
        peer = table(folder / "peer.sqlite")
        path = shelf.path(import_registry(folder / "list.txt", "US", shelf).sha256)
        sizes = (
            f"{path.stat().st_size / 1e6:,.0f} MB and {(folder / 'peer.sqlite').stat().st_size / 1e6:,.0f} MB on disk"
        )
        print(f"{NUMBERS:,} numbers: {sizes}", file=sys.stderr)
        with closing(sqlite3.connect(folder / "peer.sqlite")) as conn:
            return [Figure("import", "numbers", ours, peer, "executemany into SQLite"), *_asked(Registry(path), conn)]


def _asked(registry: Registry, conn: sqlite3.Connection) -> list[Figure]:
    rnd = random.Random(2)
    there = next(drawn())[: ASKED // 2].tolist()
    asked = [*there, *(rnd.randrange(FIRST, LAST) for _ in range(ASKED // 2))]
    rnd.shuffle(asked)
    chunk = np.array(sorted(asked), np.int64)

    def one(number: int) -> bool:
        return conn.execute("SELECT 1 FROM registry WHERE number = ?", (number,)).fetchone() is not None

    if [number in registry for number in asked] != [one(number) for number in asked]:
        raise AssertionError("the registry and the table disagree: there is nothing to compare")

    def timed(work: Callable[[], object]) -> Callable[[], float]:
        def rate() -> float:
            began = time.perf_counter()
            work()
            return ASKED / (time.perf_counter() - began)

        return rate

    by_table = timed(lambda: [one(number) for number in asked])
    peer_is = "SELECT by primary key in SQLite"
    return [
        compare("look-up", "numbers", timed(lambda: [number in registry for number in asked]), by_table, peer_is),
        compare("in a chunk", "numbers", timed(lambda: registry.among(chunk)), by_table, peer_is),
    ]
