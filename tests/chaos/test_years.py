"""Several machines, and years, at full size; the short forms are in ``tests/acceptance``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_restore import go_back
from tests.acceptance.test_shared_size import roll_over

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("by", ["restore", "cp"])
def test_a_backup_put_back_calls_nobody_twice(tmp_path: Path, by: str, record_property: Any) -> None:
    record_property("taken in", go_back(tmp_path, 150, by))


def test_workers_roll_over_under_load(tmp_path: Path, postgres_url: str) -> None:
    roll_over(tmp_path, postgres_url, 300)
