"""What an answer to a request for a call means (DESIGN §4.5).

A good one is ``{status: "success", call_id, message}`` (calls/initiate-call). Of the refusals' codes three are printed:
``invalid_number``, ``insufficient_credits``, and ``rate_limit_exceeded``, which names the instant from which requests
are taken again (best practices). What says none of them is judged by its status and its words, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dialer.providers.answers import LONGEST_WAIT_S, ErrorMeaning, refused, unclear
from dialer.providers.instants import read_instant
from dialer.providers.platform import Answer, Placement
from dialer.providers.transport import Reply
from dialer.providers.trillet.history import short
from dialer.providers.trillet.saying import refuses
from dialer.providers.words import parse

CODES: Mapping[str, ErrorMeaning] = {
    "invalid_number": "rejected",
    "insufficient_credits": "account",
    "rate_limit_exceeded": "not_placed",
}


def read_answer(reply: Reply, declared: Mapping[str, ErrorMeaning], now: datetime) -> Answer:
    """The verdict on a whole answer.

    ``declared`` is ``[platform.errors]``; ``now`` the wall clock's, against which ``reset_at`` is held.
    """
    document = parse(reply.body)
    if not 200 <= reply.status < 300 or refuses(document):
        answer = refused(reply, {**CODES, **declared}, now)
        if answer.placement is Placement.NOT_PLACED and answer.retry_after_s is None:
            return replace(answer, retry_after_s=_until_reset_s(document, now))
        return answer
    call_id = document.get("call_id") if isinstance(document, dict) else None
    if call_id and isinstance(call_id, (str, int)) and document.get("status", "success") == "success":
        return Answer(Placement.PLACED, call_id=short(str(call_id)), status=reply.status)
    return unclear(reply)


def _until_reset_s(document: Any, now: datetime) -> float | None:
    """Seconds until ``reset_at``, where it is said."""
    error = document.get("error") if isinstance(document, dict) else None
    until = read_instant(error.get("reset_at"), UTC) if isinstance(error, dict) else None
    return None if until is None else min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT_S)
