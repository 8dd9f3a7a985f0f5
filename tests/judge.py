"""The judge: holds a practice platform's log, which is the truth, against the ledger and the report.

In Jepsen's words: lost, duplicated, unexpected, mislabelled; and ours: outside_window, over_rate, over_concurrency. It
knows nothing of the dialer's rules: hours are worked out here from the campaign file with ``zoneinfo`` alone.
"""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL = dict.fromkeys(DAYS[:5], "09:00-20:00") | {"sat": "10:00-17:00", "sun": "closed"}
FEDERAL = ("08:00", "21:00")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAME = {"no-answer": "no_answer", "busy": "busy", "failed": "failed"}


def pinned(name: str) -> ZoneInfo:
    """The zone from the pinned wheel, never the host's."""
    with (files("tzdata.zoneinfo").joinpath(*name.split("/"))).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@dataclass
class Log:
    """The practice platform's log: requests to make a call, and calls that ended."""

    placed: list[dict[str, Any]]
    ended: list[dict[str, Any]]

    @classmethod
    def read(cls, path: Path) -> Log:
        text = path.read_text()
        lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]  # the last may be half written
        placed = [line for line in lines if line.get("method") == "POST" and "/make-call/" in line["path"]]
        return cls(placed, [line for line in lines if "call" in line])


def rows(ledger: Path, query: str) -> list[dict[str, Any]]:
    """Rows of an SQLite ledger, read beside whoever owns it."""
    conn = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    conn.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in conn.execute(query)]
    finally:
        conn.close()


def judge_calls(log: Log, attempts: list[dict[str, Any]]) -> list[str]:
    """Each attempt was received at most once, every placed call is an attempt of ours, and its result is the call's."""
    faults = []
    received = Counter(line["body"]["data"]["dialer_ref"] for line in log.placed)
    placed = {line["body"]["data"]["dialer_ref"] for line in log.placed if line["status"] == 200}
    known = {attempt["ref"]: attempt for attempt in attempts}
    faults += [f"duplicated: {ref} was received {n} times" for ref, n in received.items() if n > 1]
    faults += [f"unexpected: {ref} is no attempt of the ledger" for ref in received if ref not in known]
    for ref, attempt in known.items():
        if attempt["state"] in ("accepted", "ended", "lost") and ref not in placed:
            faults.append(f"unexpected: attempt {attempt['id']} is {attempt['state']}, but nothing was placed")
        if attempt["state"] in ("not_placed", "rejected", "reserved") and ref in placed:
            faults.append(f"lost: attempt {attempt['id']} is {attempt['state']}, but was placed")
    ours = Counter(
        (a["number"], a["result"]) for a in attempts if a["state"] == "ended" and a["result"] in SAME.values()
    )
    theirs = Counter((line["number"], SAME[line["result"]]) for line in log.ended if line["result"] in SAME)
    faults += [
        f"mislabelled: {key} {ours[key]} times here, {theirs[key]} there" for key in ours if ours[key] > theirs[key]
    ]
    return faults


def judge_windows(log: Log, contacts: list[dict[str, Any]], campaign: dict[str, Any]) -> list[str]:
    """No request was received outside the campaign's or the federal hours in any zone the person could be in."""
    zones = {c["identity"]: [pinned(name) for name in c["zones"].split(",") if name] for c in contacts}
    faults = []
    for line in log.placed:
        number, at = line["body"]["data"]["phone_number"], datetime.fromisoformat(line["at"])
        if not zones.get(number):
            faults.append(f"outside_window: {number} has no zone")
        for zone in zones.get(number, []):
            if not is_open(at.astimezone(zone), campaign, american=number.startswith("+1")):
                faults.append(f"outside_window: {number} at {at.astimezone(zone)}")
    return faults


def is_open(local: datetime, campaign: dict[str, Any], *, american: bool) -> bool:
    """Whether calls are allowed at this local time."""
    hours = campaign.get("hours", {}).get(DAYS[local.weekday()], USUAL[DAYS[local.weekday()]])
    windows = [] if hours == "closed" else [hours] if isinstance(hours, str) else hours
    clock = f"{local:%H:%M:%S}"
    lawful = not american or FEDERAL[0] <= clock < FEDERAL[1]
    return lawful and any(w.split("-")[0] <= clock < w.split("-")[1] for w in windows)


def judge_pace(log: Log, per_second: float, speed: float, jitter_s: float = 0.0) -> list[str]:
    """Starts in any window of one real second: at most the pace at speed 1, a tenth and one more when scaled (§8).

    The log's instants are those at which the platform woke up to read. Where it shares two cores with a test suite it
    wakes late now and then: ``jitter_s`` is taken off the second for that.
    """
    window = timedelta(seconds=1 - jitter_s)
    most = per_second if speed == 1 else 1.1 * per_second * speed + 1
    starts = sorted(datetime.fromisoformat(line["real"]) for line in log.placed if line["status"] == 200)
    faults, first = [], 0
    for last, start in enumerate(starts):
        while start - starts[first] >= window:
            first += 1
        if last - first + 1 > most:
            faults.append(f"over_rate: {last - first + 1} starts in the second before {start}, at most {most:g}")
    return faults


def judge_concurrency(log: Log, at_once: int) -> list[str]:
    """Calls at the same time, by the platform's own account."""
    edges = sorted(
        [(datetime.fromisoformat(c["started"]), 1) for c in log.ended]
        + [(datetime.fromisoformat(c["ended"]), -1) for c in log.ended],
        key=lambda edge: (edge[0], edge[1]),
    )
    now = most = 0
    for _, change in edges:
        now += change
        most = max(most, now)
    return [f"over_concurrency: {most} calls at once, at most {at_once}"] if most > at_once else []


def judge(folder: Path, log_path: Path, campaign_file: Path, speed: float, jitter_s: float = 0.0) -> list[str]:
    """Every fault of one finished embedded campaign: its state folder, the log, the campaign file."""
    campaign = tomllib.loads(campaign_file.read_text())
    pace = {"per_second": 1.0, "at_once": 5} | campaign.get("pace", {})
    ledger, log = folder / "ledger.sqlite", Log.read(log_path)
    attempts, contacts = rows(ledger, "SELECT * FROM attempts"), rows(ledger, "SELECT * FROM contacts")
    stuck = [c["id"] for c in contacts if c["state"] in ("ready", "dialing")]
    open_ones = [a["id"] for a in attempts if a["state"] in ("reserved", "submitted", "accepted", "unknown")]
    uncalled = {c["identity"] for c in contacts} - {line["body"]["data"]["phone_number"] for line in log.placed}
    states = {c["identity"]: c["state"] for c in contacts}
    return [
        *judge_calls(log, attempts),
        *judge_windows(log, contacts, campaign),
        *judge_pace(log, pace["per_second"], speed, jitter_s),
        *judge_concurrency(log, pace["at_once"]),
        *(f"stuck: contact {id_}" for id_ in stuck),
        *(f"stuck: attempt {id_}" for id_ in open_ones),
        *(f"lost: {number} was never called and is {states[number]}" for number in uncalled
          if states[number] not in ("held", "excluded", "expired", "cancelled")),
    ]  # fmt: skip
