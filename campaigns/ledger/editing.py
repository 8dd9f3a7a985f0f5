"""A campaign's file is changed while it runs: a new version, from whose commit on the old one calls nobody.

Calls in progress go on. Attempts that were reserved under the old version go back unsent. Who waits is decided anew,
and so is who was left out, had used all attempts, or came too late under the old file: by ``decide_anew``, some at a
time, so that calls go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotAllowed
from campaigns.ledger.campaigns import AgentFields, parse_stored
from campaigns.ledger.controls import is_cancelled, note, reopen_for_waiting
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import Return, move_contacts, send_back
from campaigns.ledger.queries import WAITED
from campaigns.ledger.saying import said_of
from campaigns.ledger.steps import Ended, follow
from campaigns.ledger.tables import attempts, campaigns, contacts, open_of
from campaigns.spec import Spec, dump_spec
from campaigns.spec.written import Difference, differences
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Result

FIXED = ("account", "mode")
"""What a campaign keeps for good: whose calls they are, and who begins its runs."""
WHEN = {"hours", "holidays", "law"}
RULED = WHEN | {"start", "end", "caps", "phones", "lookup", "consent", "voice", "purpose", "subject"}
"""Tables that decide whether somebody may be called now."""
FOLLOWING = {"retries", "outcomes"}
"""Tables that decide whether there is a next try."""
STEPPED = WHEN | FOLLOWING
"""Tables that decide when it is."""
LEFT_OUT = (
    *(Reason.BLOCKED_TYPE, Reason.UNDECIDED_TYPE, Reason.NO_TIME_ZONE, Reason.NO_WINDOW),
    *(Reason.NO_CONSENT, Reason.NO_GROUND, Reason.CONSENT_REFUSED),
)
"""Reasons that only the rules gave; who is on a list stays out."""
CHUNK = 200
_OVER = attempts.c.state.in_([AttemptState.ENDED, AttemptState.REJECTED])
_CALLED = sa.exists().where(attempts.c.contact_id == contacts.c.id, _OVER) & contacts.c.callback_at.is_(None)
"""Who was called, and waits for no time of their own."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Another file for the campaign of this ``version``; its agents' fields and blocked types where any is new."""

    campaign_id: int
    version: int
    spec: Spec
    who: str
    why: str
    agent_fields: AgentFields | None = None
    agent_blocks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """The version that holds now, and what stands otherwise in it."""

    version: int
    changed: tuple[Difference, ...]


def edit(tx: Tx, items: Sequence[Edit]) -> list[Edited]:
    """Let campaigns go by another file. Raises NotAllowed for a cancelled or meanwhile changed one, or a fixed key.

    Where the file holds already nothing is changed, whatever version was looked at: an edit that was cut off is
    repeated as it was.
    """
    return [_edit(tx, item) for item in items]


def _edit(tx: Tx, item: Edit) -> Edited:
    row = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == item.campaign_id)).one()
    if row.state in (CampaignState.CANCELLED, CampaignState.ARCHIVED):
        raise NotAllowed(f'campaign "{row.name}" is {row.state}; `dialer clone` makes one like it')
    old = parse_stored(row.spec)
    changed = differences(old, item.spec)
    if not changed:
        return Edited(row.version, ())
    if row.version != item.version:
        raise NotAllowed(f'campaign "{row.name}" was changed meanwhile; look at the difference again')
    if fixed := [each for each in changed if each.key in FIXED]:
        raise NotAllowed(f'campaign "{row.name}" keeps its {fixed[0].key}; `dialer clone` makes one with another')
    values: dict[str, Any] = {
        "spec": dump_spec(item.spec), "version": row.version + 1, "per_day": item.spec.pace.per_day,
        "subject": item.spec.subject or row.client,
    }  # fmt: skip
    if item.spec.ramp.calls != old.ramp.calls:
        values["ramp_left"] = item.spec.ramp.calls
    if item.spec.main_agent and item.spec.callers != old.callers:
        told = {"agent_fields": item.agent_fields, "agent_blocks": list(item.agent_blocks)}
        values |= {"agent": item.spec.main_agent} | told
    tx.conn.execute(campaigns.update().where(campaigns.c.id == row.id).values(values))
    of_old = open_of(row.id) & (attempts.c.state == AttemptState.RESERVED)
    send_back(tx, [Return(id_) for id_ in tx.conn.execute(sa.select(attempts.c.id).where(of_old)).scalars()])
    said = "; ".join(str(each) for each in changed)
    note(tx, row.id, item.who, "edited", f"version {row.version + 1}: {said}", item.why)
    return Edited(row.version + 1, tuple(changed))


@dataclass(frozen=True, slots=True)
class Anew:
    """Contacts of a campaign, from one id on, that a change of these tables of its file may concern."""

    campaign_id: int
    tables: frozenset[str]
    who: str
    after: int = 0


def decide_anew(tx: Tx, items: Sequence[Anew]) -> list[int | None]:
    """Decide some of them again; answers the last one's id, None: that was all of them.

    Who waits for the rules is due now, and the feeder asks them. Who waits after a call takes the step again that
    follows it. A campaign that was done goes on where somebody waits again; in one that was cancelled nobody does.
    """
    return [_decide_anew(tx, item) for item in items]


def _decide_anew(tx: Tx, item: Anew) -> int | None:
    if is_cancelled(tx, item.campaign_id):
        return None
    mine = (contacts.c.campaign_id == item.campaign_id) & (contacts.c.id > item.after) & ~contacts.c.withdrawn
    again = _steps_again(item).label("again")
    some = sa.select(contacts, again).where(mine, _concerned(tx, item)).order_by(contacts.c.id).limit(CHUNK)
    found = tx.conn.execute(some).all()
    waiting = [row.id for row in found if row.state == ContactState.READY and not row.again]
    later = contacts.c.callback_at.is_not(None) & (contacts.c.callback_at > tx.now)
    due = sa.case((later, contacts.c.callback_at), else_=sa.literal(tx.now, contacts.c.next_at.type))
    tx.conn.execute(contacts.update().where(contacts.c.id.in_(waiting)).values(next_at=due))
    _step_again(tx, [row for row in found if row.state != ContactState.READY or row.again])
    reopen_for_waiting(tx, item.campaign_id, item.who)  # with each part: the next one may never come
    return int(found[-1].id) if len(found) == CHUNK else None


def _concerned(tx: Tx, item: Anew) -> sa.ColumnElement[bool]:
    """Contacts whose place follows from what these tables said."""
    waits = [*WAITED, Reason.CALLBACK_WAITS] if item.tables & RULED else [Reason.PER_DAY]
    which: list[sa.ColumnElement[bool]] = [_in(ContactState.READY, waits) & (contacts.c.next_at > tx.now)]
    if item.tables & STEPPED:
        which.append(_steps_again(item))
    if item.tables & FOLLOWING:
        which.append(_in(ContactState.EXHAUSTED, [Reason.ATTEMPTS_USED]))
    if item.tables & RULED:
        which.append(_in(ContactState.EXCLUDED, LEFT_OUT))
    if "end" in item.tables:
        which.append(_in(ContactState.EXPIRED, [Reason.CAMPAIGN_ENDED]))
    return sa.or_(*which)


def _steps_again(item: Anew) -> sa.ColumnElement[bool]:
    """Who waits and takes the step again that follows the last call, also where something else made them wait since."""
    wait = _in(ContactState.READY, [Reason.RETRY_WAIT])
    return wait | _in(ContactState.READY, WAITED) & _CALLED if item.tables & FOLLOWING else wait


def _in(state: ContactState, reasons: Collection[Reason]) -> sa.ColumnElement[bool]:
    return (contacts.c.state == state) & contacts.c.reason.in_([*reasons])


def _step_again(tx: Tx, found: Sequence[sa.Row[Any]]) -> None:
    """Let them wait as new ones do, and whoever was called take the step that follows the last call."""
    for state in {contact.state for contact in found}:
        there = [contact.id for contact in found if contact.state == state]
        move_contacts(tx, there, ContactState(state), ContactState.READY, Reason.NEW, tx.now)
    mine = attempts.c.contact_id.in_([contact.id for contact in found])
    last = sa.select(sa.func.max(attempts.c.id)).where(mine, _OVER).group_by(attempts.c.contact_id)
    calls = {row.contact_id: row for row in tx.conn.execute(sa.select(attempts).where(attempts.c.id.in_(last)))}
    said = said_of(tx, [(call, call.raw or {}, call.disposition) for call in calls.values()])
    ended = [
        Ended(
            call,
            Result(call.result) if call.result else None,
            call.ended_at or call.outcome_at or tx.now,
            said[call.id],
        )
        for call in calls.values()
    ]
    follow(tx, ended, {ContactState.READY})
