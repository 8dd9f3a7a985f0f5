"""The short form of ``tests/chaos/test_suppress.py``."""

from __future__ import annotations

from pathlib import Path

from tests.suppress_race import run


def test_no_intent_commits_after_somebody_was_put_on_a_list(database_url: str, tmp_path: Path) -> None:
    race = run(database_url, tmp_path, 25, 1)
    assert (race.after, race.late) == (0, 0)
    assert race.before
    assert race.refused
