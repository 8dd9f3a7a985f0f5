"""How many rows, leads and calls of a campaign stand where, counted by the database itself as they move (DESIGN §5.8).

Triggers move every change from one count to another, in the transaction that makes it; what inserts rows or leads adds
them here by the chunk. So what ``status`` shows of ten million leads are some hundred numbers. ``differences`` counts
again from the rows, and ``mend`` adds what it found: the keeper does that, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from campaigns.area_codes import AREA
from campaigns.ledger.bulk import upsert
from campaigns.ledger.columns import EPOCH, MICROSECOND
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import attempts, open_of, tallies
from campaigns.ledger.triggers import COLUMNS, COUNTS, SLOT_US
from campaigns.rules.facts import Place, place_of
from campaigns.vocabulary import CampaignState, ContactState, Result, Verdict

KEY = COLUMNS.split(", ")
Key = tuple[str, str, str, int]
"""Kind, state, reason, and the slot of five minutes, since 1970, in which those who wait are due; else 0."""
Difference = tuple[Any, ...]
"""A campaign's id, the key's columns, and how many more there are than were counted."""


class Kind(StrEnum):
    """What is counted."""

    ROW = "row"  # rows of the lists, by verdict and reason
    LEAD = "lead"  # contacts, by state, reason and, of those who wait, the slot
    PLACE = "place"  # contacts who wait, by all that hours depend on
    AGENT = "agent"  # attempts that are over, by agent
    CALL = "call"  # attempts that are over, by state and result; the open ones are counted where they are


def verdict_key(verdict: str, reason: str | None) -> Key:
    """Under which a row of a list is counted."""
    return Kind.ROW, verdict, reason or "", 0


def lead_key(state: str, reason: str, next_at_us: int | None) -> Key:
    """Under which a contact is counted."""
    return Kind.LEAD, state, reason, (next_at_us or 0) // SLOT_US


def place_key(area: str, region: str, state: str | None, zones: str) -> Key:
    """Under which a contact who waits is counted, too: the number's beginning and region, its state and zones."""
    return Kind.PLACE, f"{area}|{region}|{state or ''}|{zones}", "", 0


def add(tx: Tx, campaign_id: int, counted: Mapping[Key, int]) -> None:
    """Count what was inserted; triggers count whatever moves."""
    _add(tx.conn, [(campaign_id, *key, n) for key, n in counted.items()])


def add_leads(tx: Tx, campaign_id: int, fresh: Sequence[Mapping[str, Any]]) -> None:
    """Count accepted rows, and the contacts with these values that were made of them, who wait."""
    tally = Counter({verdict_key(Verdict.ACCEPTED, None): len(fresh)})
    for lead in fresh:
        area, region = lead["numbers"][0]["e164"][:AREA], lead["numbers"][0]["region"]
        tally[lead_key(lead["state"], lead["reason"], (lead["next_at"] - EPOCH) // MICROSECOND)] += 1
        tally[place_key(area, region, lead["region_state"], lead["zones"])] += 1
    add(tx, campaign_id, tally)


def _add(conn: sa.Connection, counted: Sequence[Difference]) -> None:
    if counted:
        statement = upsert(conn, tallies)
        more = {"n": tallies.c.n + statement.excluded.n}
        values = [dict(zip([*KEY, "n"], each, strict=True)) for each in counted]
        conn.execute(statement.on_conflict_do_update(index_elements=KEY, set_=more), values)


def rows_by_verdict(conn: sa.Connection, campaign_id: int) -> list[tuple[str, str, int]]:
    """Verdict, reason, how many rows."""
    return _sums(conn, campaign_id, Kind.ROW, tallies.c.state, tallies.c.reason)


def leads_by_reason(conn: sa.Connection, campaign_id: int, now: datetime) -> list[tuple[str, str, bool, int]]:
    """State, reason, whether those who wait are due, to five minutes, and how many contacts."""
    slot = (now - EPOCH) // MICROSECOND // SLOT_US
    due = sa.and_(tallies.c.state == ContactState.READY, tallies.c.slot <= slot).label("due")
    return _sums(conn, campaign_id, Kind.LEAD, tallies.c.state, tallies.c.reason, due)


def leads_by_state(conn: sa.Connection, campaign_id: int) -> dict[ContactState, int]:
    """How many contacts are in each state that any is in."""
    return {ContactState(state): n for state, n in _sums(conn, campaign_id, Kind.LEAD, tallies.c.state)}


def calls_by_result(conn: sa.Connection, campaign_id: int) -> list[tuple[str, str | None, int]]:
    """State, result, how many attempts, the open ones included."""
    here = sa.select(attempts.c.state, attempts.c.result, sa.func.count()).where(open_of(campaign_id))
    still = conn.execute(here.group_by(attempts.c.state, attempts.c.result))
    over = _sums(conn, campaign_id, Kind.CALL, tallies.c.state, tallies.c.reason)
    return [*((state, result or None, n) for state, result, n in over), *map(tuple, still)]


def results_of(calls: Iterable[tuple[str, str | None, int]]) -> Counter[Result]:
    """How many of what ``calls_by_result`` answered have each result."""
    results = Counter[Result]()
    for _, result, count in calls:
        if result:
            results[Result(result)] += count
    return results


def agents_of(campaign_id: int) -> sa.CompoundSelect[tuple[str]]:
    """A query for every agent that made a call of the campaign's, or is making one."""
    over = (tallies.c.campaign_id == campaign_id) & (tallies.c.kind == Kind.AGENT) & (tallies.c.n > 0)
    still = sa.select(attempts.c.agent).where(open_of(campaign_id))
    return sa.union(sa.select(tallies.c.state).where(over), still)


def places(conn: sa.Connection, campaign_id: int) -> list[Place]:
    """Every place in which somebody waits."""
    found = (place.split("|") for place, _ in _sums(conn, campaign_id, Kind.PLACE, tallies.c.state))
    return [
        place_of(area, region, tuple(zones.split(",")) if zones else (), state or None)
        for area, region, state, zones in found
    ]


def _sums(conn: sa.Connection, campaign_id: int, kind: Kind, *by: sa.ColumnElement[Any]) -> list[tuple[Any, ...]]:
    n = sa.func.sum(tallies.c.n, type_=sa.BigInteger)
    mine = (tallies.c.campaign_id == campaign_id) & (tallies.c.kind == kind)
    return [tuple(row) for row in conn.execute(sa.select(*by, n).where(mine).group_by(*by).having(n != 0))]


def differences(conn: sa.Connection) -> list[Difference]:
    """Where the counts are not what the rows say; nowhere, if all is well.

    One statement, so one instant of the ledger, whoever writes meanwhile.
    """
    counted = " UNION ALL ".join(
        f"SELECT {count.key('c', conn.dialect.name)}, 1 FROM {count.table} AS c WHERE {count.where('c')}"  # noqa: S608 - our own words
        for count in COUNTS
    )
    here = f"(SELECT id FROM campaigns WHERE state <> '{CampaignState.ARCHIVED}')"  # noqa: S608
    found = conn.exec_driver_sql(
        f"WITH counted ({COLUMNS}, n) AS ({counted} UNION ALL SELECT {COLUMNS}, -n FROM tallies)"  # noqa: S608
        f" SELECT {COLUMNS}, sum(n) FROM counted WHERE campaign_id IN {here} GROUP BY {COLUMNS} HAVING sum(n) <> 0"
    )
    return [(*key, int(n)) for *key, n in found]


def mend(tx: Tx, items: Sequence[Sequence[Difference]]) -> list[None]:
    """Add differences; a sum holds whatever was counted meanwhile. Counts that are nothing any more are removed."""
    _add(tx.conn, [each for item in items for each in item])
    tx.conn.execute(tallies.delete().where(tallies.c.n == 0))
    return [None] * len(items)
