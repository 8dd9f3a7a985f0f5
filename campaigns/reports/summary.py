"""What became of a campaign in numbers that tie: every row of the lists and every attempt is in exactly one of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.errors import DialerError
from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.closures import earliest_date
from campaigns.ledger.lookups import Spent, spent
from campaigns.ledger.registries import active
from campaigns.ledger.tables import attempts, campaigns, contacts, lists, rows
from campaigns.reports.calls import (
    Funnel,
    Hour,
    Message,
    Pace,
    Wording,
    funnel,
    hours,
    messages,
    pace,
    wordings,
)
from campaigns.rules.own import OwnRule, own_rules
from campaigns.vocabulary import AttemptState, ContactState, Result, Verdict


@dataclass(frozen=True, slots=True)
class Source:
    """A lead list of the campaign; ``complete`` False: it is still being loaded."""

    file: str
    sheet: str
    rows: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Reasoned:
    """How many rows, or contacts, share a verdict, or state, and a reason."""

    where: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A do-not-call registry that people are looked for in; ``override`` is why an old copy is."""

    name: str
    jurisdiction: str
    as_of: str
    numbers: int
    sha256: str
    override: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A campaign at one instant.

    ``rows`` is the sum of ``verdicts``; the accepted ones of these are the sum of ``contacts`` (by state); ``attempts``
    are by state, and those that ended are the sum of ``results``. ``made_up_agent``: it was rehearsed without a copy of
    the agent's settings. ``row_reasons`` say why rows are no contacts, ``contact_reasons`` why contacts are in their
    state. ``own_rules`` is what differs from the law as the tables have it, closed places included; ``agent_blocks``
    what the agent's own settings block; ``settings`` is the campaign file as the ledger keeps it.
    """

    campaign: str
    client: str
    state: str
    state_reason: str | None
    state_detail: str
    account: str
    agent: str
    made_at: datetime
    rehearsal: bool
    made_up_agent: bool
    sources: tuple[Source, ...]
    rows: int
    verdicts: dict[str, int]
    row_reasons: tuple[Reasoned, ...]
    contacts: dict[str, int]
    contact_reasons: tuple[Reasoned, ...]
    attempts: dict[str, int]
    results: dict[str, int]
    funnel: Funnel
    hours: tuple[Hour, ...]
    pace: Pace
    wordings: tuple[Wording, ...]
    messages: tuple[Message, ...]
    own_rules: tuple[OwnRule, ...]
    agent_blocks: tuple[str, ...]
    look_ups: Spent
    settings: dict[str, Any]
    registries: tuple[Listed, ...] = ()

    @property
    def held(self) -> dict[str, int]:
        """Contacts whose last call's outcome could not be learned, by reason."""
        return {item.reason: item.count for item in self.contact_reasons if item.where == ContactState.HELD}

    @property
    def unmapped(self) -> tuple[Wording, ...]:
        """Words of the platform that have ended no call: live ones, and ones that we cannot read."""
        return tuple(wording for wording in self.wordings if wording.result is None)

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON; instants in ISO 8601."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain | {"held": self.held}


def summarise(conn: sa.Connection, campaign_id: int, now: datetime, *, rehearsal: bool = False) -> Summary:
    """Count the campaign's rows, contacts and attempts as they stand in one snapshot of the ledger.

    Raises DialerError when the numbers do not tie, which no report may hide.
    """
    if conn.dialect.name == "postgresql" and not conn.in_transaction():
        conn.execution_options(isolation_level="REPEATABLE READ")  # SQLite's reads are one snapshot by themselves
    campaign = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    verdicts, row_reasons = _row_counts(conn, campaign_id)
    states, contact_reasons = _contact_counts(conn, campaign_id)
    attempt_states, results = _attempt_counts(conn, campaign_id)
    sources = _sources(conn, campaign_id)
    summary = Summary(
        campaign=campaign.name,
        client=campaign.client,
        state=campaign.state,
        state_reason=campaign.reason,
        state_detail=campaign.detail,
        account=campaign.account,
        agent=campaign.agent,
        made_at=now,
        rehearsal=rehearsal,
        made_up_agent=rehearsal and campaign.agent_fields is None,
        sources=sources,
        rows=sum(source.rows for source in sources),
        verdicts=verdicts,
        row_reasons=row_reasons,
        contacts=states,
        contact_reasons=contact_reasons,
        attempts=attempt_states,
        results=results,
        funnel=funnel(conn, campaign_id, sum(states.values())),
        hours=hours(conn, campaign_id),
        pace=pace(conn, campaign_id),
        wordings=wordings(conn, campaign_id),
        messages=messages(conn, campaign_id),
        own_rules=own_rules(rules_of(conn, campaign, now), earliest_date(now)),
        agent_blocks=tuple(campaign.agent_blocks or ()),
        look_ups=spent(conn, campaign_id),
        settings=json.loads(campaign.spec),
        registries=_registries(conn),
    )
    _tie(summary)
    return summary


def _sources(conn: sa.Connection, campaign_id: int) -> tuple[Source, ...]:
    count = sa.select(sa.func.count()).where(rows.c.list_id == lists.c.id).scalar_subquery()
    statement = sa.select(lists.c.file, lists.c.sheet, count, lists.c.complete)
    of_campaign = statement.where(lists.c.campaign_id == campaign_id).order_by(lists.c.id)
    return tuple(Source(*row) for row in conn.execute(of_campaign))


def _row_counts(conn: sa.Connection, campaign_id: int) -> tuple[dict[str, int], tuple[Reasoned, ...]]:
    what = (rows.c.verdict, rows.c.reason)
    statement = sa.select(*what, sa.func.count()).join(lists, lists.c.id == rows.c.list_id)
    counted = conn.execute(statement.where(lists.c.campaign_id == campaign_id).group_by(*what)).all()
    verdicts = _by_word(Verdict, ((verdict, count) for verdict, _, count in counted))
    return verdicts, _reasoned(row for row in counted if row.reason)


def _contact_counts(conn: sa.Connection, campaign_id: int) -> tuple[dict[str, int], tuple[Reasoned, ...]]:
    what = (contacts.c.state, contacts.c.reason)
    statement = sa.select(*what, sa.func.count()).where(contacts.c.campaign_id == campaign_id).group_by(*what)
    counted = conn.execute(statement).all()
    states = _by_word(ContactState, ((state, count) for state, _, count in counted))
    return states, _reasoned(row for row in counted if row.state != ContactState.DIALING)


def _attempt_counts(conn: sa.Connection, campaign_id: int) -> tuple[dict[str, int], dict[str, int]]:
    what = (attempts.c.state, attempts.c.result)
    statement = sa.select(*what, sa.func.count()).where(attempts.c.campaign_id == campaign_id).group_by(*what)
    counted = conn.execute(statement).all()
    states = _by_word(AttemptState, ((state, count) for state, _, count in counted))
    return states, _by_word(Result, ((result, count) for _, result, count in counted if result))


def _by_word(words: Iterable[str], counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for word, count in counted:
        counts[word] += count
    return {str(word): counts[word] for word in words}


def _reasoned(counted: Iterable[Any]) -> tuple[Reasoned, ...]:
    items = [Reasoned(where, reason, count) for where, reason, count in counted]
    return tuple(sorted(items, key=lambda item: (-item.count, item.where, item.reason)))


def _registries(conn: sa.Connection) -> tuple[Listed, ...]:
    return tuple(
        Listed(copy.name, copy.jurisdiction, copy.as_of.isoformat(), copy.numbers, copy.sha256, copy.override)
        for copy in active(conn)
    )


def _tie(summary: Summary) -> None:
    accepted, people = summary.verdicts[Verdict.ACCEPTED], sum(summary.contacts.values())
    ended, results = summary.attempts[AttemptState.ENDED], sum(summary.results.values())
    pairs = {
        "rows in the lists and the sum of verdicts": (summary.rows, sum(summary.verdicts.values())),
        "accepted rows and contacts": (accepted, people),
        "ended attempts and results": (ended, results),
    }
    for what, (left, right) in pairs.items():
        if left != right:
            raise DialerError(
                f'campaign "{summary.campaign}": {what} differ: {left} and {right}; the ledger is damaged'
            )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
