"""Columns of phone numbers, against a loop over ``phonenumbers``: parse, valid, type, region, zones, E.164.

Both sides have the library's patterns compiled and kept; our tables are made before the clock starts, as those are.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from phonenumbers.timezone import time_zones_for_number

from benchmarks.figure import Figure, compare
from campaigns.leads.numbers.column import read_column, read_digits
from campaigns.leads.numbers.phones import read_phones

NUMBERS, SAMPLE, BATCH = 1_000_000, 20_000, 5_000
COUNTRY = "US"
ABROAD = ("GB", "DE", "IN", "BR", "AU", "CA", "MX", "FR")
KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)
AMERICAN = ("+1{}{}{}",) * 8 + ("({}) {}-{}",) * 6 + ("{}-{}-{}",) * 3 + ("{}{}{}",) * 2 + ("1 {} {} {}",)
MESS = ("({}) {}-{} ext 12", "tel:+1{}{}{}", "{}{}{}.0", "", "n/a", "{}-{}", "1-800-FLOWERS", "{0}{1}{2} / {0}{2}{1}")


def american(count: int) -> list[str]:
    """Numbers of every American area code in five formats, the same ones every time."""
    rnd = random.Random(5)
    codes = [code for code in range(201, 990) if phonenumbers.is_valid_number_for_region(_number(code), COUNTRY)]
    return [_american(rnd, codes, AMERICAN) for _ in range(count)]


def mixed(count: int) -> list[str]:
    """Three in five American, eight other countries, and three in a hundred what people and Excel make of numbers."""
    rnd = random.Random(6)
    codes = [code for code in range(201, 990) if phonenumbers.is_valid_number(_number(code))]
    examples = [
        (number.country_code, phonenumbers.national_significant_number(number))
        for region in ABROAD
        for kind in KINDS
        if (number := phonenumbers.example_number_for_type(region, kind))
    ]
    drawn: list[str] = []
    for share in (rnd.random() for _ in range(count)):
        if share < 0.6 or share >= 0.97:
            drawn.append(_american(rnd, codes, AMERICAN if share < 0.6 else MESS))
        else:
            code, digits = rnd.choice(examples)
            digits = digits[:-5] + f"{rnd.randrange(100_000):05}"
            drawn.append(f"+{code}{digits}" if rnd.random() < 0.7 else f"+{code} {digits[:3]} {digits[3:]}")
    return drawn


def looped(cells: list[str]) -> list[object]:
    """What a program that knows the library would do."""
    return [_looped(cell) for cell in cells]


def phones(cells: list[str]) -> None:
    """Every cell's phones, a batch at a time, as a list is read."""
    read_phones.cache_clear()
    for first in range(0, len(cells), BATCH):
        read_column(cells[first : first + BATCH], COUNTRY)


def arrays(cells: list[str]) -> None:
    """The same before a Phone is made of each: digits, and what the tables answer to them."""
    read_phones.cache_clear()
    for first in range(0, len(cells), BATCH):
        batch = cells[first : first + BATCH]
        for cell, answer in zip(batch, read_digits(batch, COUNTRY)[1], strict=True):
            if answer is None or isinstance(answer, str):
                read_phones(cell, COUNTRY)


def measured(name: str, cells: list[str], ours: Callable[[list[str]], None]) -> Figure:
    """Numbers per second, the tables made beforehand."""
    sample = cells[:SAMPLE]
    ours(sample)
    rates = (lambda: _rate(ours, cells)), (lambda: _rate(looped, sample))
    return compare(name, "numbers", *rates, "a loop over phonenumbers")


def run() -> Figure:
    """American numbers in five formats, a Phone made of each."""
    return measured("phones", american(NUMBERS), phones)


def _rate(read: Callable[[list[str]], object], cells: list[str]) -> float:
    began = time.perf_counter()
    read(cells)
    return len(cells) / (time.perf_counter() - began)


def _looped(cell: str) -> object:
    try:
        number = phonenumbers.parse(cell, COUNTRY)
    except NumberParseException:
        return None
    return (
        phonenumbers.is_valid_number(number),
        phonenumbers.number_type(number),
        phonenumbers.region_code_for_number(number),
        time_zones_for_number(number),
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
    )


def _number(area_code: int) -> phonenumbers.PhoneNumber:
    return phonenumbers.PhoneNumber(country_code=1, national_number=area_code * 10**7 + 2_345_678)


def _american(rnd: random.Random, codes: list[int], formats: tuple[str, ...]) -> str:
    return rnd.choice(formats).format(rnd.choice(codes), rnd.randint(200, 999), f"{rnd.randrange(10_000):04}")
