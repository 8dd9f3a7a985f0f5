"""A row's gaps are filled from another row of the same person."""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.leads.lead import REFUSED, Lead, Phone, Refusal
from campaigns.leads.numbers.phones import read_phones


def filled_in(own: Lead, other: Lead) -> Lead:
    """``own`` with what ``other`` says in columns that are blank in it, further numbers among that.

    A refusal of consent counts, whoever's row has it. What else the cells say together is yet to be read.
    """
    theirs = {
        (column.header, column.field == "phone"): cell
        for column, cell in zip(other.columns, other.filled_cells, strict=True)
    }
    gaps: dict[str, str] = {}
    further: list[Phone] = []
    for column, cell in zip(own.columns, own.filled_cells, strict=True):
        if cell.strip():
            continue
        is_phone = column.field == "phone"
        more = theirs.get((column.header, is_phone), "")
        numbers = _said_in(more, other.phones) if is_phone else []
        if numbers or (more.strip() and not is_phone):
            gaps[column.header] = more
            further += numbers
    known = {phone.e164 for phone in own.phones}
    return own._replace(
        merged={**(own.merged or {}), **gaps} or None,
        phones=(*own.phones, *(phone for phone in dict.fromkeys(further) if phone.e164 not in known)),
        external_id=own.external_id or other.external_id,
        consent=agreed(own, other),
    )


def agreed(own: Lead, other: Lead) -> str:
    """What the two rows say of consent: a refusal where either refuses it, else what ``own`` says."""
    return next((lead.consent for lead in (own, other) if lead.consent.startswith(REFUSED)), own.consent)


def _said_in(cell: str, phones: Sequence[Phone]) -> list[Phone]:
    """Which of its row's numbers a cell says; it alone does not tell their country."""
    found = [read_phones(cell, region) for region in {phone.region for phone in phones}]
    said = {phone.e164 for numbers in found if not isinstance(numbers, Refusal) for phone in numbers}
    return [phone for phone in phones if phone.e164 in said]
