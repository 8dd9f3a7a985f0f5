"""The tables that are shipped beside the code."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def table(path: str) -> tuple[dict[str, str], ...]:
    """The lines of a CSV file, by its path below this package: ``"leads/data/us_states.csv"``; read once."""
    text = resources.files("campaigns").joinpath(path).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
