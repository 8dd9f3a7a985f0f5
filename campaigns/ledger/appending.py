"""Leads that the campaign has already: a newer list changes them, fills them in, takes them off, or leaves them be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from campaigns.leads.filling import agreed, filled_in
from campaigns.leads.headings.layout import Layout, places_of
from campaigns.leads.judge import Judge
from campaigns.leads.lead import REFUSED, Lead, Phone, Refusal, fields_of
from campaigns.leads.numbers.column import read_column
from campaigns.ledger.among import among
from campaigns.ledger.controls import note
from campaigns.ledger.elsewhere import UNFINISHED, Turn
from campaigns.ledger.ledger import Tx
from campaigns.ledger.moves import Return, send_back, withdraw_contacts
from campaigns.ledger.people import LIST_INFO, columns_of, number_values, numbers_of
from campaigns.ledger.tables import OPEN, attempts, contacts, lists, rows
from campaigns.spec import Agents, Leads
from campaigns.vocabulary import HOURS, AttemptState, ContactState, Reason, Verdict

Policy = Literal["skip", "merge", "newest", "all", "update"]
"""``[leads] duplicates``; "update" is for a newer version of a list: its changed rows are the ones that count."""


class Known:
    """The contacts of a campaign that a batch of leads may mean, by the list's own key of the person and by number."""

    def __init__(self, found: Sequence[sa.Row[Any]]) -> None:
        self._by_id: dict[str, list[sa.Row[Any]]] = defaultdict(list)
        self._by_number: dict[str, list[sa.Row[Any]]] = defaultdict(list)
        for contact in found:
            self._by_number[contact.identity].append(contact)
            if contact.external_id:
                self._by_id[contact.external_id].append(contact)

    def same_person(self, lead: Lead) -> list[sa.Row[Any]]:
        """Those with the lead's key; where none has it, those with its number and no key that says otherwise."""
        if lead.external_id and (keyed := self._by_id.get(lead.external_id)):
            return sorted(keyed, key=lambda contact: contact.identity != lead.phones[0].e164) if lead.phones else keyed
        by_number = [contact for phone in lead.phones for contact in self._by_number.get(phone.e164, ())]
        return [contact for contact in by_number if not (lead.external_id and contact.external_id)]

    def same_number(self, lead: Lead) -> list[sa.Row[Any]]:
        """Those with the lead's first number."""
        return self._by_number.get(lead.phones[0].e164, [])


def known(
    tx: Tx, campaign_id: int, numbers: Sequence[str], own: Sequence[str], besides: int | None = None
) -> Known:  # fmt: skip
    """The contacts with one of these first numbers or keys of a list's own; ``besides``: not those of this list."""
    statement = (
        sa.select(contacts, lists.c.file, LIST_INFO, rows.c.cells)
        .join(lists, lists.c.id == contacts.c.list_id)
        .join(rows, (rows.c.list_id == contacts.c.list_id) & (rows.c.row == contacts.c.row))
        .where(contacts.c.campaign_id == campaign_id, contacts.c.list_id != (besides or 0))
    )
    found = tx.conn.execute(statement.where(among(contacts.c.identity, numbers))).all()
    if own:
        has_id = contacts.c.external_id.is_not(None) & among(contacts.c.external_id, own)
        found = [*found, *tx.conn.execute(statement.where(has_id))]
    return Known(list({contact.id: contact for contact in found}.values()))


@dataclass(slots=True)
class Changes:
    """What a batch of leads of one list does to contacts that are there already.

    ``wished`` are the values that a newer row's own wishes change; None where the list has none.
    """

    list_id: int
    file: str
    known: Known
    policy: Policy
    newer: dict[int, tuple[sa.Row[Any], Lead]]
    filled: dict[int, tuple[sa.Row[Any], Lead]]
    wished: Callable[[Lead, sa.Row[Any]], dict[str, Any]] | None = None
    same: int = 0

    def turn(self, lead: Lead) -> Turn | None:
        """What becomes of an accepted lead; None: the campaign does not have this person yet."""
        people, others = self.known.same_person(lead), self.known.same_number(lead)
        met = (people or others)[:1]
        if not met or (self.policy == "all" and not any(_says_the_same(contact, lead) for contact in people)):
            return None
        contact = met[0]
        if people and _says_the_same(contact, lead):
            self.same += 1
            return _duplicate(contact)
        if not people or contact.state not in UNFINISHED or contact.id in self.newer:
            return _duplicate(contact)
        if self.policy in ("update", "newest"):
            if clash := [other for other in others if other.id != contact.id]:
                return _duplicate(clash[0])
            self.newer[contact.id] = contact, lead
            return Turn(Verdict.ACCEPTED, None, f"takes the place of row {contact.row} of {contact.file}")
        takes = self.policy == "merge" or lead.consent.startswith(REFUSED)
        return self._fill(contact, lead) if takes else _duplicate(contact)

    def _fill(self, contact: sa.Row[Any], lead: Lead) -> Turn:
        """By "merge" whatever is blank; a refusal of consent by any policy: people take their consent back."""
        _, own = self.filled.get(contact.id) or (contact, _lead_of(contact))
        full = filled_in(own, lead) if self.policy == "merge" else own._replace(consent=agreed(own, lead))
        if full == own:
            return _duplicate(contact)
        self.filled[contact.id] = contact, full
        taken = [header for header in full.merged or () if header not in (own.merged or ())]
        if full.consent != own.consent:
            taken.append("the refusal of consent")
        return _duplicate(contact, f", and takes {', '.join(taken) or 'its key'} from this one")

    def write(self, tx: Tx) -> None:
        """Make the changes; a call in progress keeps its number, and what was not sent yet goes back."""
        for contact, lead in self._recalled(tx):
            old = (rows.c.list_id == contact.list_id) & (rows.c.row == contact.row)
            detail = f"row {lead.row} of {self.file} is newer"
            turned = {"verdict": Verdict.DUPLICATE, "reason": Reason.DUPLICATE_IN_CAMPAIGN, "detail": detail}
            tx.conn.execute(rows.update().where(old).values(turned))
            values = {"list_id": self.list_id, "row": lead.row, "merged": dict(lead.merged) if lead.merged else None,
                      "external_id": lead.external_id or contact.external_id}  # fmt: skip
            values |= _place_of(contact, lead, tx.now)
            if self.wished:
                values |= self.wished(lead, contact)
            tx.conn.execute(contacts.update().where(contacts.c.id == contact.id).values(values))
        for contact, lead in self.filled.values():
            values = _filled_of(contact, lead, tx.now)
            tx.conn.execute(contacts.update().where(contacts.c.id == contact.id).values(values))

    def _recalled(self, tx: Tx) -> list[tuple[sa.Row[Any], Lead]]:
        """Those whose row is newer, as they stand now that none of their attempts is reserved."""
        theirs = OPEN & among(attempts.c.contact_id, [*self.newer])
        reserved = sa.select(attempts.c.id).where(theirs, attempts.c.state == AttemptState.RESERVED)
        send_back(tx, [Return(id_) for id_ in tx.conn.execute(reserved).scalars()])
        found = tx.conn.execute(sa.select(contacts).where(among(contacts.c.id, [*self.newer])))
        return [(contact, self.newer[contact.id][1]) for contact in found]


def _duplicate(contact: sa.Row[Any], more: str = "") -> Turn:
    said = f"row {contact.row} of {contact.file} has the same number{more}"
    return Turn(Verdict.DUPLICATE, Reason.DUPLICATE_IN_CAMPAIGN, said)


def _says_the_same(contact: sa.Row[Any], lead: Lead) -> bool:
    if lead.consent.startswith(REFUSED) and not (contact.consent or "").startswith(REFUSED):
        return False  # another row of its list may be the one that refuses
    fields = fields_of(columns_of(contact.info), contact.cells, contact.merged)
    return fields == lead.fields and numbers_of(contact) == [phone.e164 for phone in lead.phones]


def _place_of(contact: sa.Row[Any], lead: Lead, now: datetime) -> dict[str, Any]:
    moved = [phone.e164 for phone in lead.phones] != numbers_of(contact)
    waits = contact.reason in HOURS and contact.state == ContactState.READY
    return {
        "identity": lead.phones[0].e164,
        "numbers": number_values(lead.phones),
        "position": 0 if moved else contact.position,
        "zones": ",".join(lead.zones),
        "zone_source": lead.zone_source,
        "region_state": lead.state,
        "consent": lead.consent or None,
        "next_at": now if waits else contact.next_at,
    }


def _lead_of(contact: sa.Row[Any]) -> Lead:
    """The row that a contact stands for, as others have filled it in so far; its place is yet to be read."""
    phones = tuple(Phone(each["e164"], each["region"], (), ()) for each in contact.numbers)
    cells, columns = tuple(contact.cells), columns_of(contact.info)
    return Lead(contact.row, Verdict.ACCEPTED, None, "", "", cells, columns, phones, merged=contact.merged,
                external_id=contact.external_id or "", consent=contact.consent or "")  # fmt: skip


def _filled_of(contact: sa.Row[Any], lead: Lead, now: datetime) -> dict[str, Any]:
    """The values of a contact that others fill in; its own numbers, and what was looked up of them, stay."""
    judge = Judge(Layout(None, lead.columns, (), places_of(lead.columns)), Leads(), Agents())
    zones = [() if isinstance(found, Refusal) else found[0].zones
             for found in read_column([phone.e164 for phone in lead.phones], None)]  # fmt: skip
    phones = tuple(phone._replace(zones=own) for phone, own in zip(lead.phones, zones, strict=True))
    (full,) = judge.read_anew([lead._replace(phones=phones)])
    return _place_of(contact, full, now) | {
        "numbers": contact.numbers + number_values(phones[len(contact.numbers) :]),
        "position": contact.position,
        "merged": full.merged,
        "external_id": full.external_id or None,
    }


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """People to be taken off a campaign, as rows of a list."""

    campaign_id: int
    leads: Sequence[Lead]
    who: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """How many people were taken off, are on the phone or held and come off then, were finished, or are not there."""

    withdrawn: int
    open: int
    finished: int
    unknown: int


def withdraw(tx: Tx, items: Sequence[Withdrawal]) -> list[Withdrawn]:
    """Waiting contacts are cancelled at once; who is being called or held is, should they be due to wait again."""
    return [_withdraw(tx, item) for item in items]


def _withdraw(tx: Tx, item: Withdrawal) -> Withdrawn:
    numbers = [phone.e164 for lead in item.leads for phone in lead.phones]
    there = known(tx, item.campaign_id, numbers, [lead.external_id for lead in item.leads if lead.external_id])
    meant = [there.same_person(lead) for lead in item.leads]
    people = {contact.id: contact for found in meant for contact in found}
    withdraw_contacts(tx, [contact.id for contact in people.values() if contact.state in UNFINISHED])
    waiting = sum(contact.state == ContactState.READY for contact in people.values())
    live = sum(contact.state in UNFINISHED for contact in people.values()) - waiting
    if waiting or live:
        detail = f"{waiting + live} people, {live} of them in a call or held"
        note(tx, item.campaign_id, item.who, "withdrawn", detail, item.why)
    return Withdrawn(waiting, live, len(people) - waiting - live, meant.count([]))


@dataclass(frozen=True, slots=True)
class Appended:
    """How many leads of a campaign a list has added and changed, by whom, and why."""

    campaign_id: int
    added: int
    changed: int
    who: str
    why: str


def tell_appended(tx: Tx, items: Sequence[Appended]) -> Sequence[Appended]:
    """Keep what was appended in the campaign's history; a list that changed nothing is no news."""
    for item in items:
        if item.added or item.changed:
            detail = f"{item.added} leads added, {item.changed} changed"
            note(tx, item.campaign_id, item.who, "appended", detail, item.why)
    return items
