"""What the attempts of a campaign add up to: the funnel, the hours, the pace, and what the platform said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaigns.ledger.columns import EPOCH
from campaigns.ledger.tables import attempts, contacts
from campaigns.reports.times import local
from campaigns.rules.retry import REACHED
from campaigns.vocabulary import UNSENT_STATES, AttemptState, Result

CALLED = attempts.c.state.not_in([*UNSENT_STATES, AttemptState.REJECTED])
"""A call was placed, or may have been."""

CONNECTED = REACHED | {Result.VOICEMAIL_LEFT, Result.VOICEMAIL_NO_MESSAGE, Result.FAX, Result.SILENT}
"""Results of calls that somebody or something answered."""

QUARTER = timedelta(minutes=15)
"""Every zone's offset from UTC is a multiple of this, so a quarter of an hour never spans two local hours."""

SECOND_US = 1_000_000
MOST_TEXTS = 50
UNKNOWN_HOUR = "unknown"


@dataclass(frozen=True, slots=True)
class Funnel:
    """People: how many there are, were dialed, had the call answered by anyone or anything, and were spoken to."""

    leads: int
    dialed: int
    connected: int
    human: int


@dataclass(frozen=True, slots=True)
class Hour:
    """Calls begun in one hour of the person's own day, ``"00"`` to ``"23"``, and how many of them a person answered."""

    hour: str
    calls: int
    human: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast calls were begun, by the instant of their intent.

    ``per_minute`` is the mean over the minutes in which there was a call at all.
    """

    calls: int
    first_call: datetime | None
    last_call: datetime | None
    busiest_second: int
    busiest_minute: int
    per_minute: float
    talk_s: float


@dataclass(frozen=True, slots=True)
class Wording:
    """A pair of the platform's raw words and how we read it; ``result`` None: it has ended no call yet."""

    status: str
    answered_by: str
    result: str | None
    calls: int


@dataclass(frozen=True, slots=True)
class Message:
    """What the platform or the network said to a request, and to how many."""

    text: str
    state: str
    http_status: int | None
    requests: int


def funnel(conn: sa.Connection, campaign_id: int, leads: int) -> Funnel:
    """How many of the campaign's ``leads`` came how far."""

    def people(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.distinct(sa.case((which, attempts.c.contact_id))))

    stages = (CALLED, attempts.c.result.in_([*CONNECTED]), attempts.c.result.in_([*REACHED]))
    counts = sa.select(*(people(stage) for stage in stages)).where(attempts.c.campaign_id == campaign_id)
    dialed, connected, human = tuple(conn.execute(counts).one())
    return Funnel(leads, dialed, connected, human)


def hours(conn: sa.Connection, campaign_id: int) -> tuple[Hour, ...]:
    """Calls by local hour, all 24 of them; calls to people of unknown zone come last, where there are any."""
    quarter = sa.type_coerce(attempts.c.intent_at, sa.BigInteger) // (QUARTER // timedelta(microseconds=1))
    human = sa.func.sum(sa.case((attempts.c.result.in_([*REACHED]), 1), else_=0))
    statement = (
        sa.select(contacts.c.zones, quarter.label("quarter"), sa.func.count().label("calls"), human.label("human"))
        .join(contacts, contacts.c.id == attempts.c.contact_id)
        .where(attempts.c.campaign_id == campaign_id, CALLED, attempts.c.intent_at.is_not(None))
        .group_by(contacts.c.zones, "quarter")
    )
    calls: Counter[str] = Counter()
    humans: Counter[str] = Counter()
    for row in conn.execute(statement):
        there = local(EPOCH + row.quarter * QUARTER, row.zones)
        hour = f"{there:%H}" if there else UNKNOWN_HOUR
        calls[hour] += row.calls
        humans[hour] += row.human
    names = [f"{hour:02}" for hour in range(24)] + [UNKNOWN_HOUR] * (UNKNOWN_HOUR in calls)
    return tuple(Hour(name, calls[name], humans[name]) for name in names)


def pace(conn: sa.Connection, campaign_id: int) -> Pace:
    """How fast the campaign dialed."""
    called = (attempts.c.campaign_id == campaign_id) & CALLED & attempts.c.intent_at.is_not(None)
    ends = sa.select(
        sa.func.count(), sa.func.min(attempts.c.intent_at), sa.func.max(attempts.c.intent_at),
        sa.func.coalesce(sa.func.sum(attempts.c.duration_s), 0.0),
    ).where(called)  # fmt: skip
    calls, first, last, talk_s = conn.execute(ends).one()

    def busiest(seconds: int) -> tuple[int, int]:
        slot = sa.type_coerce(attempts.c.intent_at, sa.BigInteger) // (seconds * SECOND_US)
        slots = sa.select(sa.func.count().label("calls")).where(called).group_by(slot).subquery()
        most, filled = tuple(conn.execute(sa.select(sa.func.max(slots.c.calls), sa.func.count(slots.c.calls))).one())
        return most or 0, filled

    in_second, _ = busiest(1)
    in_minute, minutes = busiest(60)
    return Pace(calls, first, last, in_second, in_minute, round(calls / minutes, 2) if minutes else 0.0, talk_s)


def wordings(conn: sa.Connection, campaign_id: int) -> tuple[Wording, ...]:
    """The platform's words and our reading of them, most frequent first."""
    words = (attempts.c.raw_status, attempts.c.raw_answered_by, attempts.c.result)
    said = (attempts.c.raw_status != "") | (attempts.c.raw_answered_by != "")
    count = sa.func.count()
    statement = sa.select(*words, count).where(attempts.c.campaign_id == campaign_id, said)
    grouped = statement.group_by(*words).order_by(count.desc(), *words).limit(MOST_TEXTS)
    return tuple(Wording(*row) for row in conn.execute(grouped))


def messages(conn: sa.Connection, campaign_id: int) -> tuple[Message, ...]:
    """What was answered to requests, most frequent first."""
    what = (attempts.c.platform_text, attempts.c.state, attempts.c.http_status)
    count = sa.func.count()
    statement = sa.select(*what, count).where(attempts.c.campaign_id == campaign_id, attempts.c.platform_text != "")
    grouped = statement.group_by(*what).order_by(count.desc(), *what).limit(MOST_TEXTS)
    return tuple(Message(*row) for row in conn.execute(grouped))
