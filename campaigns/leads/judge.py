"""Gives every row of a list its verdict, a batch at a time: whole columns where that is faster than cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np

from campaigns.area_codes import AMERICAN, AREA, area_code
from campaigns.leads.answers import opts_out, refuses, says_nothing
from campaigns.leads.callers import Callers
from campaigns.leads.consents import consent_in
from campaigns.leads.filling import filled_in
from campaigns.leads.headings.countries import region_of
from campaigns.leads.headings.layout import Layout
from campaigns.leads.lead import ACCEPTED, REFUSED, Lead, Phone, Refusal
from campaigns.leads.numbers.advice import quoted
from campaigns.leads.numbers.column import read_column
from campaigns.leads.numbers.phones import NO_NUMBER, with_prefix
from campaigns.leads.places.american import Zones
from campaigns.leads.places.zones import person_zones
from campaigns.leads.reading.cells import is_error
from campaigns.leads.reading.table import Record
from campaigns.leads.seen import Numbers, Rows, Seen
from campaigns.leads.send import filled
from campaigns.spec import Agents, Leads
from campaigns.vocabulary import Reason, Verdict

PLACE = ("timezone", "postal_code", "city", "state")
Found = tuple[Phone, ...] | Refusal
Cells = tuple[str, ...]
Place = tuple[tuple[str, ...], str, str | None]
"""Zones, the evidence for them, and the American state."""
NOWHERE: Place = ((), "", None)
Judged = tuple[Verdict, Reason | None, str, str]
FINE: Judged = (ACCEPTED, None, "", "")
UNKNOWN = ""
"""Stands for a country that the row names, and nobody here knows: nothing is assumed of its number then."""


class Judge:
    """Knows how a list's columns are read, and which numbers it has seen so far; judge its batches in order."""

    def __init__(self, layout: Layout, leads: Leads, agents: Agents) -> None:
        self._layout, self._leads = layout, leads
        self._callers = Callers(agents, layout.columns, leads.map)
        self._blanks = [""] * len(layout.columns)
        self._required = {name: entry for name, entry in leads.send.items() if entry and entry.required}
        self._places = layout.places
        self._seen = Seen()
        self._later: dict[int, Lead] = {}
        self._opted_out: dict[str, int] = {}
        self._refused: dict[str, int] = {}

    @property
    def looks_ahead(self) -> bool:
        """Whether what a row is may hang on later ones, so that ``prepare`` must see all batches first."""
        says_no = self._places.get("do_not_call") or self._places.get("consent")
        return bool(says_no) or self._leads.duplicates in ("merge", "newest")

    def prepare(self, records: Sequence[Record]) -> None:
        """Look at a batch beforehand: whoever opts out, or refuses consent, does so for all rows with the number."""
        opted_out = [record for record in records if self._opt_out(record[1])]
        for lead in self._leads_of(opted_out):
            for phone in lead.phones:
                self._opted_out.setdefault(phone.e164, lead.row)
        refused = [record for record in records if any(refuses(cell) for cell in self._cells("consent", record[1]))]
        for lead in self._leads_of(refused):
            for phone in lead.phones:
                self._refused.setdefault(phone.e164, lead.row)
        if self._leads.duplicates in ("merge", "newest"):
            self._look_at(self._leads_of(records))

    def _look_at(self, leads: Sequence[Lead]) -> None:
        _, numbers, rows = _numbers(leads)
        if self._leads.duplicates == "newest":
            self._seen.replace(numbers, rows)
            return
        first_rows = self._seen.rows_of(numbers, rows).tolist()
        for lead, first in zip(filter(_is_accepted, leads), first_rows, strict=True):
            if first != lead.row:
                later = self._later.get(first)
                self._later[first] = filled_in(later, lead) if later else lead

    def _opt_out(self, cells: Sequence[str]) -> tuple[int, str] | None:
        """Which column says that the person must not be called, and how."""
        for position in self._places.get("do_not_call", ()):
            said = cells[position].strip() if position < len(cells) else ""
            if opts_out(said):
                return position, said
        return None

    def judge(self, records: Sequence[Record]) -> list[Lead]:
        """One lead for each record, in order."""
        leads = self._leads_of(records)
        if self._leads.duplicates == "all":
            return leads
        accepted, numbers, rows = _numbers(leads)
        kept = self._seen.rows_of(numbers, rows)
        for index in np.flatnonzero(kept != rows).tolist():
            leads[accepted[index]] = _duplicate(leads[accepted[index]], int(kept[index]))
        filled = [index for index in accepted if leads[index].row in self._later] if self._later else []
        both = [filled_in(leads[index], self._later[leads[index].row]) for index in filled]
        for index, lead in zip(filled, self.read_anew(both), strict=True):
            leads[index] = lead
        return leads

    def read_anew(self, leads: Sequence[Lead]) -> list[Lead]:
        """Accepted leads that were ``filled_in``, with what all their cells together say of the person."""
        records = [(lead.row, list(lead.filled_cells)) for lead in leads]
        return [
            new._replace(
                cells=lead.cells,
                merged=lead.merged,
                external_id=lead.external_id,
                consent=lead.consent if lead.consent.startswith(REFUSED) else new.consent,
            )
            for lead, new in zip(leads, self._leads_of(records, [lead.phones for lead in leads]), strict=True)
        ]

    def _leads_of(self, records: Sequence[Record], found: list[Found] | None = None) -> list[Lead]:
        """The records as they are by themselves; ``found`` are their numbers, where they are known already."""
        if not records:
            return []
        blanks, columns = self._blanks, self._layout.columns
        width = len(blanks)
        rows = [
            tuple(cells) if len(cells) == width else tuple((cells + blanks)[:width]) for _, cells in records
        ]  # fmt: skip
        by_column = list(zip(*rows, strict=True))
        said = self._first("country", by_column, len(rows))
        countries = [_country(cell) if cell else None for cell in said]
        if found is None:
            found = self._phones(by_column, countries, len(rows))
        if UNKNOWN in countries:
            found = [_of_nowhere(cell, phones) if country == UNKNOWN else phones
                     for cell, country, phones in zip(said, countries, found, strict=True)]  # fmt: skip
        if self._opted_out:
            found = list(map(self._wanted, found))
        places = self._zones(by_column, countries, found)
        ids = self._first("external_id", by_column, len(rows))
        if any(map(is_error, ids)):
            ids = ["" if is_error(id_) else id_ for id_ in ids]
        consents = self._consents(by_column, len(rows))
        if self._refused:
            consents = list(map(self._agreed, consents, found))
        judged = self._verdicts(rows, found)
        numbers = [() if isinstance(phones, Refusal) else phones for phones in found]
        make = tuple.__new__  # what Lead(...) ends in, without the way there
        return [
            make(Lead, (row, *said, cells, columns, phones, *place, id_, None, consent))
            for (row, _), said, cells, phones, place, id_, consent in zip(
                records, judged, rows, numbers, places, ids, consents, strict=True
            )
        ]

    def _verdicts(self, rows: list[Cells], found: list[Found]) -> list[Judged]:
        judged = [
            (Verdict.REJECTED, phones.reason, phones.detail, phones.suggestion)
            if isinstance(phones, Refusal)
            else FINE
            for phones in found
        ]  # fmt: skip
        if self._required:
            judged = [self._missing(row) or said if said is FINE else said
                      for row, said in zip(rows, judged, strict=True)]  # fmt: skip
        if self._callers:
            judged = [self._uncalled(row) if said is FINE and not self._callers.knows(row) else said
                      for row, said in zip(rows, judged, strict=True)]  # fmt: skip
        if self._places.get("do_not_call"):
            judged = [self._unwanted(row, phones) or said
                      for row, phones, said in zip(rows, found, judged, strict=True)]  # fmt: skip
        return judged

    def _unwanted(self, row: Cells, phones: Found) -> Judged | None:
        if isinstance(phones, Refusal):
            return None
        if opted := self._opt_out(row):
            header = self._layout.columns[opted[0]].header
            return Verdict.EXCLUDED, Reason.OPTED_OUT, f'The column "{header}" says "{opted[1]}".', ""
        if other := self._opted_out.get(phones[0].e164):
            return Verdict.EXCLUDED, Reason.OPTED_OUT, f"Row {other} has the same number and asks not to be called.", ""
        return None

    def _wanted(self, phones: Found) -> Found:
        """Without the further numbers that another row asks not to be called on, a shared switchboard for instance."""
        if isinstance(phones, Refusal) or len(phones) == 1:
            return phones
        return phones[:1] + tuple(phone for phone in phones[1:] if phone.e164 not in self._opted_out)

    def _missing(self, row: Cells) -> Judged | None:
        shown = ("" if is_error(cell) else cell for cell in row)
        fields = {column.header: cell for column, cell in zip(self._layout.columns, shown, strict=True)}
        for name, entry in self._required.items():
            if not filled(name, entry, fields, self._leads.map).strip():
                advice = f'Fill in "{entry.column or name}", or give leads.send.{name} a default.'
                detail = f'The campaign requires "{name}", which is blank in this row.'
                return Verdict.REJECTED, Reason.MISSING_FIELD, detail, advice
        return None

    def _uncalled(self, row: Cells) -> Judged:
        detail = f'The column "{self._callers.header}" says "{self._callers.said(row)}", which is no agent\'s.'
        advice = "Name it in [agents.values], or name agents.pool for such rows."
        return Verdict.REJECTED, Reason.NO_AGENT, detail, advice

    def _phones(self, by_column: list[Cells], countries: list[str | None], count: int) -> list[Found]:
        prefixes = self._first("phone_prefix", by_column, count)
        best: list[Found] = []
        for position in self._layout.phones:
            cells: Sequence[str] = by_column[position]
            if any(prefixes):
                cells = [
                    with_prefix(cell, prefix) if prefix and not country else cell
                    for cell, prefix, country in zip(cells, prefixes, countries, strict=True)
                ]
            found = self._read(cells, countries)
            best = list(map(_both, best, found)) if best else found
        return best or [NO_NUMBER] * count

    def _read(self, cells: Sequence[str], countries: list[str | None]) -> list[Found]:
        """The numbers of a column: each cell read with its own row's country, or the list's where it names none."""
        different = set(countries)
        if len(different) == 1:
            return read_column(cells, self._assumed(next(iter(different))))
        found: list[Found] = [NO_NUMBER] * len(cells)
        for country in different:
            these = [index for index, own in enumerate(countries) if own == country]
            answers = read_column([cells[index] for index in these], self._assumed(country))
            for index, answer in zip(these, answers, strict=True):
                found[index] = answer
        return found

    def _assumed(self, country: str | None) -> str | None:
        return self._leads.country if country is None else country or None

    def _zones(self, by_column: list[Cells], countries: list[str | None], found: list[Found]) -> list[Place]:
        columns = [self._first(field, by_column, len(found)) for field in PLACE]
        return [
            NOWHERE
            if isinstance(phones, Refusal)
            else _place(phones[0][0][:AREA], phones[0][3], *cells)
            if len(phones) == 1
            else _all_places(phones, cells)
            for phones, cells in zip(found, zip(countries, *columns, strict=True), strict=True)
        ]

    def _cells(self, field: str, cells: Sequence[str]) -> list[str]:
        """What a record says in the columns of this field."""
        return [cells[position] for position in self._places.get(field, ()) if position < len(cells)]

    def _agreed(self, consent: str, phones: Found) -> str:
        """What the row says of consent, unless another row of the number refuses it."""
        if isinstance(phones, Refusal) or consent.startswith(REFUSED):
            return consent
        row = next((self._refused[phone.e164] for phone in phones if phone.e164 in self._refused), None)
        return f"{REFUSED}: row {row} has the same number" if row else consent

    def _consents(self, by_column: list[Cells], count: int) -> list[str]:
        positions = self._places.get("consent", ())
        if not positions:
            return [""] * count
        headers = [self._layout.columns[position].header for position in positions]
        cells = zip(*(by_column[position] for position in positions), strict=True)
        return [consent_in(list(zip(headers, texts, strict=True))) for texts in cells]

    def _first(self, field: str, by_column: list[Cells], count: int) -> list[str]:
        """For every row the first filled cell among the columns of this field, stripped; blank where there is none."""
        positions = self._places.get(field, ())
        if len(positions) == 1:
            return [cell.strip() for cell in by_column[positions[0]]]
        columns = [[cell.strip() for cell in by_column[position]] for position in positions]
        return [next(filter(None, cells), "") for cells in zip(*columns, strict=True)] if columns else [""] * count


def _numbers(leads: Sequence[Lead]) -> tuple[list[int], Numbers, Rows]:
    """Of the accepted leads: where they stand, first numbers, rows."""
    accepted = [index for index, lead in enumerate(leads) if lead.verdict is ACCEPTED]
    these = [leads[index] for index in accepted]
    numbers = " ".join([lead.phones[0].e164 for lead in these])
    return accepted, np.fromstring(numbers, np.int64, sep=" "), np.array([lead.row for lead in these], np.int32)


def _duplicate(lead: Lead, kept: int) -> Lead:
    detail = f"row {kept} has the same number" + (" and is newer" if kept > lead.row else "")
    return lead._replace(verdict=Verdict.DUPLICATE, reason=Reason.DUPLICATE_IN_FILE, detail=detail)


def _is_accepted(lead: Lead) -> bool:
    return lead.verdict is ACCEPTED


@lru_cache(maxsize=4096)
def _country(cell: str) -> str | None:
    """The ISO code of the country that a cell names; None where it names none."""
    return region_of(cell) or (None if says_nothing(cell) else UNKNOWN)


def _of_nowhere(country: str, phones: Found) -> Found:
    """What becomes of a number in a country that is not known: only one with its own ``+`` can be called."""
    if not isinstance(phones, Refusal) or phones.reason is Reason.NO_NUMBER:
        return phones
    detail = f"The row's country is {quoted(country)}, which is not known here, and the number does not say its own."
    return Refusal(Reason.UNKNOWN_COUNTRY, detail, "Write the country's usual name or code, or the number with its +.")


@lru_cache(maxsize=65536)
def _place(
    number: str, by_number: Zones, country: str | None, named: str, postal: str, city: str, state: str
) -> Place:  # fmt: skip
    """Where the person could be; ``number`` may be its beginning, up to the area code."""
    american = country == "US" or (not country and number.startswith(AMERICAN))
    return person_zones(by_number, named, postal, city, state, american, area_code(number))


def _all_places(phones: tuple[Phone, ...], cells: tuple[str | None, str, str, str, str]) -> Place:
    """With several numbers, wherever any one of them could be."""
    places = [_place(phone.e164[:AREA], phone.zones, *cells) for phone in phones]
    return tuple(dict.fromkeys(chain.from_iterable(zones for zones, _, _ in places))), *places[0][1:]


def _both(one: Found, other: Found) -> Found:
    """What two cells of a row give together, the first going before; a refusal counts only where nothing else does."""
    if isinstance(other, Refusal):
        return other if one is NO_NUMBER else one
    if isinstance(one, Refusal):
        return other
    known = {phone.e164 for phone in one}
    return one + tuple(phone for phone in other if phone.e164 not in known)
