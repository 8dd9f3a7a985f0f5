"""The loop that notifies people of what the events say, beside the dialing and never in its way."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from campaigns.errors import LedgerError
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.telling import Told, tell, untold
from dialer.channels import Channel, NotTold

log = logging.getLogger(__name__)

TICK_S = 2.0
LONGEST_REST_S = 300.0
LAST_S = 10.0
"""How long a worker that leaves waits for its last messages to be taken; the next one tells what was not."""


class Herald:
    """Tells every channel what it has not told yet; run by the process that leads."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime], channels: Sequence[Channel]) -> None:
        """``now`` is the campaign clock: old events are not told."""
        self._ledger, self._now, self._channels = ledger, now, channels
        self._streak = dict.fromkeys((channel.name for channel in channels), 0)
        self._rests_until = dict.fromkeys(self._streak, 0.0)

    async def run(self) -> None:
        """Tell for ever, while this process leads."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK_S)

    async def tick(self) -> None:
        """Let every channel that does not rest tell what it can; one's trouble is no other's."""
        if self._channels and await self._ledger.leads():
            due = [channel for channel in self._channels if self._rests_until[channel.name] <= time.monotonic()]
            await asyncio.gather(*map(self._tell, due))

    async def finish(self) -> None:
        """Tell what is left, within bounds: the process is about to leave."""
        try:
            async with asyncio.timeout(LAST_S):
                await self.tick()
        except (TimeoutError, LedgerError):
            log.warning("notifications were cut short; the next dialer goes on with them")

    async def _tell(self, channel: Channel) -> None:
        for notice in await self._ledger.read(untold, channel.name, self._now()):
            try:
                await channel.send(notice)
            except NotTold as failed:
                self._rest(channel.name, failed)
                return
            self._streak[channel.name] = 0
            await self._ledger.write(tell, Told(channel.name, notice.event_id))

    def _rest(self, name: str, failed: NotTold) -> None:
        self._streak[name] += 1
        rest_s = min(2.0 ** self._streak[name], LONGEST_REST_S)
        self._rests_until[name] = time.monotonic() + rest_s
        log.warning("notification by %s failed, again in %g s: %s", name, rest_s, failed)
