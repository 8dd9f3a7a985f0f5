"""A list loaded under harm: the loading process killed at moments drawn from a seed, and several loading at once.

python -m tests.chaos.imports URL FILE      loads FILE into the campaign "spring" of the ledger at URL
"""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.people import CONSENTED, number
from campaigns.ledger.campaigns import find
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import migrate
from campaigns.ledger.tables import contacts, rows
from campaigns.reports.report import write_report
from dialer.commands import answer_of, execute
from tests.acceptance.stage import wait_for
from tests.chaos.driver import ROOT, START


def write_leads(path: Path, people: int) -> Path:
    """A list in which every tenth row repeats an earlier person and every fifteenth has no number."""
    lines = ["Name,Phone"]
    for n in range(people):
        phone = "" if n % 15 == 7 else number(n // 2 if n % 10 == 9 else n)
        lines.append(f"Person {n},{phone}")
    path.write_text("\n".join(lines) + "\n")
    return path


async def load(ledger: Ledger, file: Path) -> dict[str, Any]:
    """What ``dialer launch --detach`` has the ledger do."""
    said = await execute(ledger, "launch", {
        "file": str(file), "name": "spring", "spec": CONSENTED.model_dump(mode="json"), "world": "test", "agent": "1",
        "agent_fields": None, "skip_recent": False, "limit": None, "who": "chaos",
    })  # fmt: skip
    answer: dict[str, Any] = answer_of(said)
    return answer


def open_ledger(url: str) -> Ledger:
    """The ledger at ``url``, migrated, at an instant that stands still: reports of equal ledgers are equal."""
    migrate(url, START)
    return Ledger(url, lambda: START)


def load_killed(url: str, file: Path, kills: int, rnd: random.Random) -> int:
    """Load in a process that is killed (-9) so many times, each time further on; answers how many kills met it alive.

    Moments are counted in rows that the ledger has.
    """
    ledger, met = open_ledger(url), 0
    count = len(file.read_text().splitlines()) - 1
    try:
        for nth in range(kills):
            loading = subprocess.Popen([sys.executable, "-m", "tests.chaos.imports", url, str(file)], cwd=ROOT)
            moment = rnd.uniform(nth, nth + 0.9) / kills * count
            there = partial(ledger.read_now, loaded)
            wait_for(lambda now=there, moment=moment, it=loading: now() >= moment or it.poll() is not None)  # type: ignore[misc]
            loading.kill()
            met += loading.wait() == -signal.SIGKILL
    finally:
        ledger.close()
    return met


def loaded(conn: sa.Connection) -> int:
    """How many rows the ledger has."""
    return int(conn.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one())


def twice(conn: sa.Connection) -> list[str]:
    """Whoever is a contact more than once."""
    counted = Counter(conn.execute(sa.select(contacts.c.identity)).scalars())
    return [identity for identity, n in counted.items() if n > 1]


async def load_at_once(ledgers: list[Ledger], file: Path) -> None:
    """Load the same list through all of them at the same time."""
    await asyncio.gather(*(load(ledger, file) for ledger in ledgers))


def report(ledger: Ledger, folder: Path, name: str) -> bytes:
    """The leads' report, byte by byte."""
    campaign = ledger.read_now(find, "spring")
    write = partial(write_report, rehearsal=False, overwrite=True)
    return ledger.read_now(write, campaign.id, folder / f"{name}.csv", START).read_bytes()


def main(url: str, file: str) -> None:
    """Load, in a process of its own."""
    ledger = Ledger(url, lambda: START)
    try:
        asyncio.run(load(ledger, Path(file)))
    finally:
        ledger.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
