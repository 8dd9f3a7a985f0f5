"""Several machines, and years, at full size; the short forms are in ``tests/acceptance``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.stage import wait_for
from tests.acceptance.test_restore import go_back
from tests.acceptance.test_shared_size import fleet, roll_over, start_with
from tests.chaos.evidence import read_log
from tests.released.kept import install, version_before

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("by", ["restore", "cp"])
def test_a_backup_put_back_calls_nobody_twice(tmp_path: Path, by: str, record_property: Any) -> None:
    record_property("taken in", go_back(tmp_path, 150, by))


def test_workers_roll_over_under_load(tmp_path: Path, postgres_url: str) -> None:
    roll_over(tmp_path, postgres_url, 200)


def test_half_the_workers_are_of_the_release_before(tmp_path: Path, postgres_url: str) -> None:
    """They dial side by side to the end, and one of each is killed."""
    released = install(version_before(), tmp_path / "released")
    with fleet(tmp_path, postgres_url, 200) as (on, log, finish):
        workers = [start_with(on, PYTHONPATH=str(released)) for _ in range(2)] + [on.start("worker") for _ in range(2)]
        for killed, placed in ((workers[0], 40), (workers[3], 80)):
            wait_for(lambda placed=placed: log.exists() and len(read_log(log).requests) >= placed, timeout_s=120)
            killed.kill()
        finish()
