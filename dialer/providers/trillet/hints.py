"""What Trillet tells of a call: events ``{event: "call.…", data}`` (introduction), or flat, as others receive them.

With our reference in its ``metadata`` (calls/initiate-call). Numbers that may be our own are not read (facts on
Trillet, §3.6). Events of messages, agents and flows tell of no call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from campaigns.hint import Hint
from dialer.providers.numbers import to_e164
from dialer.providers.trillet.history import REF_FIELD, short
from dialer.providers.webhooks import Names, document, read_hint

NAMES = Names(
    ref=(REF_FIELD,),
    call_id=("callId", "call_id"),
    number=("toPhoneNumber", "to", "customerPhone"),
    transcript=("transcript",),
    recording=("recordingUrl",),
)


def read_hints(body: bytes) -> Sequence[Hint]:
    """The hint in a body, if it is of a call; raises Unreadable."""
    told = document(body)
    hint = read_hint(told, NAMES, to_e164)
    event = str(told.get("event", "call."))
    return [replace(hint, call_id=short(hint.call_id) if hint.call_id else None)] if event.startswith("call.") else []
