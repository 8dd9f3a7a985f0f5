"""One request for one call, and a verdict on it whatever happens (DESIGN §4.4, §4.5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dialer.providers.platform import Answer, Deadline, Placement
from dialer.providers.transport import TOO_LATE, Reply, Sending, Transport
from dialer.providers.words import without

MAX_ANSWER_BYTES = 1_000_000


async def send_once(
    transport: Transport, path: str, body: Callable[[], Mapping[str, Any]], deadline: Deadline,
    read: Callable[[Reply], Answer],
) -> Answer:  # fmt: skip
    """``POST`` what ``body`` makes, once and before the deadline; ``read`` judges a whole answer, whose words are kept
    without what was sent: a platform may repeat it.

    Every failure becomes an Answer: unclear where a byte may have left. Only being cancelled is raised, and leaves open
    what became of the request.
    """
    sending = Sending(deadline)
    try:
        sent = body()
        content = json.dumps(sent).encode()
        reply = await transport.exchange("POST", path, content=content, max_bytes=MAX_ANSWER_BYTES, sending=sending)
        answer = read(reply)
        return replace(answer, text=without(answer.text, sent)) if answer.text else answer
    except Exception as error:  # noqa: BLE001  whatever it was, only this counts: may a byte have left?
        if sending.late:  # our own lateness says nothing of the platform
            return Answer(Placement.NOT_PLACED, TOO_LATE, retry_after_s=0.0)
        placement = Placement.UNKNOWN if sending.left else Placement.NOT_PLACED
        return Answer(placement, text=transport.describe(error))
