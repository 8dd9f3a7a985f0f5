"""Redis remembers how far the ledger was: one that is behind that later was restored, by whatever means.

It is a witness, not a truth: an emptied Redis has seen nothing, and then the ledger's own mark alone speaks.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from redis.asyncio import Redis
from redis.exceptions import RedisError

from campaigns.errors import LedgerError
from campaigns.ledger.adopting import Restored, as_of, last_instant, mark
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.migrate import ledger_id
from campaigns.ledger.tables import EPOCH, MICROSECOND
from dialer.errors import LedgerRestored
from dialer.steady import SKEW, SteadyClock

log = logging.getLogger(__name__)

LOOK_S = 1.0
UNEVEN = 2 * SKEW
"""Workers' clocks differ, so the newest instant that Redis saw may be this much later than the ledger's newest."""


class Witness:
    """Looks at how far a ledger is, and remembers it in Redis."""

    def __init__(self, ledger: Ledger, redis: Redis) -> None:
        self._ledger, self._redis = ledger, redis
        self._key = f"dialer:{ledger.read_now(ledger_id)}:seen"

    async def ask(self) -> None:
        """Mark a ledger that went back since the last worker looked."""
        last = await self._ledger.read(last_instant)
        if last is not None and await self._went_back(last):
            await self._ledger.write(mark, Restored(last, "dialer"))
            await self._redis.delete(self._key)

    async def remember(self) -> bool:
        """Write down how far the ledger is; False where it went back."""
        last = await self._ledger.read(last_instant)
        if last is not None:
            if await self._went_back(last):
                return False
            await self._redis.set(self._key, (last - EPOCH) // MICROSECOND)
        return True

    async def watch(self, clock: SteadyClock) -> None:
        """Remember, every second and for ever; stop the clock when the ledger goes back, or is said to have."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                if not await self.remember() or await self._ledger.read(as_of) is not None:
                    clock.stop(LedgerRestored("the ledger was restored while it was served: start again"))
            except (LedgerError, RedisError, OSError) as error:
                log.warning("waiting: %s", error)

    async def _went_back(self, last: datetime) -> bool:
        seen = await self._redis.get(self._key)
        return seen is not None and EPOCH + int(seen) * MICROSECOND > last + UNEVEN
