"""The rules asked once more when intents are committed, against facts read in that very transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from campaigns.ledger.campaigns import rules_of
from campaigns.ledger.decisions import facts_of, file_version, registry_facts
from campaigns.ledger.people import Calls, Made, numbers_of, person_of_contact
from campaigns.ledger.registries import active, outdated
from campaigns.ledger.suppression import suppressed_numbers
from campaigns.ledger.tables import campaigns
from campaigns.rules.caps import longest_window
from campaigns.rules.decide import decide
from campaigns.rules.facts import History


class Rulings:
    """The intents of one transaction, judged in turn: each sees the calls of those before it."""

    def __init__(self, conn: sa.Connection, rows: Sequence[sa.Row[Any]], now: datetime) -> None:
        """``rows`` are attempts with their contacts' numbers, place and consent."""
        ids = {row.campaign_id for row in rows}
        found = conn.execute(sa.select(campaigns).where(campaigns.c.id.in_(ids)))
        self.campaigns = {campaign.id: campaign for campaign in found}
        self._now = now
        self._rules = {id_: rules_of(conn, each, now) for id_, each in self.campaigns.items()}
        self._files = {id_: file_version(each.spec) for id_, each in self.campaigns.items()}
        asked = {(number, self.campaigns[row.campaign_id].client, row.campaign_id)
                 for row in rows for number in numbers_of(row)}  # fmt: skip
        self._copies = active(conn)
        self._outdated = tuple(outdated(self._copies, now))
        self._barred = suppressed_numbers(conn, asked, now, self._copies)
        window = max(map(longest_window, self._rules.values()), default=timedelta(0))
        self._calls = Calls(conn, sorted({number for number, _, _ in asked}), now, window)

    def allow(self, row: sa.Row[Any], margin: timedelta) -> tuple[str, dict[str, Any]] | None:
        """The campaign file's hash and the facts, where the call is allowed; it counts from here on."""
        campaign, rules = self.campaigns[row.campaign_id], self._rules[row.campaign_id]
        numbers, person = numbers_of(row), person_of_contact(row)
        barred = (self._barred.get((number, row.campaign_id)) for number in numbers)
        calls = self._calls.of(numbers, row.number, campaign.subject, campaign.client)
        history = History(next(filter(None, barred), None), calls)
        if any(number.startswith(self._outdated) for number in numbers):
            return None
        decision = decide(person, history, rules, self._now)
        if decision.until is None or self._now + margin >= decision.until:
            return None
        self._calls.add(row.number, Made(self._now, campaign.subject, campaign.client, spoke=False))
        evidence = row.zone_source, row.consent
        facts = facts_of(person, history, rules, self._now, decision.until, evidence)
        return self._files[row.campaign_id], facts | registry_facts(self._copies)
