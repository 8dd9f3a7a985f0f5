"""One campaign's whole life in a few seconds, in which a process dies at a named point and the command is given again.

A list of more rows than one chunk is launched into a new ledger by a file under which nobody is called for years, the
file is edited, a run dials everyone, a report is written. Who has passed all of that alive goes on: more people are
appended, a run dies with requests and rings under way, and the next has something to repair. Wherever the process dies,
the same command is given again, and in the end the judge holds the platform's log against ledger and report.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.points import EXIT_CODE
from tests.acceptance.stage import british_list
from tests.forked import ForkedStage
from tests.scene import Scene, scene
from tests.servers import ForeignPostgres, PostgresServer, RedisServer

PEOPLE, MORE, OTHERS = 6, 3, 500
PACE = 20
END_S = 150
RUN, REPORT = ["run", "uk"], ["report", "uk", "results.json"]
LAUNCH = ["launch", "leads.csv", "--campaign", "early.toml", "--yes"]
USUAL = [LAUNCH, ["edit", "uk", "--campaign", "c.toml", "--yes"], RUN, REPORT]


@dataclass(slots=True)
class Lived:
    """What came of a life: which command died, what the judge found."""

    died: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    held: int = 0


def live(folder: Path, at: str, shared: dict[str, str] | None = None) -> Lived:
    """Live through it; the process that comes by ``at`` (``NAME:N``) dies there.

    ``shared``: the two variables of the shared size, whose servers are empty.
    """
    lived = Lived()
    with scene(folder, PEOPLE, PACE, shared, extra='mode = "cron"') as at_work:
        on, leads = at_work.on, folder / "leads.csv"
        (folder / "early.toml").write_text(f"start = 2099-01-01T00:00:00Z\n{at_work.file.read_text()}")
        leads.write_text(leads.read_text() + "".join(f"Nobody {n},123\n" for n in range(OTHERS)))
        for words in [*([["migrate"]] if shared else []), *USUAL]:
            give(on, words, at, lived)
        if not lived.died:
            british_list(folder / "more.csv", PEOPLE + MORE)
            give(on, ["append", "uk", "more.csv"], at, lived)
            assert step(on, RUN, "intent_committed:2") == EXIT_CODE
            give(on, RUN, at, lived)
            give(on, REPORT, at, lived)
        lived.held = at_work.held()
        lived.faults += [*at_work.faults(), *not_whole(at_work)]
    return lived


def live_shared(folder: Path, at: str, postgres: PostgresServer | ForeignPostgres, redis: RedisServer) -> Lived:
    """The same on PostgreSQL, in a new database of the server."""
    url = postgres.create()
    try:
        return live(folder, at, {"DIALER_DATABASE_URL": url, "DIALER_REDIS_URL": redis.url})
    finally:
        postgres.drop(url)


def give(on: ForkedStage, words: Sequence[str], at: str, lived: Lived) -> None:
    """Give a command until it comes to its end."""
    code = step(on, words, "" if lived.died else at)
    if code == EXIT_CODE:
        lived.died.append(words[0])
        code = step(on, words, "")
    if code not in (0, 6):
        lived.faults.append(f"{words[0]} ended with {code}: {on.said(on.processes[-1])[-500:]}")


def step(on: ForkedStage, words: Sequence[str], at: str) -> int:
    """Give one command, which dies at ``at`` (blank: not at all); its exit code, SIGKILL's where it came to no end."""
    on.environment.pop("DIALER_CRASH_AT", None)
    if at:
        on.environment["DIALER_CRASH_AT"] = at
    try:
        return on.run(*words, timeout_s=END_S).returncode
    except subprocess.TimeoutExpired:
        on.processes[-1].kill()
        return on.processes[-1].wait()


def not_whole(at: Scene) -> list[str]:
    """What is missing of the list in the ledger, and of the ledger in the last report."""
    people, rows = len(at.rows("contacts")), len(at.rows("rows"))
    appended = PEOPLE + MORE if (at.on.folder / "more.csv").exists() else 0
    wrong = []
    if (people, rows) != (appended or PEOPLE, PEOPLE + OTHERS + appended):
        wrong.append(f"lost: there are {people} contacts and {rows} rows")
    report = max(at.on.folder.glob("results*.json"), key=lambda path: path.stat().st_mtime_ns, default=None)
    if report is None or told(report) != rows:
        wrong.append("lost: the report is not whole")
    return wrong


def told(report: Path) -> int:
    """How many rows of the list a report tells of."""
    whole = json.loads(report.read_text())
    return len(whole["leads"]) + len(whole["rejected"])
