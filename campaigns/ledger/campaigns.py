"""A campaign's row: made, found, and its spec."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from campaigns.errors import NotFound
from campaigns.ledger.closures import closures_at
from campaigns.ledger.ledger import Tx
from campaigns.ledger.tables import campaigns
from campaigns.rules.rules import Rules
from campaigns.spec import Spec, dump_spec
from campaigns.vocabulary import CampaignState, PhoneType


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign to be made: its name, spec, world, and what is known of its agent's fields (None: nothing)."""

    name: str
    spec: Spec
    world: str
    agent: str
    agent_fields: tuple[str, ...] | None
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
        "agent_fields": None if item.agent_fields is None else list(item.agent_fields),
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


def spec_of(conn: sa.Connection, campaign_id: int) -> Spec:
    """The campaign's spec as it stands."""
    return parse_stored(conn.execute(sa.select(campaigns.c.spec).where(campaigns.c.id == campaign_id)).scalar_one())


def rules_of(conn: sa.Connection, campaign: sa.Row[Any], now: datetime) -> Rules:
    """A campaign's rules as they stand in this transaction: its file's, the places closed, what its agent blocks."""
    blocks = [PhoneType(word) for word in campaign.agent_blocks or ()]
    budget = campaign.lookup_budget
    return Rules.from_spec(parse_stored(campaign.spec), closures_at(conn, now), blocks, look_up=budget is not None)


def spec_and_rules(conn: sa.Connection, campaign_id: int, now: datetime) -> tuple[Spec, Rules]:
    """The spec and the rules of the campaign with this id."""
    campaign = conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id)).one()
    return parse_stored(campaign.spec), rules_of(conn, campaign, now)


def parse_stored(stored: dict[str, Any]) -> Spec:
    """The spec from the ledger's JSON; the same JSON is validated once."""
    return _parse(json.dumps(stored, sort_keys=True))


@lru_cache(256)
def _parse(text: str) -> Spec:
    return Spec.model_validate_json(text)
