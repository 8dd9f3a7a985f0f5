"""What a platform's refusal of a call means (DESIGN §4.5).

Only what surely says that there is no call is read as such; the user may declare what a text means in
``[platform.errors]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from dialer.providers.platform import Answer, Placement
from dialer.providers.transport import Reply
from dialer.providers.words import words

ErrorMeaning = Literal["rejected", "account", "not_placed"]

LIMIT = re.compile(
    r"""
      \b(reached|exceeded|hit)\b .{0,40} \b(limit|quota)\b        # "You have reached limit."           Agent §2
    | \b(limit|quota)\b .{0,40} \b(reached|exceeded|hit)\b        # "Workspace creation limit exceeded." Workspace §1
    | \b(no|insufficient|not\ enough|out\ of)\ ((more|call|calling|account|workspace|remaining|available)\ ){0,2}
      (minutes|credits?|balance|funds)\b                          # a workspace has a monthly limit of minutes
    | \b(minutes|credits?|balance)\b\ (is\ |are\ |have\ been\ |has\ been\ )?
      (exhausted|used\ up|exceeded|insufficient|too\ low)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""An account's limit in words: two are documented (seed 000), the others are what a spent account would say."""

RATE = re.compile(r"\brate\b|too many requests|concurren|per (second|minute)|length|character|size", re.IGNORECASE)
"""Limits that are none of the account's: of pace, or of a field's length."""

REJECTED = (400, 422)
ACCOUNT = (401, 403, 404)
TOO_MANY = 429
LONGEST_WAIT_S = 86_400.0
MEANINGS = {
    "rejected": Placement.REJECTED,
    "account": Placement.ACCOUNT,
    "not_placed": Placement.NOT_PLACED,
}


def refused(reply: Reply, declared: Mapping[str, ErrorMeaning], now: datetime) -> Answer:
    """The verdict on an answer that says no.

    ``declared`` is ``[platform.errors]``; ``now`` the wall clock's, against which a date in Retry-After is held.
    """
    text = words(reply.body)
    placement = _declared(text, declared) or _refusal(reply.status, text)
    wait_s = _retry_after_s(reply.headers, now) if placement is Placement.NOT_PLACED else None
    return Answer(placement, text=text, retry_after_s=wait_s, status=reply.status)


def unclear(reply: Reply) -> Answer:
    """The verdict on an answer that says neither yes nor no."""
    return Answer(Placement.UNKNOWN, text=words(reply.body), status=reply.status)


def _declared(text: str, declared: Mapping[str, ErrorMeaning]) -> Placement | None:
    """What the user declared of the text: the longest declared text that stands in it decides."""
    found = [known for known in declared if known.strip() and known.strip().lower() in text.lower()]
    return MEANINGS[declared[max(found, key=len)]] if found else None


def _refusal(status: int, text: str) -> Placement:
    if LIMIT.search(text) and not RATE.search(text):
        return Placement.ACCOUNT
    if status == TOO_MANY:
        return Placement.NOT_PLACED
    if status in REJECTED:
        return Placement.REJECTED
    if status in ACCOUNT:
        return Placement.ACCOUNT
    return Placement.UNKNOWN


def _retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Retry-After (RFC 9110 §10.2.3) in seconds: a number, or a date, which is held against the answer's own Date."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return min(float(value), LONGEST_WAIT_S)
    until = _http_date(value)
    if until is None:
        return None
    wait_s = (until - (_http_date(headers.get("date", "")) or now)).total_seconds()
    return min(max(wait_s, 0.0), LONGEST_WAIT_S)


def _http_date(value: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
