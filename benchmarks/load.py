"""A lead list into an SQLite ledger, against pandas, a loop over phonenumbers and executemany.

Both sides read the same file of 12 columns, judge every number and commit durably; they must agree on how many rows
are accepted. Each run is a process of its own, so that its peak memory is its own, too. ``LOAD_ROWS=1000000`` before
the command runs the million.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, compare
from benchmarks.people import CONSENTED, launch

ROWS = int(os.environ.get("LOAD_ROWS", "50000"))
HEADERS = (
    "First Name", "Last Name", "Phone", "Email", "Address", "City", "State", "Zip", "Company", "Title", "Created",
    "Source",
)  # fmt: skip
CITIES = (
    ("212", "New York", "NY", "10001"), ("312", "Chicago", "IL", "60601"), ("303", "Denver", "CO", "80202"),
    ("415", "San Francisco", "CA", "94103"), ("617", "Boston", "MA", "02108"), ("512", "Austin", "TX", "78701"),
    ("404", "Atlanta", "GA", "30303"), ("206", "Seattle", "WA", "98101"), ("602", "Phoenix", "AZ", "85003"),
)  # fmt: skip
PEER = "pandas.read_csv + a loop over phonenumbers + executemany"


def write_list(path: Path, rows: int) -> Path:
    """A list of so many ``people``."""
    with path.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out)
        write.writerow(HEADERS)
        write.writerows(people(rows))
    return path


def people(count: int) -> Iterator[tuple[str, ...]]:
    """People of nine American cities, the same ones every time: some numbers come twice, some do not exist."""
    rnd = random.Random(1)
    for n in range(count):
        area, city, state, code = rnd.choice(CITIES)
        number = f"({area}) {rnd.randint(195, 999)}-{rnd.randint(0, 9999):04}"
        yield (f"Ann{n}", "Smith", number, f"ann{n}@example.com", f"{n % 900} Main Street", city, state, code,
               "Acme Corporation", "Buyer", "2026-11-20", "lead ad 7")  # fmt: skip


def ours(file: str, url: str) -> int:
    """Load the list as ``dialer launch`` does, into a ledger that is there; answers how many rows were accepted."""
    from campaigns.ledger.ledger import Ledger
    from campaigns.spec import Leads
    from dialer.clock import SystemClock

    ledger = Ledger(url, SystemClock().now)
    added = asyncio.run(
        launch(ledger, Path(file), "load", CONSENTED.model_copy(update={"leads": Leads(country="US")}), "load")
    )
    ledger.close()
    return added


def peer(file: str, url: str) -> int:
    """The naive way; answers how many rows were accepted."""
    import pandas

    seen: set[str] = set()
    judged: list[tuple[Any, ...]] = []
    for row in pandas.read_csv(file, dtype=str, keep_default_na=False).itertuples(index=False):
        judged.append((*row, *naive_verdict(row[2], seen)))
    marks = ", ".join(["%s" if url.startswith("postgresql") else "?"] * len(judged[0]))
    columns = ", ".join(f"c{n} TEXT" for n in range(len(judged[0])))
    conn = naive_connection(url)
    with conn:
        cursor = conn.cursor()
        cursor.execute(f"CREATE TABLE leads ({columns})")
        cursor.executemany(f"INSERT INTO leads VALUES ({marks})", judged)
    conn.close()
    return len(seen)


def naive_verdict(cell: str, seen: set[str]) -> tuple[str, ...]:
    """Verdict, number, type, region and zones of one cell, as the library's manual has it."""
    import phonenumbers
    from phonenumbers import timezone

    try:
        number = phonenumbers.parse(cell, "US")
    except phonenumbers.NumberParseException:
        return "rejected", "", "", "", ""
    if not phonenumbers.is_valid_number(number):
        return "rejected", "", "", "", ""
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    verdict = "duplicate" if e164 in seen else "accepted"
    seen.add(e164)
    type_, region = phonenumbers.number_type(number), phonenumbers.region_code_for_number(number)
    return verdict, e164, str(type_), str(region), ",".join(timezone.time_zones_for_number(number))


def naive_connection(url: str) -> Any:
    """As durable as ours."""
    if url.startswith("postgresql"):
        import psycopg

        return psycopg.connect(url.replace("+psycopg", ""))
    import sqlite3

    conn = sqlite3.connect(url.removeprefix("sqlite:///"))
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    return conn


def in_a_process(side: str, file: Path, url: str) -> dict[str, float]:
    """Rows a second, the peak of memory in MB, and the rows accepted, of a run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.load", side, str(file), url]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    said: dict[str, float] = json.loads(ran.stdout)
    return said


def ledger_at(url: str) -> str:
    """Make the tables there."""
    from campaigns.ledger.migrate import migrate
    from dialer.clock import SystemClock

    migrate(url, SystemClock().now())
    return url


def against_naive(name: str, file: Path, new_url: Any) -> Figure:
    """Compare both sides on databases that ``new_url`` makes."""
    peaks: dict[str, float] = {}
    accepted: set[float] = set()

    def rate(side: str, url: str) -> float:
        said = in_a_process(side, file, url)
        peaks[side] = max(peaks.get(side, 0), said["peak_mb"])
        accepted.add(said["accepted"])
        return said["rows_per_s"]

    figure = compare(name, "rows", lambda: rate("ours", ledger_at(new_url())), lambda: rate("peer", new_url()), PEER)
    if len(accepted) != 1:
        raise AssertionError(f"the two sides accept {accepted} rows: there is nothing to compare")
    memory = f"{ROWS:,} rows; memory at most {peaks['ours']:.0f} MB, the peer's {peaks['peer']:.0f} MB"
    return Figure(figure.name, figure.unit, figure.ours, figure.peer, f"{PEER} ({memory})")


def run() -> Figure:
    """Rows per second, from the file to the last commit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = write_list(folder / "leads.csv", ROWS)
        urls = iter(f"sqlite:///{folder / str(n)}.sqlite" for n in range(100))
        return against_naive("load", file, lambda: next(urls))


def main(side: str, file: str, url: str) -> None:
    """One run: print what ``in_a_process`` reads."""
    load = ours if side == "ours" else peer
    if side == "ours":
        import dialer.commands  # noqa: F401 - a program is loaded once, however many rows it reads
    else:
        import pandas  # noqa: F401
        import phonenumbers.timezone  # noqa: F401
    began = time.perf_counter()
    accepted = load(file, url)
    took_s = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with Path(file).open("rb") as lines:
        rows = sum(1 for _ in lines) - 1
    print(json.dumps({"rows_per_s": rows / took_s, "peak_mb": peak_mb, "accepted": accepted}))


if __name__ == "__main__":
    main(*sys.argv[1:])
