"""What an answer to a request for a call means (DESIGN §4.5).

A good one is ``{status: "success", call_id, message}`` (calls/initiate-call). Of the refusals' codes three are printed:
``invalid_number``, ``insufficient_credits``, and ``rate_limit_exceeded``, which names the instant from which requests
are taken again (best practices). What says neither is judged by its status and its words, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dialer.providers.callfluent.answers import (
    LONGEST_WAIT_S,
    ErrorMeaning,
    declared_placement,
    refusal_placement,
    retry_after_s,
)
from dialer.providers.callfluent.envelope import parse
from dialer.providers.callfluent.instants import read_instant
from dialer.providers.platform import Answer, Placement
from dialer.providers.transport import Reply
from dialer.providers.trillet.history import short
from dialer.providers.trillet.saying import code_of, refuses, said

CODES = {
    "invalid_number": Placement.REJECTED,
    "insufficient_credits": Placement.ACCOUNT,
    "rate_limit_exceeded": Placement.NOT_PLACED,
}


def read_answer(reply: Reply, declared: Mapping[str, ErrorMeaning], now: datetime) -> Answer:
    """The verdict on a whole answer.

    ``declared`` is ``[platform.errors]``; ``now`` the wall clock's, against which ``reset_at`` is held.
    """
    document = parse(reply.body)
    success = 200 <= reply.status < 300
    if success and isinstance(document, dict) and not refuses(document):
        call_id = document.get("call_id")
        if document.get("status", "success") == "success" and isinstance(call_id, (str, int)) and str(call_id):
            return Answer(Placement.PLACED, call_id=short(str(call_id)), status=reply.status)
    text = said(reply.body)
    placement = Placement.UNKNOWN
    if not success or refuses(document):
        known = CODES.get(code_of(document))
        placement = declared_placement(text, declared) or known or refusal_placement(reply.status, text)
    wait_s = _wait_s(reply, document, now) if placement is Placement.NOT_PLACED else None
    return Answer(placement, text=text, retry_after_s=wait_s, status=reply.status)


def _wait_s(reply: Reply, document: Any, now: datetime) -> float | None:
    """How long the account rests: until Retry-After or, without one, ``reset_at``."""
    if (wait_s := retry_after_s(reply.headers, now)) is not None:
        return wait_s
    error = document.get("error") if isinstance(document, dict) else None
    until = read_instant(error.get("reset_at"), UTC) if isinstance(error, dict) else None
    return None if until is None else min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT_S)
