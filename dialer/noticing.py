"""Notices calls in a platform's history that are no attempt of ours, or one too many.

What was seen is remembered, so that a reading that brings nothing new costs nothing; records that belong to an open
attempt are never asked about. The ledger is asked once about all the others of a reading.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.ledger.incidents import Reading, Sighting, judge, keep
from campaigns.ledger.ledger import Ledger
from dialer.matching import EARLY, Candidate
from dialer.providers.platform import CallRecord

log = logging.getLogger(__name__)


class Noticer:
    """Looks at what each reading of an agent's history brought."""

    def __init__(self, ledger: Ledger) -> None:
        """``ledger`` keeps the incidents."""
        self._ledger = ledger
        self._seen: dict[tuple[str, str], frozenset[object]] = {}
        self._since: dict[tuple[str, str], datetime] = {}

    async def look(
        self, account: str, agent: str, window: timedelta, began: datetime, open_ones: Sequence[Candidate],
        records: Sequence[CallRecord], found: Sequence[tuple[Candidate, CallRecord]],
    ) -> None:  # fmt: skip
        """Keep what is wrong in this reading, which ``began`` then; ``found`` are its matches, applied already.

        Calls from before the oldest open attempt, or from before the last reading, are nobody's concern.
        """
        key = account, agent
        known, matched = self._seen.get(key, frozenset()), {id(record) for _, record in found}
        unknown = [
            record for record in records if record.outbound and id(record) not in matched and _what(record) not in known
        ]
        if unknown:
            oldest = min((attempt.intent_at for attempt in open_ones), default=began) - EARLY
            since = min(oldest, self._since.get(key, oldest))
            matches = {attempt.id for attempt, _ in found}
            await self._keep(Reading(account, agent, since, window, EARLY, [*map(_sighting, unknown)], matches))
        self._seen[key] = frozenset(map(_what, records))
        self._since[key] = began

    async def _keep(self, reading: Reading) -> None:
        wrong = await self._ledger.read(judge, reading)
        new = await self._ledger.write(keep, (reading, wrong)) if wrong else []
        for kind, count in Counter(new).items():
            log.warning("agent %s: %d × %s: %s", reading.agent, count, kind.value, kind.meaning)


def _what(record: CallRecord) -> object:
    """What a record says of which call."""
    return record.identity, record.raw_status, record.raw_answered_by


def _sighting(record: CallRecord) -> Sighting:
    return Sighting(
        record.call_id, record.ref, record.number, record.created_at, record.raw_status, record.raw_answered_by,
        record.result is not None,
    )  # fmt: skip
