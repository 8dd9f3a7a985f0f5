"""Which agent calls whom, where a campaign has several, and how many calls their numbers still have today.

A person's first call goes to the agent of theirs with the fewest calls of 24 hours; later ones go to the same, so that
the person sees the same number. A row of the retry table may name another agent for one call. Whose number rests, or
has made its calls, waits; a person whom nobody called yet goes to another agent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import DAY, move_contacts
from campaigns.ledger.tables import OPEN, attempts, campaigns, contacts, numbers
from campaigns.spec import Spec
from campaigns.vocabulary import AttemptState, ContactState, Reason

LOOK_AGAIN = timedelta(minutes=1)
"""When a number is looked at again whose calls of today are all still to be made."""


def assign(tx: Tx, campaign: sa.Row[Any], spec: Spec, due: Sequence[sa.Row[Any]]) -> dict[int, str]:
    """Who calls each of these contacts now, by id; who is not among them waits for a number."""
    if not spec.agents.used or not due:
        return {contact.id: contact.agent or campaign.agent for contact in due}
    desk = _Desk(tx, campaign, spec)
    found: dict[int, str] = {}
    first: dict[str, list[int]] = defaultdict(list)
    waits: dict[tuple[Reason, datetime], list[int]] = defaultdict(list)
    for contact in due:
        agents = [contact.agent] if contact.agent else desk.agents_of(contact)
        agent = desk.freest(agents)
        if agent is None:
            waits[desk.wait(agents)].append(contact.id)
            continue
        desk.take(agent)
        found[contact.id] = agent
        if len(agents) > 1:
            first[agent].append(contact.id)
    for agent, ids in first.items():
        tx.conn.execute(contacts.update().where(contacts.c.id.in_(ids)).values(agents=agent))
    for (reason, until), ids in waits.items():
        move_contacts(tx, ids, ContactState.READY, ContactState.READY, reason, until)
    return found


class _Desk:
    """The campaign's agents: how many calls each made in 24 hours, in all campaigns, and which rest."""

    def __init__(self, tx: Tx, campaign: sa.Row[Any], spec: Spec) -> None:
        self._now, self._most = tx.now, spec.agents.per_day
        self._pool = [*(spec.agents.pool or (campaign.agent,))]
        mine = (attempts.c.account == campaign.account) & attempts.c.agent.in_(spec.callers or (campaign.agent,))
        ours = attempts.c.campaign_id.in_(sa.select(campaigns.c.id).where(campaigns.c.account == campaign.account))
        lately = (attempts.c.intent_at > tx.now - DAY) & (attempts.c.state != AttemptState.NOT_PLACED)
        reserved = OPEN & (attempts.c.state == AttemptState.RESERVED)
        calls = sa.union_all(
            sa.select(attempts.c.agent, attempts.c.intent_at).where(mine, ours, lately),
            sa.select(attempts.c.agent, attempts.c.intent_at).where(mine, reserved),
        ).subquery()
        oldest = sa.func.min(calls.c.intent_at, type_=attempts.c.intent_at.type)
        counted = sa.select(calls.c.agent, sa.func.count(), oldest).group_by(calls.c.agent)
        found = tx.conn.execute(counted).all()
        self._made = defaultdict(int, {agent: count for agent, count, _ in found})
        self._oldest: dict[str, datetime | None] = {agent: at for agent, _, at in found}
        rests = sa.select(numbers.c.agent, numbers.c.rests_until).where(
            numbers.c.account == campaign.account, numbers.c.rests_until > tx.now
        )
        self._rests: dict[str, datetime] = {agent: until for agent, until in tx.conn.execute(rests)}

    def agents_of(self, contact: sa.Row[Any]) -> list[str]:
        """Who may call this person."""
        return contact.agents.split(",") if contact.agents else self._pool

    def freest(self, agents: Sequence[str]) -> str | None:
        """Of these agents the one with the fewest calls; None: all rest, or have made theirs."""
        free = [agent for agent in agents if agent not in self._rests and not self._full(agent)]
        return min(free, key=lambda agent: self._made[agent], default=None)

    def take(self, agent: str) -> None:
        """One more call of this agent."""
        self._made[agent] += 1

    def wait(self, agents: Sequence[str]) -> tuple[Reason, datetime]:
        """Why none of these agents can call, and when the first of them can again."""
        rests = [self._rests[agent] for agent in agents if agent in self._rests]
        oldest = [self._oldest.get(agent) for agent in agents if agent not in self._rests]
        full = [at + DAY if at else self._now + LOOK_AGAIN for at in oldest]
        return (Reason.NUMBER_FULL if full else Reason.NUMBER_RESTS), min((*rests, *full))

    def _full(self, agent: str) -> bool:
        return bool(self._most) and self._made[agent] >= self._most
