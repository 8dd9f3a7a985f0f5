"""One campaign's whole life in a few seconds, in which a process dies at a named point and the command is given again.

A list of more rows than one chunk is launched into a new ledger, a run dials everyone, a report is written. Who has
passed all of that alive goes on: more people are appended, a run dies with requests and rings under way, and the next
has something to repair. Wherever the process dies, the same command is given again, and in the end the judge holds the
platform's log against ledger and report.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaigns.points import EXIT_CODE
from tests.acceptance.stage import british_list, campaign, platform
from tests.forked import ForkedStage, forked_stage
from tests.judge import Log, judge_calls, judge_windows
from tests.servers import ForeignPostgres, PostgresServer, RedisServer

PEOPLE, MORE, OTHERS = 6, 3, 500
PACE, SPEED = 20, 200
END_S = 150
RUN, REPORT = ["run", "uk"], ["report", "uk", "results.json"]
USUAL = [["launch", "leads.csv", "--campaign", "c.toml", "--yes"], RUN, REPORT]
ENGINE = """
[engine]
poll_min = "0.3s"
poll_max = "0.5s"
horizon = "2s"
match_window = "2s"
"""


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
    with forked_stage(folder, shared or {}) as on:
        log = platform(on, speed=SPEED, per_second=PACE, at_once=PEOPLE)
        leads = british_list(folder / "leads.csv", PEOPLE)
        leads.write_text(leads.read_text() + "".join(f"Nobody {n},123\n" for n in range(OTHERS)))
        file = campaign(folder / "c.toml", "uk", 'mode = "cron"', per_second=PACE, at_once=PEOPLE)
        file.write_text(file.read_text() + ENGINE)
        for words in [*([["migrate"]] if shared else []), *USUAL]:
            give(on, words, at, lived)
        if not lived.died:
            british_list(folder / "more.csv", PEOPLE + MORE)
            give(on, ["append", "uk", "more.csv"], at, lived)
            assert step(on, RUN, "intent_committed:2") == EXIT_CODE
            give(on, RUN, at, lived)
            give(on, REPORT, at, lived)
        lived.faults += judged(on, log, tomllib.loads(file.read_text()), lived)
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


def judged(on: ForkedStage, log: Path, file: dict[str, Any], lived: Lived) -> list[str]:
    """Every fault of a finished life."""
    seen, ledger = Log.read(log), Tables(on)
    contacts, attempts = ledger.rows("contacts"), ledger.rows("attempts")
    called = {line["body"]["data"]["phone_number"] for line in seen.placed if line["status"] == 200}
    held = [contact for contact in contacts if contact["state"] == "held"]
    lived.held = len(held)
    faults = [*judge_calls(seen, attempts), *judge_windows(seen, contacts, file)]
    faults += [f"stuck: contact {c['id']} is {c['state']}" for c in contacts if c["state"] in ("ready", "dialing")]
    faults += [f"stuck: attempt {a['id']} is {a['state']}" for a in attempts if a["state"] in Tables.OPEN]
    faults += [f"lost: {c['id']} was never called" for c in contacts if c["identity"] not in called and c not in held]
    faults += [f"duplicated: {n} was called twice" for n in called
               if sum(line["body"]["data"]["phone_number"] == n for line in seen.placed) > 1]  # fmt: skip
    rows = len(ledger.rows("rows"))
    appended = PEOPLE + MORE if (on.folder / "more.csv").exists() else 0
    if (len(contacts), rows) != (appended or PEOPLE, PEOPLE + OTHERS + appended):
        faults.append(f"lost: there are {len(contacts)} contacts and {rows} rows")
    report = max(on.folder.glob("results*.json"), key=lambda path: path.stat().st_mtime_ns, default=None)
    if report is None or told(report) != rows:
        faults.append("lost: the report is not whole")
    return faults


def told(report: Path) -> int:
    """How many rows of the list a report tells of."""
    whole = json.loads(report.read_text())
    return len(whole["leads"]) + len(whole["rejected"])


class Tables:
    """The ledger's rows, read past the program."""

    OPEN = ("reserved", "submitted", "accepted", "unknown")

    def __init__(self, on: ForkedStage) -> None:
        url = on.environment.get("DIALER_DATABASE_URL", f"sqlite:///{on.folder / '.dialer' / 'ledger.sqlite'}")
        self._engine = sa.create_engine(url, poolclass=sa.NullPool)

    def rows(self, table: str) -> list[dict[str, Any]]:
        with self._engine.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(sa.text(f"SELECT * FROM {table}"))]
