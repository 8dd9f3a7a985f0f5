"""The verdict on a lead that only the campaign and the ledger can give, and what makes a contact of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import Lead
from campaigns.ledger import bulk
from campaigns.ledger.appending import Changes, Known, known
from campaigns.ledger.campaigns import parse_stored, rules_of
from campaigns.ledger.elsewhere import Turn, barred, elsewhere
from campaigns.ledger.ledger import Tx
from campaigns.ledger.people import numbers_text, person_of_lead
from campaigns.ledger.tables import contacts, lists, storable
from campaigns.rules.decide import decide, screen
from campaigns.rules.facts import History
from campaigns.rules.states import AREA
from campaigns.spec import Spec
from campaigns.vocabulary import Reason, Verdict

RECENT_DAYS = 30
NOTHING = History()
FROM_LEAD = ("row", "identity", "copy", "external_id", "numbers", "merged")
OF_COHORT = ("reason", "next_at", "zones", "zone_source", "region_state")
CONTACT = (*FROM_LEAD, *OF_COHORT)


@dataclass(frozen=True, slots=True)
class Cohort:
    """What leads of one place and kind share: why none of them may ever be called, or their values for OF_COHORT."""

    excluded: Turn | None
    values: tuple[Any, ...]


class Judge:
    """Knows what only the campaign and the ledger know of a chunk's accepted leads."""

    def __init__(
        self, tx: Tx, campaign: sa.Row[Any], list_id: int, leads: Sequence[Lead], *, update: bool, skip_recent: bool
    ) -> None:
        """``leads`` are the accepted ones; ``update`` and ``skip_recent`` as in ``loading.Chunk``."""
        spec: Spec = parse_stored(campaign.spec)
        self._tx, self._list_id = tx, list_id
        self._rules = rules_of(tx.conn, campaign, tx.now)
        self._each_row = spec.leads.duplicates == "all"
        self._cohorts: dict[Any, Cohort] = {}
        days = max(spec.leads.recent_days, RECENT_DAYS if skip_recent else 0)
        self._elsewhere = elsewhere(tx, campaign, leads, running=spec.leads.running == "skip", recent_days=days)
        self._barred = barred(tx, campaign, leads)
        self._alone = bulk.is_empty(tx.conn, lists, (lists.c.campaign_id == campaign.id) & (lists.c.id != list_id))
        there = Known([]) if self._alone else known(tx, campaign.id, leads, besides=list_id)
        file = tx.conn.execute(sa.select(lists.c.file).where(lists.c.id == list_id)).scalar_one()
        self.changes = Changes(list_id, file, there, "update" if update else spec.leads.duplicates, {}, {})

    def cohort(self, lead: Lead) -> Cohort:
        """What this lead shares with others; worked out once for all of them."""
        number, region, types, _ = lead.phones[0]
        key = (number[:AREA], region, types, lead.zones, lead.zone_source, lead.state)
        return self._cohorts.get(key) or self._cohorts.setdefault(key, self._work_out(lead))

    def turn(self, lead: Lead, cohort: Cohort) -> Turn | None:
        """The verdict that the lead gets instead of "accepted"; None: it becomes a contact."""
        if not self._alone and (turn := self.changes.turn(lead)):
            return turn
        if self._elsewhere and (turn := self._elsewhere.get(lead.phones[0].e164)):
            return turn
        if self._barred:
            for phone in lead.phones:
                if reason := self._barred.get(phone.e164):
                    return Turn(Verdict.EXCLUDED, reason, reason.meaning)
        return cohort.excluded

    def contact(self, lead: Lead, cohort: Cohort) -> tuple[Any, ...]:
        """The lead's values for the columns CONTACT."""
        copy = self._list_id << 32 | lead.row if self._each_row else 0
        own = storable(lead.external_id) if lead.external_id else None
        merged = json.dumps(dict(lead.merged)) if lead.merged else None
        phones = lead.phones
        return (lead.row, phones[0].e164, copy, own, numbers_text(phones), merged, *cohort.values)

    def _work_out(self, lead: Lead) -> Cohort:
        person = person_of_lead(lead)
        never = screen(person, NOTHING, self._rules, self._tx.now)
        decision = decide(person, NOTHING, self._rules, self._tx.now)
        looked_up = decision.reason is Reason.UNDECIDED_TYPE and not never  # when their turn comes
        waits_until = None if looked_up else decision.next_at
        next_at = bulk.stored(self._tx.conn, contacts.c.next_at, waits_until or self._tx.now)
        reason = Reason.NEW.value if looked_up else (decision.reason or Reason.NEW).value
        values = (reason, next_at, ",".join(lead.zones), lead.zone_source, lead.state)
        return Cohort(Turn(Verdict.EXCLUDED, never, never.meaning) if never else None, values)
