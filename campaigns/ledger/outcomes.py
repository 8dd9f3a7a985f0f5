"""What a request came to, written down (DESIGN §4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from campaigns.ledger.campaigns import spec_of
from campaigns.ledger.controls import pause, reopen_for_waiting
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import free_contact, move_attempt, step_contact
from campaigns.ledger.optouts import heed
from campaigns.ledger.steps import Ended, step_after
from campaigns.ledger.tables import accounts, attempts, contacts
from campaigns.rules.dispositions import NOTHING_SAID, Said
from campaigns.suppression.optouts import find_in_answer
from campaigns.vocabulary import AttemptState, ContactState, Reason, Result

EQUAL_REJECTIONS = 5
SHARE_OF = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one request came to: the attempt goes ``to`` accepted, rejected, not_placed or unknown.

    ``call_id`` is the platform's, where its answer names one. ``wait`` is when the contact may be tried again
    (not_placed); ``account_wait`` how long the whole account rests; ``blames_account``: the platform refuses the
    account, so the campaign is paused.
    """

    attempt_id: int
    to: AttemptState
    text: str = ""
    http_status: int | None = None
    call_id: str | None = None
    wait: timedelta = timedelta(0)
    account_wait: timedelta | None = None
    blames_account: bool = False


def record(tx: Tx, items: Sequence[Outcome]) -> list[bool]:
    """Submitted → what the answer says. False where history or the keeper had decided already."""
    return [_record(tx, item) for item in items]


def _record(tx: Tx, item: Outcome) -> bool:
    come_from = [AttemptState.SUBMITTED]
    if item.to is AttemptState.ACCEPTED:
        come_from.append(AttemptState.UNKNOWN)
    row = move_attempt(
        tx, item.attempt_id, come_from, item.to, outcome_at=tx.now, http_status=item.http_status,
        platform_text=item.text, unclear=item.to is AttemptState.UNKNOWN,
    )  # fmt: skip
    if row is None:
        return False
    match item.to:
        case AttemptState.ACCEPTED:
            set_account(tx, row.account, unknown_streak=0, rejection="", rejection_streak=0)
            _keep_call_id(tx, row, item.call_id)
        case AttemptState.NOT_PLACED:
            free_contact(tx, row.contact_id, Reason.NOT_PLACED, tx.now + item.wait)
            if item.account_wait:
                rest_account(tx, row.account, tx.now + item.account_wait)
            if item.blames_account:
                pause(tx, row.campaign_id, Reason.ACCOUNT, item.text)
        case AttemptState.REJECTED:
            follow(tx, row, None, tx.now)
            set_account(tx, row.account, unknown_streak=0)
            _count_rejection(tx, row)
        case AttemptState.UNKNOWN:
            _count_unknown(tx, row)
    if item.to in (AttemptState.REJECTED, AttemptState.UNKNOWN):
        heed(tx, row, find_in_answer(item.text))
    return True


def follow(tx: Tx, row: sa.Row[Any], result: Result | None, ended_at: datetime, said: Said = NOTHING_SAID) -> None:
    """Let the contact take its next step after this attempt; ``result`` None: the platform refused the number."""
    contact = tx.conn.execute(sa.select(contacts).where(contacts.c.id == row.contact_id)).one()
    step_contact(tx, contact, step_after(tx, row, contact, Ended(result, ended_at, said)))
    if contact.state == ContactState.HELD:  # held ones do not keep a campaign from being done
        reopen_for_waiting(tx, row.campaign_id)


def owner_of(tx: Tx, account: str, call_id: str) -> int | None:
    """The attempt that a call of this account belongs to, if it is known."""
    same_call = (attempts.c.account == account) & (attempts.c.call_id == call_id)
    return tx.conn.execute(sa.select(attempts.c.id).where(same_call)).scalar()


def _keep_call_id(tx: Tx, row: sa.Row[Any], call_id: str | None) -> None:
    """An id that another attempt has already is none: an answer may name something else than the call."""
    if call_id is not None and owner_of(tx, row.account, call_id) is None:
        tx.conn.execute(attempts.update().where(attempts.c.id == row.id).values(call_id=call_id))


def get_account(tx: Tx, name: str) -> sa.Row[Any]:
    """The account's row; a new account starts with nothing against it."""
    insert: Any = (postgresql if tx.conn.dialect.name == "postgresql" else sqlite).insert(accounts)
    fresh = {"name": name, "unknown_streak": 0, "rejection": "", "rejection_streak": 0}
    tx.conn.execute(insert.values(fresh).on_conflict_do_nothing())
    return tx.conn.execute(sa.select(accounts).where(accounts.c.name == name)).one()


def set_account(tx: Tx, name: str, **values: Any) -> None:
    """Set values of an account's row, where there is one."""
    tx.conn.execute(accounts.update().where(accounts.c.name == name).values(**values))


def rest_account(tx: Tx, name: str, until: datetime) -> None:
    """No intents on this account before ``until``; an earlier end never shortens a rest."""
    row = get_account(tx, name)
    if row.not_before is None or row.not_before < until:
        set_account(tx, name, not_before=until)


def _count_rejection(tx: Tx, row: sa.Row[Any]) -> None:
    account = get_account(tx, row.account)
    streak = account.rejection_streak + 1 if account.rejection == row.platform_text else 1
    set_account(tx, row.account, rejection=row.platform_text, rejection_streak=streak)
    if streak >= EQUAL_REJECTIONS:
        pause(tx, row.campaign_id, Reason.REJECTIONS, row.platform_text)
        set_account(tx, row.account, rejection_streak=0)


def _count_unknown(tx: Tx, row: sa.Row[Any]) -> None:
    breaker = spec_of(tx.conn, row.campaign_id).engine.breaker
    streak = get_account(tx, row.account).unknown_streak + 1
    set_account(tx, row.account, unknown_streak=streak)
    if streak >= breaker.in_a_row:
        rest_account(tx, row.account, tx.now + breaker.rest)
    last = (
        sa.select(attempts.c.unclear)
        .where(attempts.c.campaign_id == row.campaign_id, attempts.c.intent_at.is_not(None))
        .order_by(attempts.c.intent_at.desc(), attempts.c.id.desc())
        .limit(SHARE_OF)
        .subquery()
    )
    unclear = tx.conn.execute(sa.select(sa.func.count()).where(last.c.unclear)).scalar_one()
    if unclear > breaker.share * SHARE_OF:
        pause(tx, row.campaign_id, Reason.UNKNOWNS, f"{unclear} of the last {SHARE_OF} requests ended unclear")
