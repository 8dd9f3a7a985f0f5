"""What a cell says where a list answers with yes or no: whether somebody consents, or asks not to be called.

Excel writes yes and no in its own language, and people write sentences. Where a cell leaves a doubt, nobody is called:
a "no" that is explained refuses consent all the same, while a wish not to be called holds unless it is plainly denied.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from campaigns.leads.reading.cells import NOT_FOUND, is_error

BLANK = frozenset({"", "none", "null", "nil", "n a", "na"})
NO = frozenset(
    {"no", "n", "false", "f", "0", "0.0", "off", "falsch", "faux", "falso", "onwaar", "☐"}
    | {"nein", "nee", "nej", "non", "não", "nao", "いいえ"}
)
UNDECIDED = re.compile(r"(?:\?|unknown|unconfirmed|pending|tbd|unbekannt|nicht bekannt|inconnu|desconocido)(?!\w)")
"""What columns of consent begin with where nobody knows."""
REFUSING = re.compile(
    r"(?:(?:no|nope|not|non|none|never|do not|don.?t|dnc|without|stop|nein|nicht|keine?|ohne|nee|niet|geen|zonder|nej"
    r"|não|nao|nunca|sem|sin|ne|pas|sans|senza|opt ?out|opted ?out)(?!\w)"
    r"|refus|declin|denied|deny|revo[ck]|withdr|unsubscri|widerruf|abgelehnt|verweiger|geweiger|ingetrokken"
    r"|retiré|retirad|ritirat|rechaz|recus|rifiut|negad|negat|いいえ|拒否|不同意|撤回|同意しない|❌|✗|✘|✖|✕)"
)
"""What columns of consent begin with where it is refused, whatever follows: ``Revoked on 2026-01-01``."""
SENTENCE = 100
"""A longer text below consent is the words that were agreed to, which may begin with a "no" of their own."""
DENYING = re.compile(
    r"(?:opted in|ok|okay|ok to call|may call|callable|clean|clear|subscribed"
    r"|(?:not|never) (?:on |in |listed (?:on |in )?|registered (?:on |in )?)?(?:the )?"
    r"(?:opted out|opt out|dnc|dnd|do not call|suppressed|unsubscribed|listed|registered|list|registry)"
    r"(?: list| registry)?)"
)
"""What a do-not-call column may say as a whole, besides ``NO``, without meaning yes."""


def says_nothing(cell: str) -> bool:
    """Whether a cell of consent neither gives nor refuses it: blank, undecided, or an error of Excel's."""
    plain = _plain(cell)
    return plain in BLANK or is_error(cell) or bool(UNDECIDED.match(plain))


def refuses(cell: str) -> bool:
    """Whether a cell of consent refuses it."""
    plain = _plain(cell)
    return plain in NO or (len(plain) <= SENTENCE and not says_nothing(cell) and bool(REFUSING.match(plain)))


def opts_out(cell: str) -> bool:
    """Whether a cell of a do-not-call column asks not to be called; a date for instance does.

    A look-up that found nothing (``#N/A``) does not, for the person is not on the list that was searched.
    """
    plain = _plain(cell)
    return not (plain in BLANK or plain in NO or cell.strip() in NOT_FOUND or DENYING.fullmatch(plain))


@lru_cache(maxsize=4096)
def _plain(cell: str) -> str:
    """Words without case, hyphens and what stands around them: ``"Opted-Out."`` → ``"opted out"``."""
    words = re.sub(r"[\s\-‐-―_/\ufe0f]+", " ", unicodedata.normalize("NFKC", cell).casefold())
    return words.strip(" .,;:!'\"()[]")
