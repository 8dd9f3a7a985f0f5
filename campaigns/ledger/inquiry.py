"""Why one lead has not been called, and when it will be: what ``dialer why`` shows. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotFound
from campaigns.leads.lead import Refusal
from campaigns.leads.numbers.phones import read_phones
from campaigns.ledger.campaigns import parse_stored, rules_of
from campaigns.ledger.curbs import curbs
from campaigns.ledger.decisions import describe
from campaigns.ledger.people import histories, person_of_contact
from campaigns.ledger.queries import WAITED, day_frees, meaning, rests_until
from campaigns.ledger.tables import OPEN, attempts, contacts, decisions, lists, rows
from campaigns.rules.callbacks import callback_check
from campaigns.rules.decide import decide
from campaigns.rules.explain import explain
from campaigns.rules.facts import Check, History, Person
from campaigns.rules.lifetime import Lifetime
from campaigns.rules.rules import Rules
from campaigns.rules.sooner import Wish, sooner
from campaigns.spec import describe_moment
from campaigns.vocabulary import CampaignState, ContactState, Reason

Judged = tuple[str | None, datetime | None, tuple[Check, ...], tuple[Wish, ...]]
ROW_DIGITS = 7
"""A longer run of digits is a phone number, no row."""


@dataclass(frozen=True, slots=True)
class Try:
    """One past or open attempt, with the platform's own words; ``allowed``: the facts it was allowed by, in words."""

    number: str
    state: str
    result: str | None
    sent_at: datetime | None
    ended_at: datetime | None
    duration_s: float | None
    http_status: int | None
    text: str
    raw_status: str
    raw_answered_by: str
    call_id: str | None
    allowed: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All there is to say of one row of a campaign's lists.

    ``state`` is the contact's, or the row's verdict where it never became one. ``next_at`` is the first instant at
    which the rules allow the call, were the campaign running; None for who does not wait, or may never be called.
    ``checks`` are the rules in order, as they stand now, for who waits or was excluded, and ``sooner`` what of the
    user's own would bring the call forward. Who is being called has no ``reason``.
    """

    campaign: str
    file: str
    row: int
    phone: str | None
    state: str
    reason: str | None
    detail: str
    suggestion: str
    zones: tuple[str, ...]
    next_at: datetime | None
    checks: tuple[Check, ...]
    attempts: tuple[Try, ...]
    sooner: tuple[Wish, ...] = ()


def inquire(conn: sa.Connection, campaign: sa.Row[Any], asked: str, now: datetime) -> Inquiry:
    """Look into the lead that ``asked`` names: its row in the list, or its number in any form; raises NotFound."""
    row, contact = find_lead(conn, campaign, asked)
    if contact is None:
        return Inquiry(
            campaign.name, row.file, row.row, row.number, row.verdict, row.reason, row.detail, row.suggestion,
            (), None, (), (),
        )  # fmt: skip
    tries = _tries(conn, contact.id)
    judged: Judged = (None if contact.state == ContactState.DIALING else contact.reason, None, (), ())
    if contact.state in (ContactState.READY, ContactState.EXCLUDED):
        judged = _judge(conn, campaign, contact, now, called=bool(tries))
    reason, next_at, checks, wishes = judged
    return Inquiry(
        campaign.name, row.file, row.row, contact.numbers[contact.position]["e164"], contact.state, reason,
        meaning(reason), "", tuple(filter(None, contact.zones.split(","))), next_at, checks, tries, wishes,
    )  # fmt: skip


def find_lead(conn: sa.Connection, campaign: sa.Row[Any], asked: str) -> tuple[sa.Row[Any], sa.Row[Any] | None]:
    """The row (with its list's ``file``) and its contact, if it became one; raises NotFound.

    Of several lists with such a row the newest counts.
    """
    text = asked.strip()
    if text.isdecimal() and len(text) <= ROW_DIGITS:
        row = _row(conn, campaign.id, rows.c.row == int(text))
        if row is None:
            raise NotFound(f'campaign "{campaign.name}" has no row {text}; rows are counted as the list shows them')
        return row, _contact(conn, (contacts.c.list_id == row.list_id) & (contacts.c.row == row.row))
    number = read_number(text, parse_stored(campaign.spec).leads.country)
    contact = _contact_with(conn, campaign.id, number)
    here = rows.c.number == number
    if contact is not None:
        here = (rows.c.list_id == contact.list_id) & (rows.c.row == contact.row)
    row = _row(conn, campaign.id, here)
    if row is None:
        raise NotFound(f'campaign "{campaign.name}" has no lead with this number; its row in the list is taken too')
    return row, contact


def read_number(text: str, country: str | None) -> str:
    """One number as a person types it, as E.164; raises NotFound, saying what is wrong with it."""
    found = read_phones(text, country)
    if isinstance(found, Refusal) and found.reason is Reason.AMBIGUOUS_COUNTRY:
        found = read_phones(f"+{text.strip()}", None)
    if isinstance(found, Refusal):
        raise NotFound(f"{found.detail} {found.suggestion}".strip())
    return found[0].e164


def _row(conn: sa.Connection, campaign_id: int, which: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    statement = sa.select(rows, lists.c.file).join(lists, lists.c.id == rows.c.list_id)
    newest = statement.where(lists.c.campaign_id == campaign_id, which).order_by(lists.c.id.desc(), rows.c.row)
    return conn.execute(newest.limit(1)).one_or_none()


def _contact(conn: sa.Connection, which: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    return conn.execute(sa.select(contacts).where(which).limit(1)).one_or_none()


def _contact_with(conn: sa.Connection, campaign_id: int, number: str) -> sa.Row[Any] | None:
    """By the first number, which has an index; only then by any other."""
    mine = contacts.c.campaign_id == campaign_id
    any_number = sa.cast(contacts.c.numbers, sa.Text).contains(f'"{number}"')
    return _contact(conn, mine & (contacts.c.identity == number)) or _contact(conn, mine & any_number)


def _tries(conn: sa.Connection, contact_id: int) -> tuple[Try, ...]:
    columns = (
        attempts.c.number, attempts.c.state, attempts.c.result, attempts.c.intent_at, attempts.c.ended_at,
        attempts.c.duration_s, attempts.c.http_status, attempts.c.platform_text, attempts.c.raw_status,
        attempts.c.raw_answered_by, attempts.c.call_id,
    )  # fmt: skip
    kept = attempts.outerjoin(decisions, decisions.c.attempt_id == attempts.c.id)
    statement = sa.select(*columns, decisions.c.facts).select_from(kept).where(attempts.c.contact_id == contact_id)
    found = conn.execute(statement.order_by(attempts.c.id))
    return tuple(replace(each, allowed=describe(each.allowed)) for each in (Try(*tuple(row)) for row in found))


def _judge(conn: sa.Connection, campaign: sa.Row[Any], contact: sa.Row[Any], now: datetime, *, called: bool) -> Judged:
    """Reason, next instant, checks and wishes of a contact that waits or was excluded."""
    rules = rules_of(conn, campaign, now)
    person = person_of_contact(contact)
    history = histories(conn, [contact], campaign, rules, now)[contact.id]
    rest, day = rests_until(conn, campaign.account, now), day_frees(conn, campaign, now)
    held_back = curbs(conn, campaign, now)
    until = max(rest or now, day or now, held_back.until or now)
    busy = conn.execute(sa.select(attempts.c.id).where(OPEN, attempts.c.number == person.number)).first() is not None
    life = Lifetime(contact.not_before, contact.expires_at)
    checks = (
        _campaign(campaign),
        *explain(person, history, rules, now)[:-1],
        *life.check(now, person.zones),
        *callback_check(contact.callback_at, contact.next_at, now, person.zones),
        *held_back.checks(),
        *_limits(campaign, contact, now, rest, day, busy=busy),
    )
    wishes = _wishes(person, history, rules, contact, now, until)
    if contact.state == ContactState.EXCLUDED:
        return contact.reason, None, checks, wishes
    at = max(until, contact.next_at)
    decision = life.bound(decide(person, history, rules, at), at)
    if not decision.allowed and decision.next_at is None:
        return str(decision.reason), None, checks, wishes
    if contact.next_at > now:
        reason = contact.reason
    elif day:
        reason = Reason.PER_DAY
    elif held_back.reason:
        reason = held_back.reason
    else:
        allowed = Reason.RETRY_WAIT if called else Reason.NEW
        reason = decide(person, history, rules, now).reason or (Reason.NUMBER_BUSY if busy else allowed)
    return str(reason), at if decision.allowed else decision.next_at, checks, wishes


def _wishes(
    person: Person, history: History, rules: Rules, contact: sa.Row[Any], now: datetime, floor: datetime
) -> tuple[Wish, ...]:
    """What would help under the rules, and before that, what would make its turn come sooner."""
    if contact.next_at is None or contact.next_at <= floor or contact.reason in WAITED:
        return tuple(sooner(person, history, rules, floor))
    if contact.reason != Reason.RETRY_WAIT:
        return tuple(sooner(person, history, rules, contact.next_at))
    decision = decide(person, history, rules, floor)
    at = floor if decision.allowed else decision.next_at
    shorter = [Wish("a shorter wait in [retries]", at)] if at and at < contact.next_at else []
    return (*shorter, *sooner(person, history, rules, contact.next_at))


def _campaign(campaign: sa.Row[Any]) -> Check:
    state = CampaignState(campaign.state)
    why = campaign.detail or meaning(campaign.reason)
    return Check("campaign", state is CampaignState.RUNNING, f"{state}: {why or state.meaning}")


def _limits(
    campaign: sa.Row[Any], contact: sa.Row[Any], now: datetime, rest: datetime | None, day: datetime | None, *,
    busy: bool,
) -> Iterator[Check]:  # fmt: skip
    """What the engine asks beside the rules."""
    if campaign.per_day:
        until = f"; room again from {describe_moment(day)}" if day else ""
        yield Check("calls per day", day is None, f"at most {campaign.per_day} calls in 24 hours{until}")
    if rest:
        yield Check("account", False, f'the account "{campaign.account}" rests until {describe_moment(rest)}')
    if busy:
        yield Check("number", False, Reason.NUMBER_BUSY.meaning)
    if contact.next_at is not None:
        due = contact.next_at <= now
        since = "due since" if due else "its turn comes at"
        why = "" if due else f": {meaning(contact.reason)}"
        yield Check("turn", due, f"{since} {describe_moment(contact.next_at)}{why}")
