"""Which country a cell or an option names.

``data/countries.csv``: every region the phone library knows, its ISO 3166 alpha-3 code, and its names in English,
Spanish, French, German, Portuguese, Italian, Dutch and Japanese where people are called more than rarely.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from campaigns.leads.headings.headers import key
from campaigns.shipped import table

LONGEST = 80
"""A longer text is a sentence, no country."""


@lru_cache(maxsize=4096)
def region_of(text: str) -> str | None:
    """The ISO 3166 code of the country named: ``"us"``, ``"USA"``, ``"Royaume-Uni"``, ``"United States (US)"``.

    None where none is known, or where the parts of the text name different ones. ``"CA"`` is Canada: what is asked is
    a country's column or option, where a state has no place.
    """
    if len(text) > LONGEST:
        return None
    if region := _named(text):
        return region
    parts = {_named(part) for part in re.split(r"[(),/:|]|\s[-–]\s", text) if key(part)}
    return parts.pop() if len(parts) == 1 else None


def _named(text: str) -> str | None:
    # codes are compared as written, but for dots: "N/A" is not Namibia
    return _codes().get(text.strip().replace(".", "").upper()) or _names().get(key(text))


@cache
def _codes() -> dict[str, str]:
    return {line[code]: line["region"] for line in table("leads/data/countries.csv") for code in ("region", "alpha3")}


@cache
def _names() -> dict[str, str]:
    return {
        key(name): line["region"] for line in table("leads/data/countries.csv") for name in line["names"].split(" | ")
    }
