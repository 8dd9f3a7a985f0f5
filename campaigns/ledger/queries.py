"""Where campaigns stand: what ``status``, ``list`` and the web page show. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotFound
from campaigns.ledger.campaigns import every, find, rules_of
from campaigns.ledger.curbs import Curbs, curbs
from campaigns.ledger.evidence import Evidence, held, unknown
from campaigns.ledger.incidents import Noticed, noticed
from campaigns.ledger.people import histories, person_of_contact
from campaigns.ledger.review import questions
from campaigns.ledger.tables import SAID, accounts, attempts
from campaigns.ledger.tallies import calls_by_result, leads_by_reason, leads_by_state, results_of, rows_by_verdict
from campaigns.ledger.waiting import first_due, next_ones
from campaigns.rules.decide import decide
from campaigns.vocabulary import HOURS, OPEN_STATES, AttemptState, ContactState, Reason, Verdict

DAY = timedelta(hours=24)
LOOKS = (50, 2000)
"""How many waiting contacts, the earliest first, are asked for the next call: more where those do not tell."""
LAST_SAID = 1000
"""How many requests that were answered with words are looked at, the newest first."""
MOST = 10
"""How many attempts of unknown outcome, and texts of the platform, are shown one by one."""
WAITED = (
    *(*HOURS, Reason.NOT_STARTED, Reason.NOT_YET, Reason.PER_DAY),
    *(Reason.NUMBER_RESTS, Reason.NUMBER_FULL),
    *(Reason.ATTEMPT_CAP, Reason.ATTEMPT_CAP_DAYS, Reason.SPOKEN_LATELY, Reason.MINIMUM_GAP),
)
"""Reasons that are over once the contact is due; the ledger keeps them until its turn comes."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many rows, or contacts, share a verdict, or state, and a reason."""

    state: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the platform or the network answered to requests, and to how many of the newest ``LAST_SAID``."""

    text: str
    state: str
    requests: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign at one instant; no names or numbers of people.

    ``rows`` are by verdict, ``leads`` by state of the contact, ``results`` of the attempts that ended, ``open`` the
    attempts that may be live calls. ``rests_until`` is when the account may dial again, where it may not now.
    ``next_due_at`` is the first instant a waiting contact is looked at again, ``next_call_at`` the first at which one
    may be called, as far as the rules can tell. ``held`` and ``unknown`` are the first of those whose outcome is not
    known, with the evidence; ``incidents`` are calls that ought not to be. ``to_review`` is how much waits for a
    person's judgement; ``curbs`` hold all of the campaign back.
    """

    campaign: str
    client: str
    state: str
    reason: str | None
    detail: str
    mode: str
    account: str
    agent: str
    now: datetime
    rows: dict[str, int]
    leads: dict[str, int]
    reasons: tuple[Share, ...]
    attempts: int
    open: dict[str, int]
    results: dict[str, int]
    held: tuple[Evidence, ...]
    unknown: tuple[Evidence, ...]
    incidents: tuple[Noticed, ...]
    said: tuple[Said, ...]
    rests_until: datetime | None
    next_due_at: datetime | None
    next_call_at: datetime | None
    to_review: int
    curbs: Curbs


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign in the list of all: its state and its contacts by state."""

    campaign: str
    client: str
    state: str
    reason: str | None
    mode: str
    created_at: datetime
    leads: dict[str, int]


def choose(conn: sa.Connection, name: str | None) -> sa.Row[Any]:
    """The campaign of this name, or the newest; raises NotFound."""
    if name is not None:
        return find(conn, name)
    newest = next(iter(every(conn)), None)
    if newest is None:
        raise NotFound("no campaign was launched here; `dialer launch LIST` launches one")
    return newest


def overview(conn: sa.Connection) -> list[Line]:
    """All campaigns, newest first."""
    return [
        Line(row.name, row.client, row.state, row.reason, row.mode, row.created_at,
             _tally(ContactState, leads_by_state(conn, row.id).items()))
        for row in every(conn)
    ]  # fmt: skip


def standing(conn: sa.Connection, campaign: sa.Row[Any], now: datetime) -> Standing:
    """Where the campaign stands at ``now``."""
    verdicts = rows_by_verdict(conn, campaign.id)
    held_back = curbs(conn, campaign, now)
    leads = Counter[tuple[str, str]]()
    for state, reason, due, count in leads_by_reason(conn, campaign.id, now):
        over = due and (held_back.reason or reason in WAITED)
        leads[state, (held_back.reason or Reason.NEW) if over else reason] += count
    calls = calls_by_result(conn, campaign.id)
    states = [(state, reason, count) for (state, reason), count in leads.items()]
    shares = [Share(*row) for row in (*verdicts, *states) if row[1] and row[0] != ContactState.DIALING]
    return Standing(
        campaign=campaign.name,
        client=campaign.client,
        state=campaign.state,
        reason=campaign.reason,
        detail=campaign.detail,
        mode=campaign.mode,
        account=campaign.account,
        agent=campaign.agent,
        now=now,
        rows=_tally(Verdict, ((state, count) for state, _, count in verdicts)),
        leads=_tally(ContactState, ((state, count) for state, _, count in states)),
        reasons=tuple(sorted(shares, key=lambda share: (-share.count, share.state, share.reason))),
        attempts=sum(count for state, _, count in calls if state != AttemptState.RESERVED),
        open=_tally(OPEN_STATES, ((state, count) for state, _, count in calls if state in OPEN_STATES)),
        results={str(result): count for result, count in results_of(calls).most_common()},
        held=held(conn, campaign, MOST),
        unknown=unknown(conn, campaign, MOST),
        incidents=noticed(conn, campaign),
        said=_said(conn, campaign.id),
        rests_until=rests_until(conn, campaign.account, now),
        next_due_at=first_due(conn, campaign.id),
        next_call_at=next_call(conn, campaign, max(now, held_back.until or now)),
        to_review=len(questions(conn, campaign.id)),
        curbs=held_back,
    )


def rests_until(conn: sa.Connection, account: str, now: datetime) -> datetime | None:
    """When the account may dial again; None: it may now."""
    until = conn.execute(sa.select(accounts.c.not_before).where(accounts.c.name == account)).scalar()
    return until if until and until > now else None


def day_frees(conn: sa.Connection, campaign: sa.Row[Any], now: datetime) -> datetime | None:
    """When the campaign's calls of 24 hours leave room again; None: they do now, or there is no such limit."""
    if not campaign.per_day:
        return None
    counted = (
        sa.select(attempts.c.intent_at)
        .where(attempts.c.campaign_id == campaign.id, attempts.c.intent_at > now - DAY,
               attempts.c.state != AttemptState.NOT_PLACED)
        .order_by(attempts.c.intent_at.desc())
        .offset(campaign.per_day - 1)
        .limit(1)
    )  # fmt: skip
    oldest: datetime | None = conn.execute(counted).scalar()
    return oldest + DAY if oldest else None


def next_call(conn: sa.Connection, campaign: sa.Row[Any], now: datetime) -> datetime | None:
    """The first instant at which a waiting contact may be called; None: nobody waits, or none of them may ever be.

    Contacts are asked in the order in which they are due, until nobody further could come earlier.
    """
    rules = rules_of(conn, campaign, now)
    floor = max(now, rests_until(conn, campaign.account, now) or now, day_frees(conn, campaign, now) or now)
    best: datetime | None = None
    for look in LOOKS:
        first = next_ones(conn, campaign.id, look)
        known = histories(conn, first, campaign, rules, now)
        for contact in first:
            at = max(floor, contact.next_at)
            if best is not None and at >= best:
                return best
            decision = decide(person_of_contact(contact), known[contact.id], rules, at)
            earliest = at if decision.allowed else decision.next_at
            if earliest is not None and (best is None or earliest < best):
                best = earliest
        if len(first) < look:
            break
    return best


def _said(conn: sa.Connection, campaign_id: int) -> tuple[Said, ...]:
    mine = sa.select(attempts.c.platform_text, attempts.c.state).where(attempts.c.campaign_id == campaign_id, SAID)
    last = conn.execute(mine.order_by(attempts.c.id.desc()).limit(LAST_SAID))
    counted = Counter((row.platform_text, row.state) for row in last)
    return tuple(Said(text, state, requests) for (text, state), requests in counted.most_common(MOST))


def _tally(words: Iterable[str], counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts = Counter[str]()
    for word, count in counted:
        counts[word] += count
    return {str(word): counts[word] for word in words}


def meaning(reason: str | None) -> str:
    """What a stored reason means, in plain words."""
    return Reason(reason).meaning if reason else ""
