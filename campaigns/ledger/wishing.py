"""What the wishes of a list's rows make of their contacts: level, bounds, callback, and what to review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaigns.area_codes import AREA
from campaigns.leads.callers import Callers
from campaigns.leads.lead import Column, Lead
from campaigns.ledger import bulk
from campaigns.ledger.elsewhere import Turn
from campaigns.ledger.ledger import Tx
from campaigns.ledger.people import person_of_lead
from campaigns.ledger.tables import contacts
from campaigns.rules.callbacks import callback_step
from campaigns.rules.decide import decide
from campaigns.rules.facts import History
from campaigns.rules.order import USUAL_PRIORITY, level_of
from campaigns.rules.rules import Rules
from campaigns.rules.wishes import FIELDS, Wishes, read_wishes
from campaigns.spec import Spec
from campaigns.vocabulary import ContactState, Reason, Verdict

OF_WISHES = ("priority", "not_before", "expires_at", "callback_at", "agents")
NOTHING = History()
EXPIRED = Turn(Verdict.EXCLUDED, Reason.LEAD_EXPIRED, Reason.LEAD_EXPIRED.meaning)


@dataclass(frozen=True, slots=True)
class Own:
    """Why the row is never called, its contact's values (cohort's, then OF_WISHES), and what nobody could read."""

    excluded: Turn | None
    values: tuple[Any, ...]
    unreadable: tuple[tuple[str, str], ...]


class Wishing:
    """Reads the wishes of leads with these columns; false where neither list nor campaign file can have any."""

    def __init__(self, tx: Tx, spec: Spec, rules: Rules, columns: Sequence[Column]) -> None:
        self._tx, self._rules, self._priority = tx, rules, spec.order.priority
        self._expires_after = spec.leads.expires_after
        self._places = {column.field: at for at, column in reversed(list(enumerate(columns))) if column.field in FIELDS}
        self._callers = Callers(spec.agents, columns, spec.leads.map)
        self._pool = spec.agents.pool
        self._known: dict[Any, Own] = {}

    def __bool__(self) -> bool:
        return bool(self._places or self._callers or self._expires_after or self._priority != USUAL_PRIORITY)

    def own(self, lead: Lead, cohort: tuple[Any, ...]) -> Own:
        """What the lead's wishes make of the values that it shares; worked out once for all that say the same."""
        phone = lead.phones[0]
        cells = lead.filled_cells
        said = tuple(cells[at] for at in self._places.values())
        key = (said, self._callers.of(cells), phone.e164[:AREA], phone.region, cohort)
        return self._known.get(key) or self._known.setdefault(key, self._work_out(lead, cohort))

    def changed(self, lead: Lead, contact: sa.Row[Any]) -> dict[str, Any]:
        """What a newer row's wishes change of a contact; one that waits is called back as the row now says."""
        wishes = self._read(lead)
        asked = wishes.call_at if wishes.call_at != contact.callback_at else None
        level = level_of(wishes.priority or self._priority, callback=bool(asked or contact.callback_at))
        values: dict[str, Any] = {"priority": level, "not_before": wishes.not_before}
        if wishes.expires_at:
            values["expires_at"] = wishes.expires_at
        agents = self._callers.of(lead.filled_cells)
        if contact.agents not in (agents or self._pool):
            values["agents"] = ",".join(agents) or None
        if asked and contact.state == ContactState.READY:
            step = callback_step(asked, person_of_lead(lead).place, self._rules, self._tx.now, contact.position)
            values |= {"callback_at": asked, "next_at": step.next_at, "reason": step.reason}
        return values

    def _work_out(self, lead: Lead, cohort: tuple[Any, ...]) -> Own:
        wishes, now = self._read(lead), self._tx.now
        reason, _, *place = cohort
        begin = max(now, wishes.not_before or now)
        next_at = decide(person_of_lead(lead), NOTHING, self._rules, begin).next_at or begin
        if wishes.call_at:
            step = callback_step(wishes.call_at, person_of_lead(lead).place, self._rules, begin, 0)
            next_at, reason = step.next_at or begin, step.reason.value
        elif begin > now:
            reason = Reason.NOT_YET.value
        expires_at = wishes.expires_at or (now + self._expires_after if self._expires_after else None)
        level = level_of(wishes.priority or self._priority, callback=wishes.call_at is not None)
        values = (reason, self._stored(next_at), *place, level,
                  *map(self._stored, (wishes.not_before, expires_at, wishes.call_at)),
                  ",".join(self._callers.of(lead.filled_cells)) or None)  # fmt: skip
        return Own(EXPIRED if expires_at and next_at >= expires_at else None, values, wishes.unreadable)

    def _read(self, lead: Lead) -> Wishes:
        cells = lead.filled_cells
        said = {field: cells[at] for field, at in self._places.items() if field}
        return read_wishes(said, lead.zones, lead.phones[0].region, self._tx.now)

    def _stored(self, at: datetime | None) -> Any:
        return bulk.stored(self._tx.conn, contacts.c.next_at, at)
