"""What an answer to make-call means (DESIGN §4.5).

CallFluent documents one success and one error, ``500 {status: false, error}`` (seed 000, Call Services §1), so a bad
number, no minutes left and a real fault look alike. Only what surely says that there is no call is read as such; the
user may declare what a text means in ``[platform.errors]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dialer.providers.answers import ErrorMeaning, refused, unclear
from dialer.providers.callfluent.envelope import is_refusal
from dialer.providers.platform import Answer, Placement
from dialer.providers.transport import Reply
from dialer.providers.words import parse


def read_answer(reply: Reply, declared: Mapping[str, ErrorMeaning], now: datetime) -> Answer:
    """The verdict on a whole answer.

    ``declared`` is ``[platform.errors]``; ``now`` the wall clock's, against which a date in Retry-After is held.
    """
    document = parse(reply.body)
    success = 200 <= reply.status < 300
    if not success or is_refusal(document):
        return refused(reply, declared, now)
    if isinstance(document, dict):
        return Answer(Placement.PLACED, call_id=_call_id(document), status=reply.status)
    return unclear(reply)


def _call_id(document: Mapping[str, Any]) -> str | None:
    """The call's id, where a later version should give one: none is documented (facts on CallFluent, §1.4)."""
    data = document.get("data")
    if not isinstance(data, dict):
        return None
    call = data.get("call")
    for found in (call.get("id") if isinstance(call, dict) else None, data.get("call_id"), data.get("id")):
        if isinstance(found, (int, str)) and not isinstance(found, bool) and str(found).strip():
            return str(found).strip()
    return None
