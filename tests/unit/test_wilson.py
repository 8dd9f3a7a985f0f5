"""Wilson's interval against the defining equation, and at its ends."""

from __future__ import annotations

from math import sqrt

import pytest

from campaigns.ledger.wilson import Rate, Z


@pytest.mark.parametrize(("count", "of"), [(0, 10), (4, 50), (80, 200), (50, 50), (1, 1)])
def test_its_ends_are_where_the_rate_seen_is_just_in_reach(count: int, of: int) -> None:
    """At an end p, the rate seen is Z standard deviations of p away (Wilson 1927)."""
    rate = Rate(count, of)
    assert 0 <= rate.low <= rate.share <= rate.high + 1e-9 <= 1 + 1e-9
    for end in (rate.low, rate.high):
        if 1e-6 < end < 1 - 1e-6:
            assert abs(rate.share - end) == pytest.approx(Z * sqrt(end * (1 - end) / of), abs=1e-9)


def test_of_nothing_nothing_is_known() -> None:
    assert (Rate(0, 0).share, Rate(0, 0).low, Rate(0, 0).high) == (0, 0, 1)
