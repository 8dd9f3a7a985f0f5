"""Harmed and made-up lists are read or refused, and rows always tie; a slice of what ``make chaos`` runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.made_up import KINDS, try_out
from tests.corpus.survival import PEAK_MB, apart


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_lists_are_read_or_refused(kind: str) -> None:
    try_out(kind, 60)


def test_harmed_lists_are_read_or_refused(tmp_path: Path) -> None:
    summary = apart(tmp_path, "1", "300", timeout_s=100)
    assert not summary["failures"], "\n".join(summary["failures"])
    assert summary["outcomes"]["read"] > 50
    assert summary["peak_mb"] <= PEAK_MB
