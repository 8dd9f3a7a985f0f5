"""One request for one call, and a verdict on it whatever happens (DESIGN §4.4, §4.5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from dialer.providers.platform import Answer, Deadline, Placement
from dialer.providers.transport import Reply, Sending, TooLate, Transport

MAX_ANSWER_BYTES = 1_000_000


async def send_once(
    transport: Transport, path: str, body: Callable[[], Mapping[str, Any]], deadline: Deadline,
    read: Callable[[Reply], Answer],
) -> Answer:  # fmt: skip
    """``POST`` what ``body`` makes, once and before the deadline; ``read`` judges a whole answer.

    Every failure becomes an Answer: unclear where a byte may have left. Only being cancelled is raised, and leaves open
    what became of the request.
    """
    sending = Sending(deadline)
    try:
        content = json.dumps(body()).encode()
        reply = await transport.exchange("POST", path, content=content, max_bytes=MAX_ANSWER_BYTES, sending=sending)
        return read(reply)
    except TooLate as error:  # our own lateness says nothing of the platform
        return Answer(Placement.NOT_PLACED, str(error), retry_after_s=0.0)
    except Exception as error:  # noqa: BLE001  whatever it was, only this counts: may a byte have left?
        placement = Placement.UNKNOWN if sending.left else Placement.NOT_PLACED
        return Answer(placement, text=transport.describe(error))
