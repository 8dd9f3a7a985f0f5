"""A forecast and the rehearsal of the same campaign say about the same (five campaigns of full size: `make chaos`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.stage import stage
from tests.forecast_shapes import SHAPES, Shape, compare, off

SHORT = (replace(SHAPES[0], people=240), replace(SHAPES[4], people=120, speed=60))


@pytest.mark.parametrize("shape", SHORT, ids=lambda shape: shape.name)
def test_the_rehearsal_is_as_foretold(tmp_path: Path, shape: Shape) -> None:
    with stage(tmp_path) as on:
        found = compare(on, shape)
    assert {what: pair for what, pair in found.items() if abs(off(pair)) > 0.15} == {}
