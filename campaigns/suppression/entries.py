"""What a do-not-call list may hold, as one text each; the text says of what kind it is.

    +12125550101        a number
    +1900*              a prefix: every number that begins so
    +1???5550100        a pattern: ``?`` is one digit, ``*`` any digits; both may stand anywhere behind the first digit
    sha256:<64 hex>     the SHA-256 of a number, written +12125550101, 12125550101 or (in +1) 2125550101
    hmac:<64 hex>       the HMAC-SHA256 of +12125550101 under the ledger's own key

A hash keeps a list's numbers from who only sees the list. There are few enough phone numbers to try them all, so a
plain SHA-256 hides them from nobody who means to know; an HMAC only from who does not have the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from functools import lru_cache

from campaigns.errors import InputRefused
from campaigns.leads.lead import Refusal
from campaigns.leads.numbers.phones import read_phones
from campaigns.vocabulary import Reason

HASH = re.compile(r"(?:(sha256|hmac):)?([0-9a-fA-F]{64})")
WILD = re.compile(r"(\+?)([\d?Xx*\s().-]*[?Xx*][\d?Xx*\s().-]*)")
NANP_REGIONS = frozenset({"US", "CA", "PR"})
NANP_DIGITS = 10
LONGEST = 16
"""A plus and fifteen digits."""


class Kind(StrEnum):
    """The kinds of entries."""

    NUMBER = "number"
    PREFIX = "prefix"
    PATTERN = "pattern"
    SHA256 = "sha256"
    HMAC = "hmac"


def kind_of(entry: str) -> Kind:
    """What an entry is, by its text."""
    head, colon, _ = entry.partition(":")
    if colon:
        return Kind(head)
    if entry.endswith("*") and entry[1:-1].isdecimal():
        return Kind.PREFIX
    return Kind.NUMBER if entry[1:].isdecimal() else Kind.PATTERN


def read_entries(text: str, country: str | None) -> tuple[str, ...] | Refusal:
    """The entries that a person's text names; ``country`` is for numbers, and American patterns, without a plus."""
    text = text.strip()
    if hashed := HASH.fullmatch(text):
        return (f"{hashed[1] or 'sha256'}:{hashed[2].lower()}",)
    if wild := WILD.fullmatch(text):
        return _wild(text, bool(wild[1]), wild[2], country)
    found = read_phones(text, country)
    return found if isinstance(found, Refusal) else tuple(phone.e164 for phone in found)


def must_read(texts: Iterable[str], country: str | None) -> list[str]:
    """The entries of all the texts, each once; raises InputRefused at the first that is none."""
    entries: dict[str, None] = {}
    for text in texts:
        found = read_entries(text, country)
        if isinstance(found, Refusal):
            raise InputRefused(f"{found.detail} {found.suggestion} Nothing was changed.".replace("  ", " "))
        entries.update(dict.fromkeys(found))
    return list(entries)


def _wild(text: str, international: bool, body: str, country: str | None) -> tuple[str, ...] | Refusal:
    places = re.sub(r"\*+", "*", re.sub(r"[\s().-]", "", body).replace("X", "?").replace("x", "?"))
    if not international and country in NANP_REGIONS:
        places = places if places.startswith("1") and len(places) > NANP_DIGITS else f"1{places}"
        international = True
    if not international or not places[:1].isdecimal() or len(places) >= LONGEST:
        advice = "Write it with + and a country code, such as +1900*, +1???5550100 or +4477*."
        return Refusal(Reason.BAD_NUMBER, f'"{text}" is no pattern of phone numbers.', advice)
    return (f"+{places}",)


def as_like(entry: str) -> str:
    """A prefix or pattern as SQL's LIKE has it."""
    return entry.replace("*", "%").replace("?", "_")


def names_of(number: str, kinds: Collection[str], key: bytes) -> Iterator[str]:
    """Every entry of these kinds, but patterns, that would name this number; ``key`` is the ledger's."""
    yield number
    if Kind.PREFIX in kinds:
        for end in range(2, len(number) + 1):
            yield f"{number[:end]}*"
    if Kind.SHA256 in kinds:
        for spelled in (number, number[1:], *([number[2:]] if number.startswith("+1") else [])):
            yield f"sha256:{hashlib.sha256(spelled.encode()).hexdigest()}"
    if Kind.HMAC in kinds:
        yield hashed(number, key)


def hashed(number: str, key: bytes) -> str:
    """The entry that names a number without saying it."""
    return f"hmac:{hmac.digest(key, number.encode(), 'sha256').hex()}"


def matching(patterns: Collection[str], numbers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each (number, pattern) that fit."""
    compiled = [(each, _expression(each)) for each in patterns]
    for number in numbers:
        for entry, expression in compiled:
            if expression.fullmatch(number):
                yield number, entry


@lru_cache(4096)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\?", r"\d").replace(r"\*", r"\d*"))
