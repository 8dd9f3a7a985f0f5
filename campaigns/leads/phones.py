"""The text of one cell becomes phone numbers, or a reason why it does not.

Facts and measured traps: ecosystem study §4.3; phone types: calling rules §4. Excel's floats become digits before the
library sees them: parsed as German, ``4930123456.0`` is another person's valid number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult, re_util

from campaigns.leads.lead import Phone
from campaigns.leads.zones import zones_of_number
from campaigns.vocabulary import PhoneType, Reason

re_util.enable_pattern_cache()

TYPES: dict[int, tuple[PhoneType, ...]] = {
    PhoneNumberType.FIXED_LINE: (PhoneType.LANDLINE,),
    PhoneNumberType.MOBILE: (PhoneType.MOBILE,),
    PhoneNumberType.FIXED_LINE_OR_MOBILE: (
        PhoneType.LANDLINE,
        PhoneType.MOBILE,
        PhoneType.FIXED_VOIP,
        PhoneType.NON_FIXED_VOIP,
    ),
    PhoneNumberType.VOIP: (PhoneType.FIXED_VOIP, PhoneType.NON_FIXED_VOIP),
    PhoneNumberType.PERSONAL_NUMBER: (PhoneType.PERSONAL,),
    PhoneNumberType.TOLL_FREE: (PhoneType.TOLL_FREE,),
    PhoneNumberType.PREMIUM_RATE: (PhoneType.PREMIUM,),
    PhoneNumberType.SHARED_COST: (PhoneType.SHARED_COST,),
    PhoneNumberType.UAN: (PhoneType.UAN,),
    PhoneNumberType.VOICEMAIL: (PhoneType.VOICEMAIL,),
    PhoneNumberType.PAGER: (PhoneType.PAGER,),
}
"""What a number of the library's type may be on the platform."""

BLANK = frozenset({"", "-", "--", "n/a", "na", "#n/a", "none", "null", "nil", "nan", "unknown", "?"})
FLOAT = re.compile(r"(\+?\d{5,})\.0+")
SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?\s*[eE]\s*\+?(\d{1,2})")
SEPARATOR = re.compile(r"[;,/|\r\n]|\bor\b")
MIN_DIGITS = 7
"""A part of a cell with fewer digits is no number of its own: ``030/1234567`` is one number."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell gives no number: the reason, one sentence, and what to do where that is known."""

    reason: Reason
    detail: str
    suggestion: str = ""


NO_NUMBER = Refusal(Reason.NO_NUMBER, "The row has no phone number.")


@lru_cache(maxsize=65_536)
def read_phones(text: str, country: str | None) -> tuple[Phone, ...] | Refusal:
    """Every valid number of a cell, in order, each once; ``country`` (ISO code) is for numbers without a ``+``."""
    cell = _tidy(text)
    if cell.casefold() in BLANK:
        return NO_NUMBER
    parts = [part for part in SEPARATOR.split(cell) if _digits(part)]
    if len(parts) < 2 or SCIENTIFIC.fullmatch(cell):
        parts = [cell]
    elif sum(_digits(part) >= MIN_DIGITS for part in parts) < 2:
        parts = [cell, *parts] if isinstance(_read_one(cell, country), Refusal) else [cell]
    answers = [_read_one(part, country) for part in parts]
    phones = {answer.e164: answer for answer in answers if isinstance(answer, Phone)}
    return tuple(phones.values()) or next(answer for answer in answers if isinstance(answer, Refusal))


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _tidy(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return text.strip().lstrip("'").strip()


def _read_one(text: str, country: str | None) -> Phone | Refusal:
    text = text.strip()
    if match := SCIENTIFIC.fullmatch(text):
        digits = match[1] + (match[2] or "")
        if len(digits) != int(match[3]) + 1:
            return _shortened(text)
        text = ("+" if text.startswith("+") else "") + digits
    elif match := FLOAT.fullmatch(text):
        text = match[1]
    start = re.search(r"[+\d]", text)
    if not start:
        return Refusal(Reason.BAD_NUMBER, f'"{text}" is not a phone number.')
    number = re.sub(r"^00(?=[1-9])", "+", text[start.start() :])
    if not number.startswith("+") and country is None:
        return Refusal(
            Reason.AMBIGUOUS_COUNTRY,
            f'"{text}" has no country code, and nothing says which country it is in.',
            "Say where the numbers are from, for example --country US, or write them with + and the country code.",
        )
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return Refusal(Reason.BAD_NUMBER, f'"{text}" is not a phone number.', _with_plus(number))
    kind = phonenumbers.number_type(parsed)
    if kind == PhoneNumberType.UNKNOWN:
        return Refusal(Reason.BAD_NUMBER, f'"{text}" {_fault(parsed)}', _with_plus(number))
    return Phone(
        e164=phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        region=phonenumbers.region_code_for_number(parsed) or "001",
        types=TYPES.get(kind, (PhoneType.UNKNOWN,)),
        zones=zones_of_number(parsed, kind),
    )


def _fault(number: phonenumbers.PhoneNumber) -> str:
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return f"has too few digits for a number in {region}."
    if possible == ValidationResult.TOO_LONG:
        return f"has too many digits for a number in {region}."
    return f"does not exist in the numbering plan of {region}."


def _with_plus(text: str) -> str:
    digits = "".join(char for char in text if char.isdigit())
    if text.startswith("+") or len(digits) < 11:
        return ""
    try:
        number = phonenumbers.parse("+" + digits, None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    written = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return f"Did you mean {written}? Then write it with the +."


def _shortened(text: str) -> Refusal:
    return Refusal(
        Reason.SHORTENED_NUMBER,
        f'"{text}" is what Excel left of a longer number; the missing digits cannot be recovered.',
        "Format the column as Text in the original sheet and export it again.",
    )
