"""Phone numbers as platforms write them: ``"+1 234 5678910"``, digits only, or a JSON number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import phonenumbers

MIN_BARE_DIGITS = 11
AMERICAN = re.compile(r"\+1[2-9][0-9]{9}")
"""What parsing leaves as it is; it takes a third of reading a record."""


def to_e164(value: Any) -> str | None:
    """The number in E.164; None where it has no country code or is no number.

    Digits without a plus are taken to begin with the country code when there are 11 or more and the result is a valid
    number: fewer are a national number, and guessing its country could match another person's call.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return text if AMERICAN.fullmatch(text) else _read(text)


@lru_cache(65_536)
def _read(text: str) -> str | None:
    """A history is read again and again while its calls are under way."""
    text = text.removeprefix("tel:")
    bare = not text.startswith("+")
    if bare and len(re.sub(r"\D", "", text)) < MIN_BARE_DIGITS:
        return None
    try:
        number = phonenumbers.parse(f"+{text}" if bare else text)
    except phonenumbers.NumberParseException:
        return None
    fits = phonenumbers.is_valid_number(number) if bare else phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if fits else None
