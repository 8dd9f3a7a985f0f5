"""More than 20,000 harmed or made-up lists, and the giants: read or refused, in bounded time and memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.made_up import KINDS, try_out
from tests.corpus.survival import PEAK_MB, apart

SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))
HARMED_EACH, TRIALS, MADE_UP_EACH = 2_000, 8, 1_500
Record = Callable[[str, object], None]


def passed(summary: dict[str, Any], record_property: Record) -> None:
    for name in ("outcomes", "slowest", "peak_mb"):
        record_property(name, summary[name])
    assert not summary["failures"], "\n".join(summary["failures"])
    assert summary["peak_mb"] <= PEAK_MB


@pytest.mark.timeout(900)
@pytest.mark.parametrize("trial", range(TRIALS))
def test_harmed_lists(trial: int, tmp_path: Path, record_property: Record) -> None:
    passed(apart(tmp_path, str(1000 * SEED + trial), str(HARMED_EACH), timeout_s=890), record_property)


@pytest.mark.timeout(600)
def test_giants(tmp_path: Path, record_property: Record) -> None:
    passed(apart(tmp_path, "giants", timeout_s=590), record_property)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_made_up_lists(kind: str) -> None:
    try_out(kind, MADE_UP_EACH)
