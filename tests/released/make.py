"""Keep a release for ever: its wheel, and a ledger that it dialed with. Run when a version is released, and committed:

    .venv/bin/python -m tests.released.make

writes ``tests/released/VERSION/``. The ledger is that of a campaign killed in mid-dialing, on a practice platform, with
somebody of every kind in it. It is kept as rows (JSON), not as a file: its own wheel makes the tables again, on either
database, and every later version must bring them forward (``tests/acceptance/test_released.py``).
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.acceptance.stage import Stage, british_list, campaign, platform, stage, wait_for
from tests.chaos.evidence import read_log

ROOT = Path(__file__).parents[2]
RELEASED = Path(__file__).parent
LEADS = 40
WORLD = "http://practice.test/api"
"""What stands in the rows for the practice platform's address."""


def main() -> None:
    """Write this version's folder."""
    folder = RELEASED / this_version()
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as stage_folder, stage(Path(stage_folder)) as on:
        address = dial(on)
        tables = rows_of(f"sqlite:///{on.folder / '.dialer' / 'ledger.sqlite'}")
    text = json.dumps(tables, indent=0, sort_keys=True, default=str).replace(address, WORLD)
    (folder / "ledger.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(folder, {name: len(rows) for name, rows in tables.items() if rows})


def this_version() -> str:
    """The version that this is, or is to be."""
    project: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["version"]


def dial(on: Stage) -> str:
    """A campaign to which people did what people do, killed in mid-dialing; answers the platform's address."""
    log = platform(on, speed=40, at_once=LEADS)
    british_list(on.folder / "leads.csv", LEADS)
    (on.folder / "gone.csv").write_text(f"Name,Phone\nGone,+4420794{60000 + LEADS - 1}\n")
    file = campaign(on.folder / "c.toml", "kept", at_once=LEADS)
    for words in (
        ("launch", "leads.csv", "--campaign", str(file), "--yes", "--detach"), ("withdraw", "kept", "gone.csv"),
        ("suppress", "add", "+442079460999", "--note", "asked"), ("callback", "kept", str(LEADS), "in 1 minute"),
        ("rules", "close", "Ireland", "--until", "2027-01-01", "--reason", "storm"),
    ):  # fmt: skip
        done = on.run(*words)
        if done.returncode:
            raise SystemExit(done.stderr)
    launched = on.start("run", "kept")
    wait_for(lambda: log.exists() and len(read_log(log).ended) >= 3, timeout_s=60)
    launched.kill()
    launched.wait()
    accounts = tomllib.loads((on.folder / "accounts.toml").read_text())
    return str(accounts["accounts"]["default"]["base_url"])


def rows_of(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as the database keeps it."""
    engine = sa.create_engine(url)
    found = sa.MetaData()
    found.reflect(engine)
    with engine.connect() as conn:
        tables = {
            table.name: [dict(row) for row in conn.execute(sa.select(table)).mappings()]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }
    engine.dispose()
    return tables


if __name__ == "__main__":
    main()
