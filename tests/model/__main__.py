"""Simulated calls from the command line: ``python -m tests.model 1000000 --seed 7 --people 1500 --processes 2``.

A life that went wrong prints its seed; ``python -m tests.model 1 --seed THAT`` lives it again, call for call.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.integration.shop import NOON
from tests.model.ledger import databases, sqlite_in
from tests.model.life import Life, Tally


def lives(first: int, step: int, people: int) -> Iterator[Tally]:
    """The lives of every ``step``th seed, without end."""
    with tempfile.TemporaryDirectory() as folder, databases(sqlite_in(Path(folder)), NOON) as ledgers:
        while True:
            yield Life(ledgers, first, people).live()
            first += step


def live_through(first: int, step: int, people: int, calls: int) -> Tally:
    """Such lives until so many calls were made; raises AssertionError with the seed of the life that went wrong."""
    total = Tally()
    for tally in lives(first, step, people):
        total.add(tally)
        if total.calls >= calls:
            return total
    raise AssertionError("lives have no end")


def many_lives(seed: int, calls: int, people: int, processes: int) -> Tally:
    """The same by several processes, each with seeds of its own."""
    share = -(-calls // processes)
    if processes == 1:
        return live_through(seed, 1, people, share)
    total = Tally()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for tally in pool.starmap(live_through, [(seed + n, processes, people, share) for n in range(processes)]):
            total.add(tally)
    return total


def main() -> None:
    """Live, and say what was lived through."""
    parser = argparse.ArgumentParser(prog="python -m tests.model", description="Simulated calls among crashes.")
    parser.add_argument("calls", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    tally = many_lives(asked.seed, asked.calls, asked.people, asked.processes)
    seconds = time.monotonic() - began
    print(
        f"{tally.calls:,} calls, {tally.crashes:,} crashes in {tally.operations:,} commits and requests,"
        f" {tally.held} left held, {seconds:.0f} s, {tally.calls / seconds:.0f} calls/s; nothing was false"
    )


if __name__ == "__main__":
    main()
