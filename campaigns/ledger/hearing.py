"""What webhooks told of a call, kept beside its record and never in its place (DESIGN §4.6).

Of an attempt's ``heard`` the keys are ``transcript``, ``recording``, ``fields``, and the ``digests`` of the bodies they
came in: one that comes again changes nothing. A hint ends no attempt. The fields it brings count as if the platform's
record had shown them, whichever of the two comes first; a wish not to be called again is heeded at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from campaigns.hint import Hint
from campaigns.ledger.campaigns import specs_of
from campaigns.ledger.columns import storable
from campaigns.ledger.controls import reopen_for_waiting
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import MAY_END, MAY_EXIST
from campaigns.ledger.optouts import heed
from campaigns.ledger.saying import said_of, sent_with
from campaigns.ledger.steps import Ended, follow
from campaigns.ledger.tables import attempts
from campaigns.rules.collected import plain
from campaigns.suppression.optouts import Found, find
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result

LATE = timedelta(days=1)
"""How long after its call a hint may come that names only the number."""
MOST, MOST_FIELDS = 20, 100
"""How many different hints one attempt takes, and how many fields they bring in all."""
SILENT = (Result.NO_ANSWER, Result.BUSY, Result.DECLINED, Result.INVALID_NUMBER, Result.UNREACHABLE, Result.FAILED,
          Result.CANCELLED)  # fmt: skip
"""Results of calls in which nothing was said."""
AFTER_THE_END = (ContactState.READY, ContactState.DONE, ContactState.EXHAUSTED)
"""Where a contact is whose call has ended, and may still go elsewhere for what was said in it."""
Kept = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A hint that came for an account; equal bodies have equal digests."""

    account: str
    digest: str
    hint: Hint


@dataclass(frozen=True, slots=True)
class Caught:
    """An attempt learnt something: who called, and whether the call may be ``open`` as far as history has told."""

    account: str
    agent: str
    open: bool


def hear(tx: Tx, items: Sequence[Heard]) -> list[Caught | None]:
    """Keep what these tell; None for what belongs to no attempt, or to nobody knows which, and for what came before."""
    return [_hear(tx, item) for item in items]


def with_heard(raw: Mapping[str, Any], heard: Kept | None) -> Mapping[str, Any]:
    """A call's record with what webhooks told of the call."""
    return {**raw, "heard": heard.get("fields", {})} if heard else raw


def _hear(tx: Tx, item: Heard) -> Caught | None:
    row = _attempt(tx.conn, item, tx.now)
    if row is None:
        return None
    before: Kept = row.heard or {}
    if len(digests := before.get("digests", [])) >= MOST:
        return None
    specs = specs_of(tx.conn, {row.campaign_id})
    sent = {(plain(name), value.strip()) for name, value in sent_with(tx.conn, [row.id], specs)[row.id].items()}
    told = {storable(name): storable(value) for name, value in item.hint.fields.items()}
    news = {name: value for name, value in told.items() if (plain(name), value) not in sent}
    after: Kept = {
        "transcript": max(storable(item.hint.transcript or ""), before.get("transcript", ""), key=len),
        "recording": storable(item.hint.recording or "") or before.get("recording", ""),
        "fields": dict(islice((before.get("fields", {}) | news).items(), MOST_FIELDS)),
        "digests": [*digests, item.digest],
    }
    tx.conn.execute(attempts.update().where(attempts.c.id == row.id).values(heard=after))
    heed(tx, row, find(None, {"transcript": item.hint.transcript, **news}))
    if row.state == AttemptState.ENDED:
        _say(tx, row, before, after)
    return Caught(row.account, row.agent, row.state in MAY_EXIST)


def _attempt(conn: sa.Connection, item: Heard, now: datetime) -> sa.Row[Any] | None:
    """The attempt of the hint: by our reference, by the call's id, or by the number where only one can be meant.

    None also for a hint that came before.
    """
    hint = item.hint
    sent = attempts.c.intent_at.is_not(None) & (attempts.c.number != "")  # without a number: the person was erased
    mine = sa.select(attempts).where(attempts.c.account == item.account, sent)
    found: Sequence[sa.Row[Any]] = ()
    if hint.ref or hint.call_id:
        known = attempts.c.ref == storable(hint.ref) if hint.ref else attempts.c.call_id == hint.call_id
        found = conn.execute(mine.where(known)).all()
    if not found and not hint.ref and hint.number:
        calls = conn.execute(mine.where(attempts.c.number == hint.number)).all()
        if any(item.digest in _digests(call) for call in calls):
            return None
        found = [call for call in calls if _may_be(call, hint, now)]
    return found[0] if len(found) == 1 and item.digest not in _digests(found[0]) else None


def _may_be(call: sa.Row[Any], hint: Hint, now: datetime) -> bool:
    """Whether a hint with nothing but the number may be about this attempt."""
    other = hint.call_id is not None and call.call_id is not None
    spoken = call.state in MAY_END or (call.state == AttemptState.ENDED and call.result not in SILENT)
    return not other and spoken and call.intent_at > now - LATE


def _digests(row: sa.Row[Any]) -> Sequence[str]:
    return row.heard.get("digests", ()) if row.heard else ()


def _say(tx: Tx, row: sa.Row[Any], before: Kept, after: Kept) -> None:
    """The call is over and its contact has moved on: what was collected in it counts all the same."""
    was, said = (said_of(tx, [(row, with_heard(row.raw or {}, heard), None)])[row.id] for heard in (before, after))
    if said == was:
        return
    if said.disposition and not row.disposition:
        tx.conn.execute(attempts.update().where(attempts.c.id == row.id).values(disposition=said.disposition))
    if said.action == "opt_out":
        heed(tx, row, Found(said.disposition or "", Reason.ASKED_TO_STOP))
    newer = sa.select(attempts.c.id).where(attempts.c.contact_id == row.contact_id, attempts.c.id > row.id)
    if said.action and row.result and tx.conn.execute(newer).first() is None:
        follow(tx, [Ended(row, Result(row.result), row.ended_at, said)], AFTER_THE_END)
        reopen_for_waiting(tx, row.campaign_id, "dialer")
