"""Whether a header names a phone, and which: the words of phone headers stand in ``data/phone_words.csv``.

A header is a phone's only where every word of it is known: ``Telephone consent`` and ``Mobile app`` are none. Kinds
that end in "phone" list whole headers; the others words that make up headers together with a phone word.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from campaigns.leads.headings.headers import LONGEST, key, slug, spellings, words_of

KINDS = ("mobile", "direct", "main", "work", "home", "other", "company")
"""The kinds of phone columns, in the order in which a person's numbers are called."""

MAIN = KINDS.index("main")

NEVER = frozenset(
    {"fax", "type", "status", "confidence", "source", "ext", "extension", "code", "country", "opt", "in", "out", "do"}
    | {"not", "call", "dnc", "provider", "carrier", "plan", "model", "verified", "valid", "date", "time", "emergency"}
    | {"spouse", "assistant", "asst", "manager", "referrer", "consent", "notes", "id", "ids", "account", "order", "pin"}
    | {"invoice", "ref", "reference", "amount", "price", "total", "zip", "postal", "plz", "vat", "tax", "ssn", "imei"}
    | {"serial", "licence", "license", "policy", "passport", "iban", "bank", "card", "case", "ticket", "claim", "score"}
    | {"member", "employee", "employees", "from", "caller", "latitude", "longitude", "lat", "lng", "revenue", "siret"}
    | {"siren", "cif", "nif", "dni", "cpf", "cnpj", "count"}
)
"""Words that make of a header something else, or somebody else's number, however much the cells look like phones."""

NEVER_ENDS = ("nummer", "number", "numero", "nr", "no", "code", "番号")
"""So do words that end like these; a phone's own were known before."""


@lru_cache(maxsize=32_768)
def phone_rank(header: str) -> int | None:
    """Where the numbers below this header stand in the calling order, 0 first; None: the header names no phone."""
    if len(header) > LONGEST or key(header) in _phrases()["no"] | _phrases()["vague"]:
        return None
    for rank, kind in enumerate(KINDS):
        if not _phrases()[kind].isdisjoint(spellings(header)):
            return rank
    kinds = _kinds(slug(header))
    if not kinds & {"main", "mobile"}:
        return None
    ranks = [KINDS.index(kind) for kind in kinds - {"main"} if kind in KINDS]
    return min(ranks, default=KINDS.index("other") if "again" in kinds else MAIN)


@lru_cache(maxsize=32_768)
def vague_rank(header: str) -> int | None:
    """Whether the header may mean a phone number, if the cells say so, too; None: it does not.

    0: it holds a phone word, ``Best phone to reach you``; 1: a word that means phones only where nothing else does,
    ``Number``, ``Response 2``: an account number has ten digits, too.
    """
    if len(header) > LONGEST:
        return None
    words = slug(header).split("_")
    if "".join(words[:-1] if words[-1].isdigit() else words) in _phrases()["vague"]:
        return 1
    names_phone = any(_word_kinds(word) & {"main", "mobile"} for word in words)
    return 0 if names_phone and NEVER.isdisjoint(words) else None


def is_never_phone(header: str) -> bool:
    """Whether the header names numbers of another sort, that may look like phones: ``Account Number``, ``Order ID``."""
    words = slug(header).split("_")
    return not NEVER.isdisjoint(words) or any(word.endswith(NEVER_ENDS) for word in words)


def _kinds(name: str) -> frozenset[str]:
    """The kinds of all words of a header; none where one of them is no phone header's."""
    kinds = [_word_kinds(word) for word in name.split("_")]
    return frozenset().union(*kinds) if all(kinds) else frozenset()


@lru_cache(maxsize=32_768)
def _word_kinds(word: str) -> frozenset[str]:
    """What a word is made of, ``mobilephone`` of two; none where there is more in it than we know."""
    if kind := _words().get(word):
        return frozenset({kind})
    if word.isdigit():
        return frozenset({"beside" if word == "1" else "again"} if len(word) <= 2 else ())
    whole, piece = _pieces()
    found = piece.findall(word) if whole.match(word) else ()
    return frozenset(kind for part in found for kind in _word_kinds(part))


@cache
def _pieces() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = sorted((word for word in _words() if len(word) > 2), key=len, reverse=True)
    piece = "|".join([*map(re.escape, words), "[0-9]{1,2}"])
    return re.compile(f"(?:{piece})++$"), re.compile(piece)


@cache
def _words() -> dict[str, str]:
    lines = words_of("phone_words.csv")
    return {key(word): kind for kind, words in lines if kind in (*KINDS, "number", "beside") for word in words}


@cache
def _phrases() -> dict[str, frozenset[str]]:
    lines = [(kind.removesuffix(" phone"), words) for kind, words in words_of("phone_words.csv") if kind not in KINDS]
    kinds = (*KINDS, "no", "vague")
    return {of: frozenset(key(word) for kind, words in lines if kind == of for word in words) for of in kinds}
