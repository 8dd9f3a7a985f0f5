"""Which attempt a call record belongs to.

By our reference where the platform echoes it, by the call id once it is known, else by number (or by the reference that
its contact has) and time: an attempt's number is open only once, so at most one attempt fits. A call may begin until
the request for it was answered, and the campaign's match window later. Inbound records and records that say neither
match nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState
from dialer.providers.platform import CallRecord

EARLY = timedelta(seconds=30)
"""How far a record's time may lie before our intent: the platform's clock is not ours."""
LATEST = timedelta(days=1)
"""How long after our request a call may begin of somebody whom nobody but us has called since."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An attempt that may have a record, and its campaign's file, which says how it is read and matched.

    ``outcome_at``: when its request was answered, or given up; None where that is not known.
    """

    id: int
    ref: str
    number: str
    state: AttemptState
    intent_at: datetime
    outcome_at: datetime | None
    call_id: str | None
    raw_status: str
    spec: Spec


def match(records: Sequence[CallRecord], attempts: Sequence[Candidate]) -> list[tuple[Candidate, CallRecord]]:
    """Pair records with attempts, each attempt and each call at most once.

    What is known for sure, by reference or call id, comes first; of several records that fit, the earliest wins.
    """
    by_ref = {attempt.ref: attempt for attempt in attempts}
    by_call = {attempt.call_id: attempt for attempt in attempts if attempt.call_id}
    by_number: dict[str, list[Candidate]] = {}
    for one in sorted(attempts, key=lambda one: one.intent_at, reverse=True):
        by_number.setdefault(one.number, []).append(one)
    outbound = [record for record in records if record.outbound]
    outbound.sort(key=lambda record: (record.created_at is None, record.created_at))
    pairs: dict[int, tuple[Candidate, CallRecord]] = {}
    others = []
    for record in outbound:
        known = by_ref.get(record.ref or "") or by_call.get(record.call_id or "")
        if known is not None:
            pairs.setdefault(known.id, (known, record))
        elif record.ref is None:
            others.append(record)
    for record in others:
        last = by_ref.get(record.contact_ref or "")
        likely = _in_time(record, [last] if last else [], LATEST)
        likely = likely or _in_time(record, by_number.get(record.number or "", []))
        if likely is not None:
            pairs.setdefault(likely.id, (likely, record))
    return list(pairs.values())


def _in_time(record: CallRecord, open_ones: Sequence[Candidate], window: timedelta | None = None) -> Candidate | None:
    """The first that the record's time fits; ``window`` None: each has its campaign's."""
    if record.created_at is None:
        return None
    for attempt in open_ones:
        other_call = attempt.call_id is not None and record.call_id is not None and attempt.call_id != record.call_id
        latest = (attempt.outcome_at or attempt.intent_at) + (window or attempt.spec.engine.match_window)
        if not other_call and attempt.intent_at - EARLY <= record.created_at <= latest:
            return attempt
    return None
