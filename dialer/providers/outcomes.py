"""What the words of a call record mean.

CallFluent documents no status words; it calls through Twilio, so Twilio's are taken (facts on Twilio, §4.1 and §4.2),
in any case and with any separator. ``[platform.words]`` of the campaign file comes first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from campaigns.vocabulary import Result
from dialer.providers.platform import Liveness

Meaning = Result | Literal["live"]

LIVE_WORDS = frozenset({"queued", "initiated", "ringing", "inprogress"})
FINAL_WORDS = {
    "completed": Result.HUMAN,
    "busy": Result.BUSY,
    "noanswer": Result.NO_ANSWER,
    "failed": Result.FAILED,
    "canceled": Result.CANCELLED,
    "cancelled": Result.CANCELLED,
}
MACHINE_WORDS = frozenset(
    {"machine", "machinestart", "machineendbeep", "machineendsilence", "machineendother", "voicemail"}
)


def squash(word: str) -> str:
    """A word without case and separators: ``No Answer``, ``no-answer`` and ``noAnswer`` are one."""
    return re.sub(r"[^0-9a-z]", "", word.lower())


def judge(
    status: str, answered_by: str, declared: Mapping[str, Meaning], *, leaves_message: bool
) -> tuple[Liveness, Result | None]:
    """Whether the call is over, and what came of it; ``declared`` is keyed by squashed words.

    A status nobody knows is unreadable, whatever else the record says. ``leaves_message`` says what the agent does when
    a machine answers. A completed call without a readable answered_by counts as answered by a person: that is never
    retried by itself, so an error here calls nobody again.
    """
    status, answered_by = squash(status), squash(answered_by)
    said, by = declared.get(status), declared.get(answered_by) if answered_by else None
    if said == "live" or (said is None and status in LIVE_WORDS):
        return Liveness.LIVE, None
    if said is None and status not in FINAL_WORDS:
        return Liveness.UNREADABLE, None
    if by == "live":
        return Liveness.LIVE, None
    if by is not None:
        return Liveness.FINAL, by
    if said is not None:
        return Liveness.FINAL, said
    result = FINAL_WORDS[status]
    return Liveness.FINAL, _who_answered(answered_by, leaves_message) if result is Result.HUMAN else result


def _who_answered(answered_by: str, leaves_message: bool) -> Result:
    if answered_by in MACHINE_WORDS:
        return Result.VOICEMAIL_LEFT if leaves_message else Result.VOICEMAIL_NO_MESSAGE
    return {"fax": Result.FAX, "unknown": Result.SILENT}.get(answered_by, Result.HUMAN)
