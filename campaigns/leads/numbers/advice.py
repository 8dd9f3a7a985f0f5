"""What to say of a number that cannot be called: why, which countries it would fit, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import PhoneNumberDesc, PhoneNumberFormat

from campaigns.leads.lead import Phone, Refusal
from campaigns.leads.numbers import library
from campaigns.leads.numbers.tables import fault, read
from campaigns.vocabulary import Reason

FIRST = "US CA GB AU NZ IE DE AT CH FR BE NL ES PT IT SE NO DK FI PL IN SG PH ZA AE BR MX AR CO CL JP KR CN"
"""Countries that are named before others."""

NAMED = 5
QUOTED_CHARS = 40
FOREIGN = 11
"""A number of a known country that has fewer digits, or one too many for it, is rather mistyped than from abroad."""
WITH_PLUS = "write it with the + and the country code"
ELSEWHERE = ("0011", "011", "00")
"""What people of some countries dial for the +, and then write in a list for another one."""


def refuse(text: str, number: str, country: str | None) -> Refusal:
    """Why ``number``, written as ``text``, gives no phone when read with ``country``, and what was probably meant."""
    meant = _meant(number, country)
    suggestion = f"Did you mean {meant}? Then {WITH_PLUS}." if meant else ""
    if country is None and not number.startswith("+"):
        fits = fitting(_digits(number))
        if fits or meant:
            where = f" and fits {_listed(fits)}" if fits else ""
            ask = "Say where the numbers are from, for example --country US, or write them with + and the country code."
            detail = f"{quoted(text)} has no country code{where}."
            return Refusal(Reason.AMBIGUOUS_COUNTRY, detail, f"{suggestion} {ask}".strip())
        return Refusal(Reason.BAD_NUMBER, f"{quoted(text)} is not a phone number of any country.")
    return Refusal(Reason.BAD_NUMBER, f"{quoted(text)} {fault(number, country)}", suggestion)


def either(text: str, one: Phone, other: Phone) -> Refusal:
    """The refusal of a number that can be read in two ways."""
    detail = f"{quoted(text)} could be {one.e164} ({one.region}) or {other.e164} ({other.region})."
    return Refusal(Reason.AMBIGUOUS_COUNTRY, detail, f"{WITH_PLUS.capitalize()}.")


def shortened(text: str) -> Refusal:
    """The refusal of what Excel left of a number: ``3.05782E+09``. To fill it up with zeros would call someone else."""
    left = _digits(text.upper().partition("E")[0])
    return Refusal(
        Reason.SHORTENED_NUMBER,
        f"{quoted(text)} is what Excel left of a number that begins with {left}; its other digits are lost.",
        "Excel shortened this number; format the column as Text and export again.",
    )


def quoted(text: str) -> str:
    """A cell's text in quotation marks, on one line and not too much of it."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= QUOTED_CHARS else line[:QUOTED_CHARS] + "…"}"'


@lru_cache(maxsize=65_536)
def fitting(digits: str) -> tuple[str, ...]:
    """The countries that have such a number, the digits taken with or without a trunk prefix before them."""
    return tuple(
        region
        for region, shape in _shapes().items()
        if (match := shape.fullmatch(digits)) and _kinds(region).fullmatch(digits, match.start(1))
    )


@cache
def _shapes() -> dict[str, re.Pattern[str]]:
    """What numbers of each country look like, the trunk prefix before them."""
    first = FIRST.split()
    shapes = {}
    for region in (*first, *sorted(phonenumbers.SUPPORTED_REGIONS - set(first))):
        plan = library.plan_of(region)
        pattern = plan.general_desc.national_number_pattern if plan.general_desc else ""
        shapes[region] = re.compile(f"(?:{plan.national_prefix or ''})?({pattern})")
    return shapes


@cache
def _kinds(region: str) -> re.Pattern[str]:
    """The numbers that a country has, of any kind."""
    plan = library.plan_of(region)
    kinds = (kind for name in library.KINDS if (kind := getattr(plan, name)) and kind.national_number_pattern)
    return re.compile("|".join(f"(?={_sizes(kind)}$)(?:{kind.national_number_pattern})" for kind in kinds))


def _sizes(kind: PhoneNumberDesc) -> str:
    return f"(?:{'|'.join(f'[0-9]{{{size}}}' for size in kind.possible_length)})"


def _listed(regions: tuple[str, ...]) -> str:
    names, more = regions[:NAMED], len(regions) - NAMED
    if more > 0:
        return f"{', '.join(names)} and {more} more"
    return f"only {names[0]}" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _meant(number: str, country: str | None) -> str:
    """The number that was meant, as people write it, where exactly one correction makes it valid."""
    found = {phone.e164 for text, region in _corrections(number, country) if (phone := read(text, region))}
    if len(found) != 1:
        return ""
    written = phonenumbers.format_number(phonenumbers.parse(found.pop()), PhoneNumberFormat.INTERNATIONAL)
    return written.replace("-", " ")


def _corrections(number: str, country: str | None) -> Iterator[tuple[str, str | None]]:
    digits = _digits(number)
    for exit_digits in ELSEWHERE:
        if digits.startswith(exit_digits):
            yield "+" + digits.removeprefix(exit_digits), None
    if number.startswith("+"):
        yield digits, country
        if digits.startswith("39"):  # Italians dial the zero from abroad, too
            yield f"+390{digits[2:]}", None
    elif country is None or (len(digits) >= FOREIGN and not read(digits[:-1], country)):
        yield "+" + digits, None


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
