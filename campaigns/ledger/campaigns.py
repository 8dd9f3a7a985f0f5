"""A campaign's row: made, found, and its spec."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotFound
from campaigns.ledger.closures import closures_at
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import campaigns
from campaigns.rules.facts import Closure
from campaigns.rules.rules import Rules
from campaigns.spec import Spec, dump_spec
from campaigns.vocabulary import CampaignState, PhoneType

AgentFields = Sequence[str] | Mapping[str, Sequence[str] | None]
"""The fields that a campaign's only agent knows, or, by id, those of each of its agents (None: they are not known)."""


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign to be made: its name, spec, world, and what is known of its agents' fields (None: nothing)."""

    name: str
    spec: Spec
    world: str
    agent: str
    agent_fields: AgentFields | None
    client: str = "default"


def create(tx: Tx, items: Sequence[NewCampaign]) -> list[int]:
    """Make campaigns, waiting, where there is none of the name; answers their ids.

    Found and made in one transaction, since two may launch the same new campaign at once.
    """
    return [_id_of(tx, item.name) or _create(tx, item) for item in items]


def _id_of(tx: Tx, name: str) -> int | None:
    return tx.conn.execute(sa.select(campaigns.c.id).where(campaigns.c.name == name)).scalar()


def _create(tx: Tx, item: NewCampaign) -> int:
    values = {
        "name": item.name, "client": item.client, "state": CampaignState.WAITING, "detail": "", "version": 1,
        "world": item.world, "account": item.spec.account, "agent": item.agent, "mode": item.spec.mode,
        "spec": dump_spec(item.spec), "created_at": tx.now, "per_day": item.spec.pace.per_day,
        "ramp_left": item.spec.ramp.calls, "agent_fields": item.agent_fields,
        "subject": item.spec.subject or item.client,
    }  # fmt: skip
    return int(tx.conn.execute(campaigns.insert().values(values).returning(campaigns.c.id)).scalar_one())


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a launch found out or agreed to: the phone types that the agent blocks, and what look-ups may cost in all.

    ``lookup_budget`` None: it stays as it is.
    """

    campaign_id: int
    agent_blocks: tuple[str, ...]
    lookup_budget: float | None


def agree(tx: Tx, items: Sequence[Agreed]) -> Sequence[Agreed]:
    """Keep these; where the agent now blocks other types, what was decided before is decided again."""
    for item in items:
        row = tx.conn.execute(sa.select(campaigns).where(campaigns.c.id == item.campaign_id)).one()
        values: dict[str, Any] = {}
        if set(row.agent_blocks or ()) != set(item.agent_blocks):
            values |= {"agent_blocks": list(item.agent_blocks), "version": row.version + 1}
        if item.lookup_budget is not None:
            values["lookup_budget"] = item.lookup_budget
        if values:
            tx.conn.execute(campaigns.update().where(campaigns.c.id == row.id).values(values))
    return items


def find(conn: sa.Connection, name: str) -> sa.Row[Any]:
    """The campaign of this name; raises NotFound, naming those there are."""
    row = conn.execute(sa.select(campaigns).where(campaigns.c.name == name)).one_or_none()
    if row is None:
        names = conn.execute(sa.select(campaigns.c.name).order_by(campaigns.c.id.desc()).limit(5)).scalars().all()
        known = ", ".join(f'"{known}"' for known in names)
        raise NotFound(f'no campaign "{name}"' + (f"; there is {known}" if known else "; none was launched here"))
    return row


def every(conn: sa.Connection) -> Sequence[sa.Row[Any]]:
    """All campaigns, newest first."""
    return conn.execute(sa.select(campaigns).order_by(campaigns.c.id.desc())).all()


def running(conn: sa.Connection, world: str) -> Sequence[sa.Row[Any]]:
    """The running campaigns of this world."""
    fits = (campaigns.c.state == CampaignState.RUNNING) & (campaigns.c.world == world)
    return conn.execute(sa.select(campaigns).where(fits).order_by(campaigns.c.id)).all()


def specs_of(conn: sa.Connection, ids: Collection[int]) -> dict[int, Spec]:
    """The specs of the campaigns with these ids, as they stand."""
    found = conn.execute(sa.select(campaigns.c.id, campaigns.c.spec).where(campaigns.c.id.in_(ids)))
    return {row.id: parse_stored(row.spec) for row in found}


def spec_of(conn: sa.Connection, campaign_id: int) -> Spec:
    """The campaign's spec as it stands."""
    return specs_of(conn, [campaign_id])[campaign_id]


def rules_of(conn: sa.Connection, campaign: sa.Row[Any], now: datetime) -> Rules:
    """A campaign's rules as they stand in this transaction: its file's, the places closed, what its agent blocks."""
    return _rules_with(campaign, closures_at(conn, now))


def _rules_with(campaign: sa.Row[Any], closed: tuple[Closure, ...]) -> Rules:
    return _rules(campaign.spec, closed, tuple(campaign.agent_blocks or ()), campaign.lookup_budget is not None)


def specs_and_rules(conn: sa.Connection, ids: Collection[int], now: datetime) -> dict[int, tuple[Spec, Rules]]:
    """The specs and the rules of the campaigns with these ids."""
    closed = closures_at(conn, now)
    found = conn.execute(sa.select(campaigns).where(campaigns.c.id.in_(ids)))
    return {row.id: (parse_stored(row.spec), _rules_with(row, closed)) for row in found}


def spec_and_rules(conn: sa.Connection, campaign_id: int, now: datetime) -> tuple[Spec, Rules]:
    """The spec and the rules of the campaign with this id."""
    return specs_and_rules(conn, [campaign_id], now)[campaign_id]


@lru_cache(256)
def parse_stored(stored: str) -> Spec:
    """The spec from the ledger's JSON; the same JSON is validated once."""
    return Spec.model_validate_json(stored)


@lru_cache(256)
def _rules(stored: str, closures: tuple[Closure, ...], agent_blocks: tuple[str, ...], look_up: bool) -> Rules:
    blocks = [PhoneType(word) for word in agent_blocks]
    return Rules.from_spec(parse_stored(stored), closures, blocks, look_up=look_up)
