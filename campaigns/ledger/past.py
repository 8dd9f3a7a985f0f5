"""The calls of 24 hours as budgets count them, in slots of five minutes.

To add a hundred thousand calls up took 200 ms, for every batch of intents (measured). A slot whose calls have all come
to their end changes no more: it is counted once, and only the others again. They are counted from rows either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from campaigns.ledger.columns import EPOCH, MICROSECOND
from campaigns.ledger.tables import attempts
from campaigns.spec import Spec
from campaigns.vocabulary import OPEN_STATES, AttemptState, Result

DAY = timedelta(hours=24)
SLOT = timedelta(minutes=5)
MINUTE_S = 60.0
PENDING = (*OPEN_STATES, AttemptState.UNRESOLVED, AttemptState.LOST)
NO_TALK = (Result.NO_ANSWER, Result.BUSY, Result.DECLINED, Result.INVALID_NUMBER, Result.UNREACHABLE, Result.FAILED,
           Result.CANCELLED)  # fmt: skip


class Made(NamedTuple):
    """Calls, those of them that were not refused, those whose length is not known, and billed minutes of the others."""

    calls: int = 0
    placed: int = 0
    unknown: int = 0
    minutes: float = 0.0


Slots = dict[int, Made]
"""By slot, counted from the epoch."""


class Past:
    """Remembers slots that change no more, for the writer of a ledger; a clock that goes back makes it forget them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, float], Slots] = {}
        self._latest = EPOCH

    def clear(self) -> None:
        """Forget everything: what was seen in a transaction that failed never happened."""
        self._kept.clear()

    def made(self, conn: sa.Connection, specs: Mapping[int, Spec], now: datetime) -> dict[int, Slots]:
        """What campaigns made in 24 hours, by slot; at most one statement."""
        if now < self._latest:
            self.clear()
        self._latest = now
        first, present = _slot_of(now - DAY), _slot_of(now)
        kept = {id_: self._kept.setdefault((id_, _rounding_s(spec)), {}) for id_, spec in specs.items()}
        for slots in kept.values():
            for old in [slot for slot in slots if slot <= first]:
                del slots[old]
        asked = [slot for slot in range(first, present + 1) if any(slot not in slots for slots in kept.values())]
        found: dict[int, Slots] = {id_: {} for id_ in specs}
        pending = set[tuple[int, int]]()
        for id_, slot, calls, placed, unknown, minutes, waiting in conn.execute(_counted(specs, now, asked)):
            found[id_][slot] = Made(calls, placed, unknown, minutes)
            if waiting:
                pending.add((id_, slot))
        over = [slot for slot in asked if first < slot < present - 1]  # clocks of workers differ a little
        for id_, slots in kept.items():
            slots.update({slot: found[id_].get(slot, Made()) for slot in over if (id_, slot) not in pending})
        return {id_: slots | found[id_] for id_, slots in kept.items()}


def past_of(conn: sa.Connection) -> Past | None:
    """What the writer of this connection's ledger remembers."""
    past: Past | None = conn.get_execution_options().get("past")
    return past


def each_in(
    conn: sa.Connection, specs: Mapping[int, Spec], slot: int, now: datetime
) -> list[tuple[int, datetime, Made]]:
    """The calls of one slot, the oldest first: campaign, intent, and what each is counted as."""
    made = _calls(specs, now, [slot])
    found = conn.execute(sa.select(made).order_by(made.c.intent_at))
    return [(row.campaign_id, row.intent_at, Made(1, row.placed, row.unknown, row.minutes)) for row in found]


def _counted(specs: Mapping[int, Spec], now: datetime, slots: Sequence[int]) -> sa.Select[Any]:
    made = _calls(specs, now, slots)
    slot = sa.type_coerce(made.c.intent_at, sa.BigInteger) // (SLOT // MICROSECOND)
    sums = (sa.func.sum(made.c[name]) for name in ("placed", "unknown", "minutes", "pending"))
    return sa.select(made.c.campaign_id, slot, sa.func.count(), *sums).group_by(made.c.campaign_id, slot)


def _calls(specs: Mapping[int, Spec], now: datetime, slots: Sequence[int]) -> sa.Subquery:
    """The calls of these slots that count; one is of ``unknown`` length also while it is open."""
    columns = attempts.c
    rounding_s = sa.case({id_: _rounding_s(spec) for id_, spec in specs.items()}, value=columns.campaign_id)
    refused = columns.state == AttemptState.REJECTED
    silent = sa.case((columns.result.in_(NO_TALK), 0.0))
    talk_s = sa.case((columns.state == AttemptState.ENDED, sa.func.coalesce(columns.duration_s, silent)))
    units = talk_s / rounding_s
    whole = sa.cast(units, sa.Integer)  # one database rounds here, the other cuts off; the next line is right for both
    begun = whole + sa.case((whole < units, 1), else_=0)
    within = (columns.intent_at.between(begin, end - MICROSECOND) for begin, end in _spans(slots))
    return (
        sa.select(
            columns.campaign_id,
            columns.intent_at,
            sa.case((columns.state.in_(PENDING), 1), else_=0).label("pending"),
            sa.case((refused, 0), else_=1).label("placed"),
            sa.case((refused, 0), (talk_s.is_(None), 1), else_=0).label("unknown"),
            (sa.func.coalesce(begun, 0) * rounding_s / MINUTE_S).label("minutes"),
        )
        .where(columns.campaign_id.in_([*specs]), sa.or_(*within), columns.intent_at > now - DAY)
        .where(columns.state != AttemptState.NOT_PLACED)
        .subquery()
    )


def _spans(slots: Sequence[int]) -> Iterator[tuple[datetime, datetime]]:
    """Neighbouring slots as one span of time, its end not included."""
    there = set(slots)
    for begin in (slot for slot in slots if slot - 1 not in there):
        end = next(slot for slot in range(begin, begin + len(slots) + 1) if slot not in there)
        yield EPOCH + begin * SLOT, EPOCH + end * SLOT


def _slot_of(at: datetime) -> int:
    return (at - EPOCH) // SLOT


def _rounding_s(spec: Spec) -> float:
    return spec.cost.rounding.total_seconds()
