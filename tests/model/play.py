"""Run the machine: so many stories of so many steps, from one seed."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.shop import NOON
from tests.model.ledger import databases
from tests.model.machine import Dialing

SEED = int(os.environ.get("DIALER_TEST_SEED", "1"))


def play(url: str, of: int, runs: int, steps: int) -> Counter[tuple[str, str | None, str | None]]:
    """Answers how often each move was made; raises AssertionError with the seed and the shortest story that fails."""
    seen: Counter[tuple[str, str | None, str | None]] = Counter()
    with databases(url, NOON) as ledgers:
        machine = seed(of)(type("Dialing", (Dialing,), {"databases": ledgers, "seen": seen}))
        asked = settings(
            max_examples=runs, stateful_step_count=steps, database=None, deadline=None, print_blob=False,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate,), verbosity=Verbosity.normal,
        )  # fmt: skip
        try:
            run_state_machine_as_test(machine, settings=asked)
        except BaseException as error:
            error.add_note(f"DIALER_TEST_SEED={of}")
            raise
    return seen
