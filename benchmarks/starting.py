"""The start of a ``dialer run`` with nothing due, in a ledger of a million contacts: seconds and memory.

The campaign's hours are over for today, so the run opens everything, sees that nobody may be called, and leaves.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figure import RUNS, Figure
from benchmarks.load import write_list
from benchmarks.people import CONSENTED, launch
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import migrate
from campaigns.spec import Leads

PEOPLE = 1_000_000
BAR_S, BAR_MB = 1.5, 150.0
WORLD = "https://api.callfluent.ai/api"


def prepare(state: Path) -> None:
    """A ledger with a campaign that starts tomorrow."""
    state.mkdir(mode=0o700)
    url, now = f"sqlite:///{state / 'ledger.sqlite'}", datetime.now(UTC)
    migrate(url, now)
    spec = CONSENTED.model_copy(update={"start": now + timedelta(days=1), "leads": Leads(country="US")})
    ledger = Ledger(url, lambda: now)
    asyncio.run(launch(ledger, write_list(state / "leads.csv", PEOPLE), "starting", spec, WORLD))
    ledger.close()


def start(state: Path) -> tuple[float, float]:
    """Seconds and megabytes of one run."""
    environ = {"PATH": os.environ["PATH"], "CALLFLUENT_API_KEY": "none", "DIALER_STATE": str(state)}
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "dialer", "run", "starting", "--quiet"], env=environ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"the run ended with {process.returncode}")
    return time.perf_counter() - began, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)


def run() -> list[Figure]:
    """Less is better."""
    with tempfile.TemporaryDirectory() as name:
        state = Path(name) / ".dialer"
        # In a process of its own: what this one had in memory would count as its children's.
        preparing = multiprocessing.get_context("spawn").Process(target=prepare, args=(state,))
        preparing.start()
        preparing.join()
        took_s, took_mb = map(statistics.median, zip(*(start(state) for _ in range(RUNS)), strict=True))
    return [
        Figure("starting", "ms", 1000 * took_s, 1000 * BAR_S, "the bar, 1 M contacts, nothing due: less is better"),
        Figure("starting", "MB", took_mb, BAR_MB, "the bar: less is better"),
    ]
