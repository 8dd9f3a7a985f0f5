"""The facts that a contact's next step hangs on, and the step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.campaigns import spec_and_rules
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import attempts_used
from campaigns.ledger.people import numbers_of, person_of_contact
from campaigns.ledger.review import CALLBACK, review
from campaigns.ledger.tables import attempts
from campaigns.rules.callbacks import asked_for, callback_step
from campaigns.rules.dispositions import Said
from campaigns.rules.facts import Place
from campaigns.rules.retry import NUMBER_IS_FINISHED, Step, next_step, timed
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended, when, and what was said in it; ``result`` None: the platform refused the number."""

    result: Result | None
    at: datetime
    said: Said


def step_after(tx: Tx, attempt: sa.Row[Any], contact: sa.Row[Any], ended: Ended) -> Step:
    """Where the contact goes after this attempt: what was said in the call goes before what came of it.

    A time to call back that nobody can read is kept for a person, and the contact is tried again meanwhile.
    """
    spec, rules = spec_and_rules(tx.conn, attempt.campaign_id, tx.now)
    place, position = person_of_contact(contact).place, contact.position
    step = _said_step(tx, attempt, contact, ended, spec, rules, place)
    if step is None:
        used = attempts_used(tx, contact.id)
        finished = _finished(tx, contact) if len(contact.numbers) > 1 else ()
        step = next_step(ended.result, ended.at, used, position, len(contact.numbers), spec.retries, finished)
    return timed(step, place, rules, attempt.intent_at or ended.at, contact.expires_at)


def _said_step(
    tx: Tx, attempt: sa.Row[Any], contact: sa.Row[Any], ended: Ended, spec: Spec, rules: Rules, place: Place
) -> Step | None:
    """The step that the disposition asks for; None: the result decides."""
    position, again = contact.position, ended.at + spec.outcomes.retry
    match ended.said.action:
        case "opt_out":
            return Step(ContactState.EXCLUDED, Reason.ASKED_TO_STOP, None, position)
        case "stop":
            return Step(ContactState.DONE, Reason.STOPPED, None, position)
        case None:
            return None
        case action:
            most = spec.retries.attempts + (spec.retries.callbacks if action == "callback" else 0)
            if attempts_used(tx, contact.id) >= most:
                return Step(ContactState.EXHAUSTED, Reason.ATTEMPTS_USED, None, position)
    retry = Step(ContactState.READY, Reason.RETRY_WAIT, again, position, "other")
    if action == "retry" or ended.said.callback is None:
        return retry
    asked = asked_for(ended.said.callback, place, ended.at)
    if asked is None:
        review(tx, contact, CALLBACK, ended.said.callback, attempt.id)
        return replace(retry, reason=Reason.CALLBACK_UNREADABLE)
    return callback_step(asked, place, rules, tx.now, position)


def _finished(tx: Tx, contact: sa.Row[Any]) -> set[int]:
    """Which of the contact's numbers are never tried again: they do not exist, or the platform refused them."""
    final = attempts.c.result.in_([*NUMBER_IS_FINISHED]) | (attempts.c.state == AttemptState.REJECTED)
    statement = sa.select(attempts.c.number).where(attempts.c.contact_id == contact.id, final)
    numbers = set(tx.conn.execute(statement).scalars())
    return {at for at, number in enumerate(numbers_of(contact)) if number in numbers}
