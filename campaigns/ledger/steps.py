"""What follows an attempt: the facts that contacts' next steps hang on, read for many at once, and the steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.calls import tries_of
from campaigns.ledger.campaigns import specs_and_rules
from campaigns.ledger.controls import reopen_for_waiting
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import AFTER_A_CALL, step_contacts
from campaigns.ledger.people import numbers_of, person_of_contact
from campaigns.ledger.review import CALLBACK, review
from campaigns.ledger.tables import attempts, contacts
from campaigns.rules.callbacks import asked_for, callback_step
from campaigns.rules.dispositions import NOTHING_SAID, Said
from campaigns.rules.facts import Place
from campaigns.rules.retry import GONE, NUMBER_IS_FINISHED, Step, next_step, timed
from campaigns.rules.rules import Rules
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result

WALKS: tuple[sa.Column[Any], ...] = (
    contacts.c.id, contacts.c.campaign_id, contacts.c.state, contacts.c.priority, contacts.c.numbers,
    contacts.c.position, contacts.c.zones, contacts.c.region_state, contacts.c.consent, contacts.c.expires_at,
)  # fmt: skip
"""What of a contact its next step hangs on."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt (its row), how it ended, when, and what was said in it.

    ``result`` None: the platform refused the number.
    """

    attempt: sa.Row[Any]
    result: Result | None
    at: datetime
    said: Said = NOTHING_SAID


def follow(tx: Tx, ended: Sequence[Ended], come_from: Iterable[ContactState] = AFTER_A_CALL) -> None:
    """Let the contacts of these attempts take their next steps; the attempts have ended already."""
    if not ended:
        return
    ids = [each.attempt.contact_id for each in ended]
    found = tx.conn.execute(sa.select(*WALKS).where(among(contacts.c.id, ids)))
    people: dict[int, sa.Row[Any]] = {row.id: row for row in found}
    paths = _Paths(tx, [*people.values()])
    pairs = [(people[each.attempt.contact_id], each) for each in ended]
    step_contacts(tx, [(contact, paths.step_after(contact, each)) for contact, each in pairs], come_from)
    for campaign_id in {contact.campaign_id for contact in people.values() if contact.state == ContactState.HELD}:
        reopen_for_waiting(tx, campaign_id, "dialer")  # held ones do not keep a campaign from being done


class _Paths:
    """Where contacts go next, by the files and rules of their campaigns and by what was tried before."""

    def __init__(self, tx: Tx, people: Sequence[sa.Row[Any]]) -> None:
        self._tx = tx
        self._known = specs_and_rules(tx.conn, {contact.campaign_id for contact in people}, tx.now)
        self._used = tries_of(tx.conn, [contact.id for contact in people])
        self._finished = _finished(tx, [contact for contact in people if len(contact.numbers) > 1])

    def step_after(self, contact: sa.Row[Any], ended: Ended) -> Step:
        """Where the contact goes after this attempt: what was said in the call goes before what came of it.

        A time to call back that nobody can read is kept for a person, and the contact is tried again meanwhile. Waits
        count from the call's end, which lies between our intent and now, whatever the platform's clock says.
        """
        began = ended.attempt.intent_at or ended.at
        ended = replace(ended, at=min(max(ended.at, began), self._tx.now))
        spec, rules = self._known[contact.campaign_id]
        place, used = person_of_contact(contact).place, self._used.get(contact.id, 0)
        step = self._said_step(contact, ended, spec, rules, place, used)
        if step is None:
            finished = self._finished.get(contact.id, ())
            many = len(contact.numbers)
            step = next_step(ended.result, ended.at, used, _called(contact, ended), many, spec.retries, finished)
        return timed(step, place, rules, began, contact.expires_at)

    def _said_step(
        self, contact: sa.Row[Any], ended: Ended, spec: Spec, rules: Rules, place: Place, used: int
    ) -> Step | None:  # fmt: skip
        """The step that the disposition asks for; None: the result decides."""
        position, again = max(_called(contact, ended), 0), ended.at + spec.outcomes.retry
        match ended.said.action:
            case "opt_out":
                return Step(ContactState.EXCLUDED, Reason.ASKED_TO_STOP, None, position)
            case "stop":
                return Step(ContactState.DONE, Reason.STOPPED, None, position)
            case None:
                return None
            case action:
                most = spec.retries.attempts + (spec.retries.callbacks if action == "callback" else 0)
                if used >= most:
                    return Step(ContactState.EXHAUSTED, Reason.ATTEMPTS_USED, None, position)
        retry = Step(ContactState.READY, Reason.RETRY_WAIT, again, position, "other")
        if action == "retry" or ended.said.callback is None:
            return retry
        asked = asked_for(ended.said.callback, place, ended.at)
        if asked is None:
            review(self._tx, contact, CALLBACK, ended.said.callback, ended.attempt.id)
            return replace(retry, reason=Reason.CALLBACK_UNREADABLE)
        return callback_step(asked, place, rules, self._tx.now, position)


def _called(contact: sa.Row[Any], ended: Ended) -> int:
    """Which of the contact's numbers the attempt called: an earlier step may have moved on from it already."""
    numbers = numbers_of(contact)
    return numbers.index(ended.attempt.number) if ended.attempt.number in numbers else GONE


def _finished(tx: Tx, people: Sequence[sa.Row[Any]]) -> Mapping[int, set[int]]:
    """Which of these contacts' numbers are never tried again: they do not exist, or the platform refused them."""
    if not people:
        return {}
    final = attempts.c.result.in_([*NUMBER_IS_FINISHED]) | (attempts.c.state == AttemptState.REJECTED)
    mine = attempts.c.contact_id.in_([contact.id for contact in people])
    tried = sa.select(attempts.c.contact_id, attempts.c.number).where(mine, final)
    gone = {tuple(row) for row in tx.conn.execute(tried)}
    return {
        contact.id: {at for at, number in enumerate(numbers_of(contact)) if (contact.id, number) in gone}
        for contact in people
    }
