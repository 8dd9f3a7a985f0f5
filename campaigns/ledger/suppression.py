"""Whether a number must not be called: the one place that load, feeder and intent ask, for many numbers at once.

Lists are rows of the ledger, by scope; every scope that fits a campaign counts. Registries are files that the ledger
names by their sha256 (``registries``), and count for every campaign.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.bulk import is_empty
from campaigns.ledger.registries import ACTIVE, active, registered
from campaigns.ledger.tables import NOT_A_NUMBER, ledger, registries, suppressions
from campaigns.suppression.entries import Kind, matching, names_of
from campaigns.vocabulary import Reason

GLOBAL = "global"
Wanted = tuple[str, str, int]
"""A number, the client and the campaign that would call it."""
_SPECIAL = [kind for kind in Kind if kind is not Kind.NUMBER]
_KINDS = sa.select(
    sa.exists(sa.select(suppressions.c.entry)).label("any"),
    *(sa.exists().where(NOT_A_NUMBER, suppressions.c.kind == kind).label(kind) for kind in _SPECIAL),
)
_VALID = sa.select(suppressions.c.entry, suppressions.c.scope, suppressions.c.reason).where(
    sa.or_(suppressions.c.expires_at.is_(None), suppressions.c.expires_at > sa.bindparam("now"))
)
_NAMED = _VALID.where(among(suppressions.c.entry, sa.bindparam("entries")))
_PATTERNS = _VALID.where(NOT_A_NUMBER, suppressions.c.kind == Kind.PATTERN)


def client_scope(client: str) -> str:
    """The scope of one client's list."""
    return f"client:{client}"


def campaign_scope(campaign_id: int) -> str:
    """The scope of one campaign's list."""
    return f"campaign:{campaign_id}"


def reason_of(scope: str) -> Reason:
    """What a contact suppressed by this scope is told, where the entry gives no reason of its own."""
    if scope == GLOBAL:
        return Reason.DNC_GLOBAL
    return Reason.DNC_CLIENT if scope.startswith("client:") else Reason.DNC_CAMPAIGN


def nobody_listed(conn: sa.Connection) -> bool:
    """Whether there is no list and no registry at all, so that no number need be asked about."""
    return is_empty(conn, suppressions) and is_empty(conn, registries, ACTIVE)


def suppressed_numbers(
    conn: sa.Connection, wanted: Collection[Wanted], now: datetime, copies: Sequence[sa.Row[Any]] | None = None
) -> dict[tuple[str, int], Reason]:  # fmt: skip
    """Which of these must not be called at ``now``: (number, campaign id) → why.

    ``copies`` are the registries' that count, where the caller has them already.

    A global list goes before a client's, that before a campaign's, and a list before a registry. Raises RegistryMissing
    where a registry's file is not on this machine.
    """
    numbers = sorted({number for number, _, _ in wanted})
    lists = _listed(conn, numbers, now) if numbers else {}
    others = registered(conn, numbers, active(conn) if copies is None else copies) if numbers else {}
    found: dict[tuple[str, int], Reason] = {}
    if lists or others:
        for number, client, campaign_id in wanted:
            on = lists.get(number, {})
            reasons = (on.get(scope) for scope in (GLOBAL, client_scope(client), campaign_scope(campaign_id)))
            if reason := next(filter(None, reasons), others.get(number)):
                found[number, campaign_id] = reason
    return found


def _listed(conn: sa.Connection, numbers: list[str], now: datetime) -> Mapping[str, dict[str, Reason]]:
    """Number → scope → reason, by entries of any kind."""
    kinds = _kinds(conn)
    if not kinds:
        return {}
    listed: dict[str, dict[str, Reason]] = {}
    for number, scope, reason in _hits(conn, numbers, kinds, now):
        listed.setdefault(number, {})[scope] = Reason(reason)
    return listed


def _kinds(conn: sa.Connection) -> set[str]:
    """The kinds of entries there are; an empty table has none."""
    row = conn.execute(_KINDS).one()._mapping
    return {"any", *(kind for kind in _SPECIAL if row[kind])} if row["any"] else set()


def _hits(
    conn: sa.Connection, numbers: list[str], kinds: set[str], now: datetime
) -> Iterator[tuple[str, str, str]]:  # fmt: skip
    meant: dict[str, list[str]] = {}
    if kinds == {"any"}:
        meant = {number: [number] for number in numbers}
    else:
        key = ledger_key(conn) if Kind.HMAC in kinds else b""
        for number in numbers:
            for name in names_of(number, kinds, key):
                meant.setdefault(name, []).append(number)
    for entry, scope, reason in conn.execute(_NAMED, {"now": now, "entries": [*meant]}):
        yield from ((number, scope, reason) for number in meant[entry])
    if Kind.PATTERN in kinds:
        yield from _by_pattern(map(tuple, conn.execute(_PATTERNS, {"now": now})), numbers)


def _by_pattern(rows: Iterable[tuple[str, str, str]], numbers: list[str]) -> Iterator[tuple[str, str, str]]:
    lists: dict[str, list[tuple[str, str]]] = {}
    for entry, scope, reason in rows:
        lists.setdefault(entry, []).append((scope, reason))
    for number, entry in matching(lists, numbers):
        yield from ((number, scope, reason) for scope, reason in lists[entry])


def ledger_key(conn: sa.Connection) -> bytes:
    """What this ledger's hashes are keyed with, made once."""
    return str(conn.execute(sa.select(ledger.c.hash_key)).scalar_one()).encode()


def suppression_list(conn: sa.Connection) -> list[dict[str, Any]]:
    """Every entry of every list, oldest first."""
    statement = sa.select(suppressions).order_by(suppressions.c.added_at, suppressions.c.entry)
    return [dict(row._mapping) for row in conn.execute(statement)]
