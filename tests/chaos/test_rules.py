"""The rules against the oracle at full size: every state and country, both clock changes, dated rows, holidays."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.rules_cases import COUNTRIES, compare
from tests.rules_oracle import STATES

SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_over_100_000_instants_nobody_is_called_against_the_law(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    found = compare(seed, calls=2500, each=48, stepped_every=60)
    for name in ("cases", "called", "stepped", "beside"):
        record_property(name, getattr(found, name))
    assert found.faults == [], f"DIALER_TEST_SEED={seed}"
    assert found.cases >= 100_000
    assert {*STATES, *COUNTRIES, "US", "JP", "EG"} <= set(found.jurisdictions)
    assert len(found.zones) >= 30
