"""What a column's header tells: our name for it. Phone columns are known by ``phone_headers``.

Sources: header-synonym table of the ecosystem study, §4.2, and the exports of §4.1 (HubSpot, Salesforce, Apollo,
ZoomInfo, GoHighLevel, Calendly, VICIdial, Meta lead ads, Pipedrive, Zoho, voice platforms' templates). The spellings
of each field, in eight languages, stand in ``data/headers.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from campaigns.shipped import table

FIELDS = (
    "full_name", "first_name", "last_name", "email", "company", "timezone", "postal_code", "state", "city", "country",
    "phone_prefix", "extension", "language", "do_not_call", "consent", "external_id", "call_at", "not_before",
    "expires_at", "priority", "notes",
)  # fmt: skip
"""Our fields."""

COUNTRY_CODE = "country_code"
"""What a header means that may stand above dial codes or above a country's letters: the cells decide."""

OWNERS = frozenset(
    {"lead", "contact", "person", "customer", "client", "invitee", "primary", "prospect", "mailing", "billing"}
    | {"home", "default"}
)
"""First words that say whose the column is, or which of several, and change nothing of its meaning."""

LOOKED_UP = frozenset(
    {"before", "after", "until", "check", "checked", "scrub", "scrubbed", "clean", "cleared", "verified"}
    | {"avant", "apres", "antes", "despues", "hasta", "bis"}
)
"""Words that make of a do-not-call header something else: an hour, or when somebody looked it up."""

LONGEST = 200
"""A longer cell is no header that could be known."""


# twice as many as a sheet of Excel has columns
@lru_cache(maxsize=32_768)
def slug(header: str) -> str:
    """The header as a field name: ``"Prénom (client)"`` → ``"prenom_client"``; letters of any script stay."""
    if not header.isascii():
        bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", header))
        header = "".join(char for char in unicodedata.normalize("NFC", bare) if unicodedata.category(char) != "Cf")
    return re.sub(r"[\W_]+", "_", header.casefold()).strip("_")


def key(header: str) -> str:
    """What spellings of one header share: ``"First Name"`` and ``"firstName"`` → ``"firstname"``."""
    return slug(header).replace("_", "")


def field_of(header: str) -> str | None:
    """Our field for this header on its own; None: a custom field, a phone number, or what only the cells tell."""
    field = meanings((header,))[0]
    return None if field == COUNTRY_CODE else field


@lru_cache(maxsize=64)
def meanings(headers: tuple[str, ...]) -> tuple[str | None, ...]:
    """Our field, or COUNTRY_CODE, for each header of a list; None: a custom field, or a phone number.

    Some words mean what their neighbours leave over: ``Nom`` is the last name beside ``Prénom``, else the whole name;
    ``User Email`` is the host's beside ``Invitee Email`` (Calendly), else the person's (Google lead forms).
    """
    fields = [_meaning(header) for header in headers]
    words = {slug(header).partition("_")[0] for header in headers}
    first = "first_name" in fields or "first_or_full" in fields
    last = "last_name" in fields or "last_or_full" in fields
    means = {
        "first_or_full": "first_name" if last else "full_name",
        "last_or_full": "last_name" if first else "full_name",
        COUNTRY_CODE: COUNTRY_CODE,
        **{field: field for field in FIELDS},
    }
    found = [means.get(field or "") for field in fields]
    for at, header in enumerate(headers):
        if slug(header).startswith("user_") and "invitee" in words:
            found[at] = None
        elif key(header) == "name" and not last and words & {"vorname", "voornaam"}:
            found[at] = "last_name"
    return tuple(found)


def plainness(header: str) -> int:
    """Sorts headers of one meaning, the plainest first: ``City`` before ``Mailing City``."""
    return slug(header).count("_")


def spellings(header: str) -> list[str]:
    """The keys under which a header may be known: its own, and without the word that says whose it is."""
    own = key(header)
    return [own, *(own.removeprefix(owner) for owner in OWNERS if own.startswith(owner))]


def words_of(name: str) -> list[tuple[str, list[str]]]:
    """The lines of one of our tables of words: what they mean, and the words."""
    lines = (tuple(line.values()) for line in table(f"leads/data/{name}"))
    return [(meaning, words.split(" | ")) for meaning, _, words in lines]


@lru_cache(maxsize=32_768)
def _meaning(header: str) -> str | None:
    if len(header) > LONGEST:
        return None
    field = next((_fields()[spelling] for spelling in spellings(header) if spelling in _fields()), None)
    return field or ("do_not_call" if _forbids_calls(slug(header)) else None)


def _forbids_calls(name: str) -> bool:
    # wherever the words stand: the safe side is not to call
    if LOOKED_UP & set(name.split("_")):
        return False
    return any(f"_{said}_" in f"_{name}_" or (not said.isascii() and said in name) for said in _never_call())


@cache
def _fields() -> dict[str, str]:
    return {
        key(header): field for field, headers in words_of("headers.csv") if field != "never_call" for header in headers
    }


@cache
def _never_call() -> frozenset[str]:
    said = [header for field, headers in words_of("headers.csv") if field == "never_call" for header in headers]
    return frozenset(spelling for header in said for spelling in (slug(header), key(header)))
