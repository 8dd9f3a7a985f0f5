"""The loop that has phone types looked up for those who wait for it (``campaigns.ledger.lookups``)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from campaigns.ledger.controls import pause
from campaigns.ledger.ledger import Ledger, Tx
from campaigns.ledger.lookups import Answer, Ask, Question, answer, ask, waiting
from campaigns.vocabulary import Reason
from dialer.errors import KeyRefused
from dialer.lookup import LookupAway, TwilioLookup

log = logging.getLogger(__name__)

TICK_S = 0.2
AT_ONCE = 20
LONGEST_REST_S = 60.0
NO_KEY = "no Twilio key here: set DIALER_TWILIO_SID and DIALER_TWILIO_TOKEN where the dialer runs, then resume"


def stop(tx: Tx, items: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Pause campaigns whose look-ups cannot be made, and say why. ``items``: (campaign id, why)."""
    for campaign_id, why in items:
        pause(tx, campaign_id, Reason.LOOK_UPS, why)
    return items


class Looker:
    """Asks a service what kind of phone a number is, in time for its call; run by the process that leads."""

    def __init__(
        self, ledger: Ledger, worlds: Mapping[str, str], lookup: TwilioLookup | None, on_change: Callable[[], None]
    ) -> None:
        """``lookup`` None: there is no key. ``on_change`` is called when somebody was settled."""
        self._ledger, self._worlds, self._lookup, self._on_change = ledger, worlds, lookup, on_change
        self._rests_until, self._streak = 0.0, 0

    async def run(self) -> None:
        """Look for ever, while this process leads; a full turn is followed by another at once."""
        while True:
            asked = await self.tick() if await self._ledger.leads() else 0
            if asked < AT_ONCE:
                await asyncio.sleep(TICK_S)

    async def tick(self) -> int:
        """One turn; answers how many questions were asked."""
        if time.monotonic() < self._rests_until or not await self._ledger.read(waiting, self._worlds):
            return 0
        asked = await self._ledger.write(ask, Ask(self._worlds, AT_ONCE, self._lookup is not None))
        for campaign_id in asked.unable:
            await self._ledger.write(stop, (campaign_id, NO_KEY))
        if self._lookup is not None:
            failed = await asyncio.gather(*(self._ask(self._lookup, question) for question in asked.questions))
            self._rest([away for away in failed if away is not None])
        if asked.settled or asked.questions:
            self._on_change()
        return len(asked.questions)

    async def _ask(self, lookup: TwilioLookup, question: Question) -> LookupAway | None:
        """Ask one question and keep the answer; why there is none, where there is none."""
        try:
            found = await lookup.ask(question.number)
        except KeyRefused as refused:
            await self._ledger.write(answer, Answer(question, charged=False))
            await self._ledger.write(stop, (question.campaign_id, str(refused)))
        except LookupAway as away:
            await self._ledger.write(answer, Answer(question, error=str(away), final=False, charged=away.charged))
            return away
        else:
            await self._ledger.write(answer, Answer(question, found.phone_type, found.carrier, found.error))
        return None

    def _rest(self, failed: Sequence[LookupAway]) -> None:
        """Wait as long as the service asks, else twice as long after each turn in a row that failed."""
        self._streak = self._streak + 1 if failed else 0
        if failed:
            backoff_s = min(2.0 ** min(self._streak, 10), LONGEST_REST_S)
            self._rests_until = time.monotonic() + max(backoff_s, *(away.wait_s for away in failed))
            log.warning("look-ups rest: %s", failed[0])
