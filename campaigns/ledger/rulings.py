"""The rules asked once more when intents are committed, against facts read in that very transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.among import among
from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.decisions import facts_of, file_version, last_event, registry_facts, written
from campaigns.ledger.people import Calls, Made, numbers_of, person_of_contact
from campaigns.ledger.registries import active, outdated
from campaigns.ledger.suppression import suppressed_numbers
from campaigns.ledger.tables import campaigns
from campaigns.rules.caps import longest_window
from campaigns.rules.decide import decide
from campaigns.rules.facts import History, Person

Allowed = tuple[datetime, str]
"""Until when a call is allowed, and the facts it rests on, as they are kept."""
_CAMPAIGNS = sa.select(campaigns).where(among(campaigns.c.id, sa.bindparam("ids")))


class Rulings:
    """The intents of one transaction, judged in turn: each sees the calls of those before it."""

    def __init__(self, conn: sa.Connection, rows: Sequence[Any], now: datetime) -> None:
        """``rows`` are attempts with their contacts' numbers, place and consent."""
        found = conn.execute(_CAMPAIGNS, {"ids": {row.campaign_id for row in rows}})
        self.campaigns = {campaign.id: campaign for campaign in found}
        self._now = now
        self._rules = {id_: rules_of(conn, each, now) for id_, each in self.campaigns.items()}
        self._numbers = {row.id: numbers_of(row) for row in rows}
        asked = {(number, self.campaigns[row.campaign_id].client, row.campaign_id)
                 for row in rows for number in self._numbers[row.id]}  # fmt: skip
        copies = active(conn)
        self._outdated = tuple(outdated(copies, now))
        self._copies = registry_facts(copies)
        self._barred = suppressed_numbers(conn, asked, now, copies)
        window = max(map(longest_window, self._rules.values()), default=timedelta(0))
        self._calls = Calls(conn, sorted({number for number, _, _ in asked}), now, window)
        self._lists = last_event(conn)
        self._alike: dict[tuple[object, ...], Allowed | None] = {}

    def allow(self, row: Any, margin: timedelta) -> str | None:
        """The facts to keep, as they are written, where the call is allowed; it counts from here on."""
        allowed = self._allowed(row)
        if allowed is None or self._now + margin >= allowed[0]:
            return None
        campaign = self.campaigns[row.campaign_id]
        self._calls.add(row.number, Made(self._now, campaign.subject, campaign.client, spoke=False))
        return allowed[1]

    def _allowed(self, row: sa.Row[Any]) -> Allowed | None:
        """Of those with no calls behind them, whom no rule can tell apart, one is judged for all."""
        numbers, campaign = self._numbers[row.id], self.campaigns[row.campaign_id]
        if self._outdated and any(number.startswith(self._outdated) for number in numbers):
            return None
        person = person_of_contact(row)
        barred = next(filter(None, (self._barred.get((number, row.campaign_id)) for number in numbers)), None)
        calls = self._calls.of(numbers, row.number, campaign.subject, campaign.client)
        if barred or calls:
            return self._judge(row, person, History(barred, calls))
        key = (row.campaign_id, row.zone_source, row.consent, *person.kind)
        if key not in self._alike:
            self._alike[key] = self._judge(row, person, History())
        return self._alike[key]

    def _judge(self, row: sa.Row[Any], person: Person, history: History) -> Allowed | None:
        rules = self._rules[row.campaign_id]
        decision = decide(person, history, rules, self._now)
        if decision.until is None:
            return None
        facts = facts_of(person, history, rules, self._now, decision.until, (row.zone_source, row.consent))
        file = file_version(self.campaigns[row.campaign_id].spec)
        return decision.until, written(facts | self._copies, self._lists, file)
