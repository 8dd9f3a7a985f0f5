"""Five campaigns of different shape, forecast and rehearsed: calls, minutes and finish within a tenth of each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.stage import stage
from tests.forecast_shapes import SHAPES, Shape, compare, off


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_rehearsal_is_as_foretold(
    tmp_path: Path, shape: Shape, record_property: Callable[[str, object], None]
) -> None:
    with stage(tmp_path) as on:
        found = compare(on, shape)
    for what, (foretold, came) in found.items():
        record_property(what, f"{foretold:,.0f} foretold, {came:,.0f} came ({off((foretold, came)):+.1%})")
    assert {what: pair for what, pair in found.items() if abs(off(pair)) > 0.1} == {}
