"""What each column of a list holds, and the mapping by which the campaign file says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from campaigns.errors import ListRefused
from campaigns.leads.headings import contents
from campaigns.leads.headings.contents import LOOKED_INTO, MOST
from campaigns.leads.headings.headers import COUNTRY_CODE, FIELDS, key, meanings, plainness, slug
from campaigns.leads.headings.heading import Cells, countries_of, read_heading
from campaigns.leads.headings.phone_headers import MAIN, is_never_phone, phone_rank, vague_rank
from campaigns.leads.lead import Column
from campaigns.leads.reading.table import Record

SAMPLES = 3
"""So many different cells of a column are shown."""

CUSTOM = "custom"
KNOWN = (*FIELDS, "phone", CUSTOM)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read: its columns, which of them hold phones in calling order, and where each field stands.

    Of several columns of one field the plainest header's comes first: ``City`` before ``Mailing City``.
    """

    header_row: int | None
    columns: tuple[Column, ...]
    phones: tuple[int, ...]
    places: dict[str, tuple[int, ...]]


def lay_out(head: Sequence[Record], width: int, mapped: Mapping[str, str], country: str | None) -> Layout:
    """Find header and columns from a table's first records.

    ``mapped`` (header → our field, ``"phone"`` or ``"custom"``) goes before what the header says, and the header
    before the cells; where it names several phones, its order is the order of calling, and no other column is a
    phone. Without any phone column ``phones`` is empty. Raises ListRefused where ``mapped`` does not fit.
    """
    heading = read_heading(head, width, country, frozenset())
    if not mapped.keys() <= set(heading.names):
        heading = read_heading(head, width, country, frozenset(map(key, mapped)))
    names, cells = heading.names, heading.cells
    chosen = _chosen(mapped, names)
    fields = [chosen.get(at, field) for at, field in enumerate(meanings(names))]
    countries = countries_of(names, fields, cells, country)
    phones = _phones(names, cells, chosen, countries)
    columns = tuple(_column(at, name, fields[at], cells[at], chosen, phones) for at, name in enumerate(names))
    if heading.row is None:
        columns = tuple(replace(column, why=column.why.replace("header", "content")) for column in columns)
    return Layout(heading.row, columns, tuple(phones), places_of(columns))


def places_of(columns: Sequence[Column]) -> dict[str, tuple[int, ...]]:
    """Where each field but the phones stands, as ``Layout.places`` has it."""
    places: dict[str, tuple[int, ...]] = {}
    for at in sorted(range(len(columns)), key=lambda at: (plainness(columns[at].header), at)):
        if (field := columns[at].field) and field != "phone":
            places[field] = (*places.get(field, ()), at)
    return places


def mapping_of(layout: Layout) -> dict[str, str]:
    """The whole ``[leads.map]`` of a layout: header → field, ``"phone"`` or ``"custom"``, phones in calling order.

    Given back to ``lay_out`` for the same table it yields the same phones, fields and places.
    """
    rest = (at for at in range(len(layout.columns)) if at not in layout.phones)
    return {layout.columns[at].header: layout.columns[at].field or CUSTOM for at in (*layout.phones, *rest)}


def _chosen(mapped: Mapping[str, str], names: Sequence[str]) -> dict[int, str]:
    """What the campaign file says of columns, by position and in its own order; raises ListRefused."""
    places = {key(name): at for at, name in enumerate(names)} | {name: at for at, name in enumerate(names)}
    chosen: dict[int, str] = {}
    for header, field in mapped.items():
        at = places.get(header, places.get(key(header)))
        if field not in KNOWN:
            raise ListRefused(f'leads.map: "{field}" is no field; there are: {", ".join(KNOWN)}')
        if at is None:
            raise ListRefused(f'leads.map: the list has no column "{header}"; it has: {", ".join(names)}')
        chosen[at] = field
    return chosen


def _phones(
    names: Sequence[str], cells: Cells, chosen: Mapping[int, str], countries: Sequence[str | None]
) -> dict[int, str]:
    """The phone columns in calling order, each with the reason.

    Headers go before cells. Where what stands below them is no number, or nothing, vague headers above numbers count,
    too; where no header speaks of phones at all, the one column whose cells do.
    """
    if by_map := [at for at, field in chosen.items() if field == "phone"]:
        return dict.fromkeys(by_map, "campaign file")

    def shares(places: Iterable[int], strict: bool) -> dict[int, float]:
        found = {at: contents.phone_share(cells[at], countries, strict) for at in islice(places, LOOKED_INTO)}
        return {at: share for at, share in found.items() if share >= MOST}

    free = [at for at in range(len(names)) if at not in chosen]
    named = {at: rank for at in free if (rank := phone_rank(names[at])) is not None}
    asked = shares(_answers(names, cells, free), strict=False)
    if any(map(contents.is_number, (cell for at in named for cell in cells[at]))):
        why = {at: "header" for at in named if not contents.speak_against_phones(cells[at])}
    else:
        vague = {at: rank for at in free if at not in named and (rank := vague_rank(names[at])) is not None}
        sure = shares((at for at, rank in vague.items() if rank == 0), strict=False)
        asked |= sure or shares((at for at, rank in vague.items() if rank == 1), strict=True)
        why = dict.fromkeys(named, "header")
    why |= dict.fromkeys(asked, "header and content")
    if why:
        return {at: why[at] for at in sorted(why, key=lambda at: (named.get(at, MAIN), at))}
    fields = meanings(tuple(names))
    unknown = [at for at in free if fields[at] is None and not is_never_phone(names[at])]
    found = shares(unknown, strict=True)
    best = sorted(found, key=lambda at: (-found[at], -contents.dressed_share(cells[at])))[:1]
    return dict.fromkeys(best, "content")


def _answers(names: Sequence[str], cells: Cells, free: Sequence[int]) -> list[int]:
    """The columns of answers to a question for a phone number: ``Response 1`` beside ``Question 1`` (Calendly)."""
    places = {slug(names[at]): at for at in free}
    pairs = [(places.get(f"question_{n}"), places.get(f"response_{n}")) for n in range(1, 11)]
    return [
        answer
        for question, answer in pairs
        if question is not None and answer is not None
        if any(phone_rank(asked) is not None or vague_rank(asked) == 0 for asked in set(cells[question]))
    ]


def _column(
    at: int, name: str, meaning: str | None, cells: Sequence[str], chosen: Mapping[int, str], phones: Mapping[int, str]
) -> Column:
    samples = tuple(dict.fromkeys(filter(None, cells)))[:SAMPLES]
    if at in phones:
        return Column(name, "phone", phones[at], samples)
    if at in chosen:
        return Column(name, None if chosen[at] == CUSTOM else chosen[at], "campaign file", samples)
    field = _settled(meaning, cells)
    why = "custom field" if field is None else "header" if field == meaning else "header and content"
    return Column(name, field, why, samples)


def _settled(meaning: str | None, cells: Sequence[str]) -> str | None:
    """Our field where the cells have a say: dial codes are no country, and what repeats names no person."""
    if meaning == "external_id":
        return meaning if contents.identify(cells) else None
    if meaning in ("country", "phone_prefix", COUNTRY_CODE):
        if contents.are_dial_codes(cells):
            return "phone_prefix"
        if contents.are_countries(cells):
            return "country"
        return None if any(cells) and meaning != "country" else meaning.replace(COUNTRY_CODE, "country")
    return meaning
