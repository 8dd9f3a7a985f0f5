"""Nothing is called after a control was committed, however many callers are at work; 200 rounds are in tests/chaos."""

from __future__ import annotations

import pytest

from tests.storm import CONTROLS, GOES_ON, SILENT, storm


@pytest.mark.parametrize("name", CONTROLS)
def test_no_intent_is_committed_after_a_control(name: str, database_url: str) -> None:
    found = storm(database_url, name, rounds=6, seed=1)
    assert found.after == 0
    assert (found.before > 0) == (name not in SILENT)
    assert (found.went_on > 0) == (name in GOES_ON)
    assert found.others_after > 0, "nobody was at work when it was said"
