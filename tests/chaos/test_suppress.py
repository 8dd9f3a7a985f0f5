"""Issue 4: suppress at a random moment under load, 500 rounds, 0 intents after its commit."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.suppress_race import run

SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))
ROUNDS = 500


@pytest.mark.timeout(900)
def test_no_intent_commits_after_somebody_was_put_on_a_list(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    race = run(database_url, tmp_path, ROUNDS, SEED)
    for name in ("rounds", "ended_by_a_list", "before", "refused", "after", "late"):
        record_property(name, getattr(race, name))
    assert (race.after, race.late) == (0, 0), f"DIALER_TEST_SEED={SEED}"
    assert race.ended_by_a_list > ROUNDS / 10, "hardly any list met intents on their way"
    assert min(race.by_kind.values()) == ROUNDS / 5
