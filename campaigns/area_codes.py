"""In which American states an area code lies.

``data/area_codes.csv`` is drawn from the geocoding data of ``phonenumbers`` (libphonenumber, Apache 2.0): every state
it names for an exchange of the area code; a test draws it again.
"""

from __future__ import annotations

from functools import cache

from campaigns.shipped import table

AMERICAN = "+1"
LENGTH = 3
AREA = len(AMERICAN) + LENGTH
"""So many characters of an American number tell where it is from: ``+1212``."""


def area_code(number: str) -> str:
    """The area code of a number of +1 in E.164: ``"+12125550101"`` → ``"212"``; blank for others."""
    return number[len(AMERICAN) : len(AMERICAN) + LENGTH] if number.startswith(AMERICAN) else ""


def states_of_area_code(code: str) -> tuple[str, ...]:
    """The states in which an American area code lies; none where the table lacks it, as for toll-free numbers."""
    return _area_codes().get(code, ())


@cache
def _area_codes() -> dict[str, tuple[str, ...]]:
    return {line["area_code"]: tuple(line["states"].split()) for line in table("data/area_codes.csv")}
