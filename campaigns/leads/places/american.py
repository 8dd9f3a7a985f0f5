"""Where American places are: the state and the clocks of a ZIP, a city, a state.

The tables are made by ``docs/places/make.py``; ``data/README.md`` names their sources and licences. They are read when
first asked for. Near a border between two clocks a place has both: a ZIP is an area, and its table knows one point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from campaigns.leads.headings.headers import key
from campaigns.shipped import table

Zones = tuple[str, ...]
ZIP = re.compile(r"'?(\d{3,5})(?:\.0+|[- ]?\d{4})?")
ABBREVIATED = re.compile(r"\b(saint|sainte|fort|mount)\b", re.IGNORECASE)
SHORT = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}


class Place(NamedTuple):
    """The zones a place may be in, and its American state's two-letter code where that is known."""

    zones: Zones
    state: str | None


NOWHERE = Place((), None)


@lru_cache(maxsize=65536)
def zip_place(text: str) -> Place:
    """The place of a ZIP or ZIP+4, also where Excel dropped its leading zeros (``"2134"``); NOWHERE if it is none.

    A ZIP that is not in use has every clock of those that begin like it. Military ZIPs (APO, FPO, DPO) are nowhere:
    their people may be anywhere in the world.
    """
    found = ZIP.fullmatch(text)
    if not found:
        return NOWHERE
    digits = found[1].zfill(5)
    places = _zip_places()
    return places.get(digits) or places.get(digits[:3], NOWHERE)


@lru_cache(maxsize=4096)
def american_state(text: str) -> str | None:
    """The two-letter code of the American state that a cell names: ``"tx"``, ``"Texas"``, ``"US-TX"``, ``"Tex."``."""
    return _state_codes().get(key(text)) if text else None


def state_zones(state: str | None) -> Zones:
    """The zones of an American state by its two-letter code; none where there is no such state."""
    return _states().get(state, ()) if state else ()


@lru_cache(maxsize=65536)
def city_zones(city: str, state: str | None) -> Zones:
    """The zones of a city of this state (two-letter code); none where it is not known, or the state alone tells them.

    Cities of one name in one state count together.
    """
    if not city or not (cities := _cities().get(state or "")):
        return ()
    return cities.get(city_key(city), ())


def city_key(name: str) -> str:
    """What spellings of a city's name share: ``"Saint Mary's"`` and ``"St. Marys"`` → ``"stmarys"``."""
    return key(ABBREVIATED.sub(lambda word: SHORT[word[0].lower()], name))


@cache
def clock(zone: str) -> str:
    """The rule this zone's clocks follow from now on, equal for zones that always show the same time.

    It is the last line of the zone's file (RFC 9636 §3.3) without the abbreviations; the name itself where the pinned
    ``tzdata`` has no such zone.
    """
    try:
        file = (resources.files("tzdata") / "zoneinfo" / zone).read_bytes()
    except FileNotFoundError:
        return zone
    return re.sub(r"<[^>]*>|[A-Za-z]{3,}", " ", file.rstrip(b"\n").rpartition(b"\n")[2].decode())


@cache
def _states() -> dict[str, Zones]:
    return {line["state"]: tuple(line["zones"].split()) for line in table("leads/data/us_states.csv")}


@cache
def _state_codes() -> dict[str, str]:
    return {
        key(name): line["state"]
        for line in table("leads/data/us_states.csv")
        for name in (line["state"], f"us {line['state']}", line["name"], *line["also"].split(";"))
        if name
    }


@cache
def _zip_places() -> dict[str, Place]:
    return {
        prefix: place
        for line in table("leads/data/us_zips.csv")
        for place in (Place(tuple(line["zones"].split()), line["state"] or None),)
        for prefix in _spread(line["zips"])
    }


@cache
def _cities() -> dict[str, dict[str, Zones]]:
    cities: dict[str, dict[str, Zones]] = {}
    for line in table("leads/data/us_cities.csv"):
        zones = tuple(line["zones"].split())
        cities.setdefault(line["state"], {}).update(dict.fromkeys(line["cities"].split(), zones))
    return cities


def _spread(ranges: str) -> Iterator[str]:
    for written in ranges.split():
        first, _, last = written.partition("-")
        yield from (str(number).zfill(len(first)) for number in range(int(first), int(last or first) + 1))
