"""Which American states may bind a call: the one a column names, and those of the number's area code.

People move and keep their number, and several statutes bind calls to the state's area codes wherever the phone is (FL,
CT, OK, OR, VA), so both count. ``data/area_codes.csv`` is drawn from the geocoding data of ``phonenumbers``
(libphonenumber, Apache 2.0): every state it names for an exchange of the area code; a test draws it again.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

TERRITORIES = frozenset({"PR", "VI", "GU", "AS", "MP"})
"""Regions of the numbering plan that are an American territory, under the same two letters."""

AMERICAN_REGIONS = TERRITORIES | {"US"}
"""Regions of the numbering plan that federal American law governs."""

AREA = len("+1212")


def states_of(number: str, region: str, state: str | None) -> tuple[str, ...]:
    """The states that may bind a call to this number (E.164), ``state`` being the one a column names; sorted.

    None are known of an American number whose area code the table lacks and for which no column speaks.
    """
    states = {state} if state else set()
    if region in TERRITORIES:
        states.add(region)
    elif region == "US":
        states.update(states_of_area_code(number[2:AREA]))
    return tuple(sorted(states))


def states_of_area_code(code: str) -> tuple[str, ...]:
    """The states in which an American area code lies; none where the table lacks it, as for toll-free numbers."""
    return _area_codes().get(code, ())


@cache
def _area_codes() -> dict[str, tuple[str, ...]]:
    text = resources.files("campaigns.rules").joinpath("data/area_codes.csv").read_text(encoding="utf-8")
    return {line["area_code"]: tuple(line["states"].split()) for line in csv.DictReader(text.splitlines())}
