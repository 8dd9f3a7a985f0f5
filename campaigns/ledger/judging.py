"""The verdict on leads that only the campaign and the ledger can give, and what makes contacts of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa

from campaigns.leads.packed import Accepted, Kind, Packed, numbers_in
from campaigns.ledger import bulk
from campaigns.ledger.appending import Changes, Known, Policy, known
from campaigns.ledger.campaigns import parse_stored, rules_of
from campaigns.ledger.elsewhere import Turn, barred, elsewhere
from campaigns.ledger.ledger import Tx
from campaigns.ledger.people import LIST_INFO, columns_of
from campaigns.ledger.tables import contacts, lists
from campaigns.ledger.wishing import OF_WISHES, Own, Wishing
from campaigns.rules.decide import decide, screen
from campaigns.rules.facts import History, Person
from campaigns.spec import Spec
from campaigns.vocabulary import PhoneType, Reason, Verdict

RECENT_DAYS = 30
NOTHING = History()
OF_COHORT = ("reason", "next_at", "zones", "zone_source", "region_state")


@dataclass(frozen=True, slots=True)
class Cohort:
    """What leads of one kind share: why none of them may ever be called, or their values for OF_COHORT."""

    excluded: Turn | None
    values: tuple[Any, ...]


class Judge:
    """Knows what only the campaign and the ledger know of a chunk's accepted leads."""

    def __init__(
        self, tx: Tx, campaign: sa.Row[Any], list_id: int, batches: Sequence[Packed], *, update: bool, skip_recent: bool
    ) -> None:
        """``update`` and ``skip_recent`` as in ``loading.Chunk``."""
        spec: Spec = parse_stored(campaign.spec)
        self._tx, self._rules = tx, rules_of(tx.conn, campaign, tx.now)
        self.each_row = spec.leads.duplicates == "all"
        self._cohorts: dict[Kind, Cohort] = {}
        days = max(spec.leads.recent_days, RECENT_DAYS if skip_recent else 0)
        firsts = (lead[1] for lead in _accepted(batches))
        self._elsewhere = elsewhere(tx, campaign, firsts, running=spec.leads.running == "skip", recent_days=days)
        self._barred = barred(tx, campaign, _numbers(batches))
        self._alone = bulk.is_empty(tx.conn, lists, (lists.c.campaign_id == campaign.id) & (lists.c.id != list_id))
        there = Known([])
        if not self._alone:
            own = [lead[5] for lead in _accepted(batches) if lead[5]]
            there = known(tx, campaign.id, list(_numbers(batches)), own, besides=list_id)
        this = tx.conn.execute(sa.select(lists.c.file, LIST_INFO).where(lists.c.id == list_id)).one()
        self._columns = columns_of(this.info)
        self._wishing = Wishing(tx, spec, self._rules, self._columns) or None
        self.of_contact = (*OF_COHORT, *OF_WISHES) if self._wishing else OF_COHORT
        policy: Policy = "update" if update else spec.leads.duplicates
        changed = self._wishing.changed if self._wishing else None
        self.changes = Changes(list_id, this.file, there, policy, {}, {}, changed)

    def turns(self, batch: Packed, cohorts: Sequence[Cohort], wishes: Mapping[int, Own]) -> dict[int, Turn]:
        """By row, the verdicts that leads get instead of "accepted"; nearly always none."""
        found = {row: own.excluded for row, own in wishes.items() if own.excluded}
        if any(cohort.excluded for cohort in cohorts):
            found |= {lead[0]: turn for lead in batch.accepted if (turn := cohorts[lead[3]].excluded)}
        if self._barred:
            for lead in batch.accepted:
                for number in numbers_in(lead[4]):
                    if reason := self._barred.get(number):
                        found[lead[0]] = Turn(Verdict.EXCLUDED, reason, reason.meaning)
        if self._elsewhere:
            found |= {lead[0]: turn for lead in batch.accepted if (turn := self._elsewhere.get(lead[1]))}
        if not self._alone:
            found |= {lead.row: turn for lead in batch.leads(self._columns) if (turn := self.changes.turn(lead))}
        return found

    def wishes(self, batch: Packed, cohorts: Sequence[Cohort]) -> dict[int, Own]:
        """By row, what those make of their cohort's values who wish anything; nearly always nobody may."""
        if not self._wishing:
            return {}
        pairs = zip(batch.leads(self._columns), batch.accepted, strict=True)
        return {lead.row: self._wishing.own(lead, cohorts[packed[3]].values) for lead, packed in pairs}

    def cohort(self, kind: Kind) -> Cohort:
        """What leads of this kind share; worked out once for all of them."""
        return self._cohorts.get(kind) or self._cohorts.setdefault(kind, self._work_out(kind))

    def _work_out(self, kind: Kind) -> Cohort:
        start, region, types, zones, source, state, consent = kind
        person = Person(start, region, tuple(map(PhoneType, types)), tuple(zones), state, consent)
        never = screen(person, NOTHING, self._rules, self._tx.now)
        decision = decide(person, NOTHING, self._rules, self._tx.now)
        looked_up = decision.reason is Reason.UNDECIDED_TYPE and not never  # when their turn comes
        waits_until = None if looked_up else decision.next_at
        next_at = bulk.stored(self._tx.conn, contacts.c.next_at, waits_until or self._tx.now)
        reason = Reason.NEW if looked_up else decision.reason or Reason.NEW
        values = (reason.value, next_at, ",".join(zones), source, state)
        return Cohort(Turn(Verdict.EXCLUDED, never, never.meaning) if never else None, values)


def _accepted(batches: Sequence[Packed]) -> Iterator[Accepted]:
    return chain.from_iterable(batch.accepted for batch in batches)


def _numbers(batches: Sequence[Packed]) -> Iterator[str]:
    return (number for lead in _accepted(batches) for number in numbers_in(lead[4]))
