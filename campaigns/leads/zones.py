"""Where a person may be, in time zones: from the number, a zone column, a state column.

Every zone the person could be in is kept, for nobody may be called at a forbidden hour in any of them. The library
alone would call at 07:00: it names one clock for area codes that span two, and a wrong one for some (calling rules
§3.2). ``data/split_area_codes.csv`` holds those 30, and Saskatchewan's 474; ``data/us_states.csv`` each state's clocks.
"""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from importlib import resources

from phonenumbers import PhoneNumber, PhoneNumberType
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_geographical_number, time_zones_for_number

from campaigns.leads.headers import key

PLACED = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
NORTH_AMERICA = 1

NAMED = {
    "America/New_York": "et, est, edt, eastern, eastern time, eastern standard time, eastern time us canada",
    "America/Chicago": "ct, cst, cdt, central, central time, central standard time, central time us canada",
    "America/Denver": "mt, mst, mdt, mountain, mountain time, mountain standard time, mountain time us canada",
    "America/Los_Angeles": "pt, pst, pdt, pacific, pacific time, pacific standard time, pacific time us canada",
    "America/Anchorage": "akst, akdt, alaska, alaska time, alaskan standard time",
    "Pacific/Honolulu": "hst, hawaii, hawaii time, hawaiian standard time",
    "America/Phoenix": "arizona, arizona time, us mountain standard time",
}
"""Names that people, Calendly and Windows write for American zones."""


def zones_of_number(number: PhoneNumber, kind: int) -> tuple[str, ...]:
    """The IANA zones the number's own digits allow; none where they say nothing of a place.

    ``kind`` is the library's type. A toll-free or personal number belongs to no place, and an internet number of +1
    to 42 zones; an internet number elsewhere stands for its whole country, as mobiles do.
    """
    american = number.country_code == NORTH_AMERICA
    if kind not in PLACED and (american or kind != PhoneNumberType.VOIP):
        return ()
    if american and (split := _split_area_codes().get(str(number.national_number)[:3])):
        return split
    zones = time_zones_for_geographical_number(number) if american else time_zones_for_number(number)
    return tuple(zone for zone in zones if zone != UNKNOWN_TIMEZONE)


@lru_cache(maxsize=1024)
def zone_named(text: str) -> str | None:
    """The IANA zone that a cell names: ``"america/chicago"``, ``"Central"``; None if it cannot be read."""
    return _zone_names().get(key(text)) if text else None


@lru_cache(maxsize=1024)
def american_state(text: str) -> str | None:
    """The two-letter code of the American state that a cell names: ``"tx"``, ``"Texas"``; None if it names none."""
    return _state_codes().get(key(text)) if text else None


def person_zones(by_number: tuple[str, ...], named: str | None, state: str | None) -> tuple[tuple[str, ...], str]:
    """All zones the person could be in, and the evidence for them.

    A zone column settles it where the number does not speak against it. The number settles it where it lies within
    the state named. Where they differ, people move and keep their mobile: both count.
    """
    place, source = ((named,), "zone column") if named else (_zones_of_state(state), "state")
    if not place:
        return by_number, "number" if by_number else ""
    if not by_number or (named and named in by_number):
        return place, source
    if not named and set(by_number) <= set(place):
        return by_number, "number and state"
    return tuple(dict.fromkeys(place + by_number)), f"{source} and number"


def _table(name: str) -> list[dict[str, str]]:
    text = (resources.files("campaigns.leads") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _split_area_codes() -> dict[str, tuple[str, ...]]:
    return {line["area_code"]: tuple(line["zones"].split()) for line in _table("split_area_codes.csv")}


@cache
def _states() -> dict[str, tuple[str, ...]]:
    return {line["state"]: tuple(line["zones"].split()) for line in _table("us_states.csv")}


def _zones_of_state(state: str | None) -> tuple[str, ...]:
    return _states().get(state, ()) if state else ()


@cache
def _state_codes() -> dict[str, str]:
    lines = _table("us_states.csv")
    return {key(line["name"]): line["state"] for line in lines} | {key(line["state"]): line["state"] for line in lines}


@cache
def _zone_names() -> dict[str, str]:
    # the pinned wheel's list, never the host's: a zone must mean the same here and where hours are computed
    known = (resources.files("tzdata") / "zones").read_text(encoding="utf-8").split()
    places = {key(zone): zone for zone in known if "/" in zone and not zone.startswith("Etc/")}
    return places | {key(name): zone for zone, names in NAMED.items() for name in names.split(",")}
