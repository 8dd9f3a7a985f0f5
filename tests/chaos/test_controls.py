"""Each control at random moments under load, 200 rounds: after its commit not one intent that it forbids."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.storm import CONTROLS, GOES_ON, SILENT, storm

SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))
ROUNDS = 200


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", CONTROLS)
def test_200_rounds_and_no_intent_after_the_commit(
    name: str, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    found = storm(database_url, name, ROUNDS, SEED)
    for figure in ("before", "after", "went_on", "others_after"):
        record_property(figure, getattr(found, figure))
    assert found.after == 0, f"DIALER_TEST_SEED={SEED}"
    assert (found.before > ROUNDS) == (name not in SILENT)
    assert (found.went_on > ROUNDS) == (name in GOES_ON)
    assert found.others_after > ROUNDS
