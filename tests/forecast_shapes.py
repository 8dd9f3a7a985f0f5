"""Campaigns of different shape, each forecast and then rehearsed: what was foretold against what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.acceptance.stage import Stage
from tests.chaos.evidence import read_log, rows

MONDAY = "2026-11-23T15:00Z"
"""Ten in New York."""
AREAS = {"NY": "212", "IL": "312", "CO": "303", "CA": "415"}


@dataclass(frozen=True)
class Shape:
    """A campaign: its people (with ``phones`` numbers each, of these states in turn) and its file."""

    name: str
    people: int
    file: str
    states: tuple[str, ...] = ("NY",)
    phones: int = 1
    speed: int = 20

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The list and the campaign file."""
        lines = ["Name,State," + ",".join(f"Phone {n + 1}" for n in range(self.phones))]
        for i in range(self.people):
            state = self.states[i % len(self.states)]
            numbers = ",".join(
                f"+1{AREAS[state]}{200 + n * 50 + i // 10_000}{i % 10_000:04}" for n in range(self.phones)
            )
            lines.append(f"Person {i},{state},{numbers}")
        (folder / "list.csv").write_text("\n".join(lines) + "\n")
        (folder / "c.toml").write_text(f'name = "c"\n{self.file}')
        return folder / "list.csv", folder / "c.toml"


SHAPES = (
    Shape("pace", 600, "[pace]\nper_second = 2\nat_once = 200\n[retries]\nattempts = 1\n"),
    Shape("calls at once", 120, '[pace]\nper_second = 2\nat_once = 6\n[retries]\nattempts = 2\nno_answer = "15m"\n'
          'voicemail_left = "30m"\nbusy = "5m"\nfailed = "5m"\n', speed=10),
    Shape("retries over days", 400, "[pace]\nper_second = 2\nat_once = 100\n", ("NY", "IL", "CO", "CA"), speed=60),
    Shape("short hours", 900, '[hours]\nmon = "10:00-10:05"\ntue = "10:00-10:05"\nwed = "10:00-10:05"\n'
          '[pace]\nper_second = 1.5\nat_once = 100\n[retries]\nattempts = 2\n', ("NY", "CA")),
    Shape("calls a day, two numbers", 250, '[pace]\nper_second = 2\nat_once = 100\nper_day = 150\n'
          '[retries]\nbusy = "never"\nfailed = "never"\n', phones=2),
)  # fmt: skip


def compare(on: Stage, shape: Shape) -> dict[str, tuple[float, float]]:
    """Forecast and rehearse; answers what was foretold and what came of calls, minutes and seconds to the finish."""
    file, campaign = shape.write(on.folder)
    wish: list[Any] = [file, "--campaign", campaign, "--start", MONDAY]
    told = on.json("forecast", *wish, "--rehearsal")
    done = on.run("launch", *wish, "--rehearse", "--speed", str(shape.speed), "-q", "--sandbox-log", "log.jsonl",
                  timeout_s=600)  # fmt: skip
    assert done.returncode == 0, done.stderr
    calls = read_log(on.folder / "log.jsonl").ended
    ended = rows(on.folder / ".dialer" / "rehearsal" / "ledger.sqlite", "SELECT duration_s FROM attempts")
    last = max(datetime.fromisoformat(call["ended"]) for call in calls)
    first = min(datetime.fromisoformat(call["started"]) for call in calls)
    foretold = datetime.fromisoformat(told["finish"]["p50"]) - datetime.fromisoformat(told["first_call"])
    return {
        "calls": (told["calls"]["p50"], len(calls)),
        "minutes": (told["minutes"]["p50"], sum(row["duration_s"] or 0 for row in ended) / 60),
        "finish": (foretold.total_seconds(), (last - first).total_seconds()),
    }


def off(pair: tuple[float, float]) -> float:
    """How far the forecast was off, as a share of what came."""
    foretold, came = pair
    return foretold / came - 1
