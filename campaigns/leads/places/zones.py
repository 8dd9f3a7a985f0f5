"""Where a person may be, in time zones: from the number, a zone column, the ZIP, the city and the state.

Every zone the person could be in is kept, for nobody may be called at a forbidden hour in any of them. The library
alone would call at 07:00: it names one clock for area codes that span two, and a wrong one for some (calling rules
§3.2). ``data/split_area_codes.csv`` holds those 30, and Saskatchewan's 474; ``places.py`` knows ZIPs, cities, states.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from phonenumbers import PhoneNumber, PhoneNumberType
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_geographical_number, time_zones_for_number

from campaigns.area_codes import states_of_area_code
from campaigns.leads.headings.headers import key
from campaigns.leads.places.american import (
    Place,
    Zones,
    american_state,
    city_zones,
    clock,
    state_zones,
    zip_place,
)
from campaigns.shipped import table

PLACED = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
NORTH_AMERICA = 1

AMERICAN = {
    "America/New_York": "et, est, edt",
    "America/Chicago": "ct, cst, cdt",
    "America/Denver": "mt, mst, mdt",
    "America/Los_Angeles": "pt, pst, pdt",
    "America/Anchorage": "akt, akst, akdt",
    "Pacific/Honolulu": "hst",
}
"""Abbreviations as Americans mean them: CST is China's time too, and EST Australia's."""

OFFSET = re.compile(r"(?:(?:utc|gmt)\s*([+-]\s?\d{1,2})?|([+-]\d{1,2}))(?::?(\d\d)|\.(\d+))?", re.IGNORECASE)
BESIDE = re.compile(r"\((?:utc|gmt)[^)]*\)|\b(?:utc|gmt)\s*[+-][\d:]+", re.IGNORECASE)
IANA = re.compile(r"\b[a-z]+(?:/[\w+-]+){1,2}", re.IGNORECASE)
FIXED = "fixed offset"
WEST, EAST = -12, 14


def zones_of_number(number: PhoneNumber, kind: int) -> Zones:
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


@lru_cache(maxsize=4096)
def zone_named(text: str, american: bool = False) -> str | None:
    """The IANA zone that a cell names; None if it names none, or one of several.

    Understood are IANA names in any spelling (``us_slash_eastern``), the names that Windows, Calendly, HubSpot and
    Salesforce write (``(GMT-05:00) Eastern Standard Time (America/New_York)``), for Americans also ``PST``, and whole
    hours from Greenwich: ``UTC-5`` is ``Etc/GMT+5``, which has no summer time. A name goes before an offset beside it.
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-").replace("_slash_", "/")
    if not text:
        return None
    if offset := OFFSET.fullmatch(text.strip("()")):
        return _fixed(offset)
    if found := {zone for written in IANA.findall(text) if (zone := _iana().get(written.casefold()))}:
        return found.pop() if len(found) == 1 else None
    name = key(BESIDE.sub(" ", text))
    return _zone_names().get(name) or (_abbreviations().get(name) if american else None)


def person_zones(
    by_number: Zones, timezone: str, postal_code: str, city: str, state: str, american: bool, area_code: str = ""
) -> tuple[Zones, str, str | None]:
    """All zones the person could be in, the evidence for them, and the American state.

    ``by_number`` are the zones of the person's number and ``area_code`` its American area code, the others cells as
    written, blank where there is none; state, city and ZIP are read of Americans only. The state is that of its
    column, else that of the ZIP.

    A zone column settles it where nothing speaks against it, else the ZIP, else the city. Within the state named, its
    own area codes settle it. Where number and place differ, people move and keep their mobile: both count.
    """
    zones, source, code, exact = _address(postal_code, city, state) if american else NO_ADDRESS
    if timezone and (named := zone_named(timezone, american)):
        zones, source = _with_column(named, zones, source)
        exact = True
    if not zones:
        return by_number, "number" if by_number else "", code
    if not by_number:
        return zones, source, code
    at_home = code in states_of_area_code(area_code)
    return *_with_number(zones, source, exact, at_home, by_number), code


NO_ADDRESS: tuple[Zones, str, str | None, bool] = (), "", None, False


def _address(postal_code: str, city: str, state: str) -> tuple[Zones, str, str | None, bool]:
    """Zones, evidence and state of an address, and whether it is a point of the map rather than a whole state."""
    code = american_state(state) if state else None
    place = zip_place(postal_code) if postal_code else None
    if not place or not place.zones:
        if city and (zones := city_zones(city, code)):
            return zones, "city and state", code, True
        return state_zones(code), "state" if code else "", code, False
    if not code:
        return place.zones, "ZIP", place.state, True
    beside = city_zones(city, code)
    if code == place.state and not beside:
        return place.zones, "ZIP", code, True
    return *_zip_beside(place, beside, code), code, True


@lru_cache(maxsize=4096)
def _zip_beside(place: Place, beside: Zones, state: str) -> tuple[Zones, str]:
    if beside and not _shares_clock(place.zones, beside):
        return _both(place.zones, beside), "ZIP, city and state"
    if place.state != state:
        return _both(place.zones, beside or state_zones(state)), "ZIP and state"
    return place.zones, "ZIP"


@lru_cache(maxsize=4096)
def _with_column(named: str, zones: Zones, source: str) -> tuple[Zones, str]:
    column = FIXED if named.startswith("Etc/") else "zone column"
    if not zones or _shares_clock((named,), zones):
        return (named,), column
    return _both((named,), zones), f"{column} and {source}"


@lru_cache(maxsize=4096)
def _with_number(zones: Zones, source: str, exact: bool, at_home: bool, by_number: Zones) -> tuple[Zones, str]:
    clocks, numbers = set(map(clock, zones)), set(map(clock, by_number))
    if exact and (clocks <= numbers or numbers <= clocks):
        return zones, source
    if numbers == clocks or (at_home and numbers <= clocks):
        return by_number, f"number and {source}"
    return _both(zones, by_number), f"{source} and number"


def _both(zones: Zones, others: Zones) -> Zones:
    return tuple(dict.fromkeys(zones + others))


def _shares_clock(zones: Zones, others: Zones) -> bool:
    return not {clock(zone) for zone in zones}.isdisjoint(clock(zone) for zone in others)


def _fixed(offset: re.Match[str]) -> str | None:
    hours, minutes = int((offset[1] or offset[2] or "0").replace(" ", "")), offset[3] or offset[4] or ""
    if minutes.strip("0") or not WEST <= hours <= EAST:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


@cache
def _split_area_codes() -> dict[str, Zones]:
    return {line["area_code"]: tuple(line["zones"].split()) for line in table("leads/data/split_area_codes.csv")}


@cache
def _abbreviations() -> dict[str, str]:
    return {name.strip(): zone for zone, names in AMERICAN.items() for name in names.split(",")}


@cache
def _iana() -> dict[str, str]:
    # the pinned wheel's list, never the host's: a zone must mean the same here and where hours are computed
    known = (resources.files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return {zone.casefold(): zone for zone in known if "/" in zone}


@cache
def _zone_names() -> dict[str, str]:
    # Etc/GMT+5 and Etc/GMT-5 would have one key
    places = {key(zone): zone for zone in _iana().values() if not zone.startswith("Etc/")}
    return places | {
        key(name): line["zone"] for line in table("leads/data/zone_names.csv") for name in line["names"].split(";")
    }
