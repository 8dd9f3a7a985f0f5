"""What a request came to, written down (DESIGN §4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.breaker import after_clear, after_unclear
from campaigns.ledger.bulk import upsert
from campaigns.ledger.campaigns import spec_of
from campaigns.ledger.controls import note, pause
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import free_contacts, move_attempts
from campaigns.ledger.optouts import heed
from campaigns.ledger.steps import Ended, follow
from campaigns.ledger.tables import accounts, attempts
from campaigns.suppression.optouts import find_in_answer
from campaigns.vocabulary import AttemptState, Reason

TROUBLED = (accounts.c.unknown_streak > 0) | (accounts.c.rejection_streak > 0)
_CLEARED = (
    accounts.update()
    .where(accounts.c.name == sa.bindparam("account"), TROUBLED)
    .values(rejection="", rejection_streak=0, **after_clear(sa.bindparam("sent_at")))
)
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
    done: list[bool] = []
    for _, run in groupby(items, key=lambda item: replace(item, attempt_id=0, call_id=None)):
        alike = [*run]
        moved = _move(tx, alike)
        match alike[0].to:
            case AttemptState.ACCEPTED:
                _clear(tx, {row.account: row.intent_at for row in sorted(moved.values(), key=_intent)})
                _keep_call_ids(tx, [(moved[item.attempt_id].account, item) for item in alike
                                    if item.call_id and item.attempt_id in moved])  # fmt: skip
            case AttemptState.NOT_PLACED:
                _free(tx, alike[0], [*moved.values()])
            case AttemptState.REJECTED:
                follow(tx, [Ended(row, None, tx.now) for row in moved.values()])
                for row in moved.values():
                    set_account(tx, row.account, **after_clear(row.intent_at))
                    _count_rejection(tx, row)
                    heed(tx, row, find_in_answer(alike[0].text))
            case AttemptState.UNKNOWN:
                for row in moved.values():
                    _count_unknown(tx, row)
                    heed(tx, row, find_in_answer(alike[0].text))
        done += [item.attempt_id in moved for item in alike]
    return done


def _move(tx: Tx, alike: Sequence[Outcome]) -> dict[int, sa.Row[Any]]:
    """Attempts of which the same was said move in one statement; answers those that moved, by id."""
    said = alike[0]
    come_from = [AttemptState.SUBMITTED]
    if said.to is AttemptState.ACCEPTED:
        come_from.append(AttemptState.UNKNOWN)
    values = {"outcome_at": tx.now, "http_status": said.http_status, "platform_text": said.text,
              "unclear": said.to is AttemptState.UNKNOWN}  # fmt: skip
    return move_attempts(tx, [item.attempt_id for item in alike], come_from, said.to, **values)


def _intent(row: sa.Row[Any]) -> datetime:
    sent_at: datetime = row.intent_at
    return sent_at


def _clear(tx: Tx, sent_at: Mapping[str, datetime]) -> None:
    """Calls were taken, the last of an account's sent then: nothing is held against these accounts any more."""
    for name, at in sent_at.items():
        tx.conn.execute(_CLEARED, {"account": name, "sent_at": at})


def _free(tx: Tx, said: Outcome, rows: Sequence[sa.Row[Any]]) -> None:
    """The attempts used nothing: their contacts are ready again, the accounts rest, or their campaigns."""
    free_contacts(tx, [row.contact_id for row in rows], Reason.NOT_PLACED, tx.now + said.wait)
    if said.account_wait:
        for account in {row.account for row in rows}:
            rest_account(tx, account, tx.now + said.account_wait)
    if said.blames_account:
        for campaign_id in {row.campaign_id for row in rows}:
            pause(tx, campaign_id, Reason.ACCOUNT, said.text)


def owners_of(tx: Tx, calls: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The attempts that these calls, (account, call id), belong to, as far as they are known."""
    wanted = {*calls}
    if not wanted:
        return {}
    mine = attempts.c.account.in_({account for account, _ in wanted})
    known = mine & among(attempts.c.call_id, sorted({call_id for _, call_id in wanted}))
    found = tx.conn.execute(sa.select(attempts.c.account, attempts.c.call_id, attempts.c.id).where(known))
    return {(account, call_id): id_ for account, call_id, id_ in found}


def _keep_call_ids(tx: Tx, accepted: Sequence[tuple[str, Outcome]]) -> None:
    """An id that another attempt has already is none: an answer may name something else than the call."""
    first: dict[tuple[str, str], int] = {}
    for account, item in accepted:
        first.setdefault((account, str(item.call_id)), item.attempt_id)
    known = owners_of(tx, first)
    if free := [{"attempt": id_, "call": call[1]} for call, id_ in first.items() if call not in known]:
        keep = attempts.update().where(attempts.c.id == sa.bindparam("attempt")).values(call_id=sa.bindparam("call"))
        tx.conn.execute(keep, free)


def get_account(tx: Tx, name: str) -> sa.Row[Any]:
    """The account's row; a new account starts with nothing against it."""
    insert = upsert(tx.conn, accounts)
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
    values = after_unclear(get_account(tx, row.account), row.intent_at, breaker, tx.now)
    if values:
        set_account(tx, row.account, **values)
    if "half_open_at" in values:
        detail = f'account "{row.account}": {values["unknown_streak"]} unclear answers in a row'
        note(tx, row.campaign_id, "dialer", "breaker opened", detail)
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
