"""Numbering plans as patterns: all that decides how the library reads a number's digits.

That is a set of regular expressions over the digits and how many there are: whether the number is valid, its type and
region, its zones, and which trunk, country or international prefix it drops.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import phonenumbers
from numpy.typing import NDArray
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, PhoneMetadata
from phonenumbers.tzdata import TIMEZONE_DATA

from campaigns.leads.numbers import library
from campaigns.leads.numbers.automata import Patterns
from campaigns.leads.places.zones import NORTH_AMERICA, _split_area_codes


@cache
def calling_codes() -> NDArray[np.int32]:
    """The calling code that three digits begin with (``442`` → 44), 0 where they begin with none."""
    codes = np.zeros(1000, np.int32)
    for code in COUNTRY_CODE_TO_REGION_CODE:
        span = 10 ** (3 - len(str(code)))
        codes[code * span : (code + 1) * span] = code
    return codes


@cache
def home(country: str | None) -> int:
    """The calling code of a country, 0 where there is none."""
    return phonenumbers.country_code_for_region(country) if country else 0


@cache
def exits(country: str | None) -> tuple[str, ...]:
    """The digits that stand for a ``+`` in the country beyond doubt: its own international prefix, and 00."""
    own = library.plan_of(country).international_prefix if country in SUPPORTED_REGIONS else None
    if own is None or own == "00":
        return ("00",)
    if own.startswith("00") or not _is_literal(own):
        return ()
    return ("00",) if own == "0" else ("00", own)


def patterns_of(code: int, region: str | None) -> Patterns:
    """Everything the library asks of the digits after ``+code``, or, where ``region`` is given, of a number without +.

    It asks at their start and behind each prefix that it may drop; where it changes digits in other ways it is doubted.
    """
    main = _metadata(code)[0]
    plan = library.plan_of(region) if region else main
    trunk = plan.national_prefix_for_parsing
    drops = {"", str(code)} if region else {""}
    doubts = {plan.international_prefix} if region else set()
    if trunk and _is_literal(trunk) and not plan.national_prefix_transform_rule:
        drops.add(trunk)
    else:
        doubts.add(trunk)
    if region:
        doubts |= {f"{code}(?:{prefix})" for prefix in (trunk, main.national_prefix_for_parsing) if prefix}
    patterns = Patterns()
    whole, openings, zones = _whole(code), _openings(code), _zones(code)
    for drop in drops:
        patterns.sort(drop, zones)
        for pattern in whole:
            patterns.match(f"{drop}(?:{pattern})")
        for pattern in openings:
            patterns.match_start(f"{drop}(?:{pattern})")
    for pattern in filter(None, doubts):
        patterns.doubt(pattern)
    return patterns


def _metadata(code: int) -> list[PhoneMetadata]:
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    found = (PhoneMetadata.metadata_for_region_or_calling_code(code, region) for region in regions)
    return [metadata for metadata in found if metadata]


def _whole(code: int) -> set[str]:
    descriptions = (
        getattr(metadata, kind) for metadata in _metadata(code) for kind in ("general_desc", *library.KINDS)
    )
    return {text for description in descriptions if description and (text := description.national_number_pattern)}


def _openings(code: int) -> set[str]:
    return {metadata.leading_digits for metadata in _metadata(code) if metadata.leading_digits}


def _zones(code: int) -> dict[str, tuple[str, ...]]:
    """What ``zones_of_number`` goes by: first digits after the calling code → zones."""
    zones = {key.removeprefix(str(code)): zones for key, zones in TIMEZONE_DATA.items() if key.startswith(str(code))}
    if code == NORTH_AMERICA:
        split = _split_area_codes()
        zones = {key: found for key, found in zones.items() if key[:3] not in split}
        zones |= {area_code: ("split", *found) for area_code, found in split.items()}
    return zones


def _is_literal(pattern: str) -> bool:
    return re.fullmatch("[0-9]+", pattern) is not None
