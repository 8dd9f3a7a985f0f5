"""Which American states may bind a call: the one a column names, and those of the number's area code.

People move and keep their number, and several statutes bind calls to the state's area codes wherever the phone is (FL,
CT, OK, OR, VA), so both count.
"""

from __future__ import annotations

from campaigns.area_codes import area_code, states_of_area_code

TERRITORIES = frozenset({"PR", "VI", "GU", "AS", "MP"})
"""Regions of the numbering plan that are an American territory, under the same two letters."""

AMERICAN_REGIONS = TERRITORIES | {"US"}
"""Regions of the numbering plan that federal American law governs."""


def states_of(number: str, region: str, state: str | None) -> tuple[str, ...]:
    """The states that may bind a call to this number (E.164), ``state`` being the one a column names; sorted.

    None are known of an American number whose area code the table lacks and for which no column speaks.
    """
    states = {state} if state else set()
    if region in TERRITORIES:
        states.add(region)
    elif region == "US":
        states.update(states_of_area_code(area_code(number)))
    return tuple(sorted(states))
