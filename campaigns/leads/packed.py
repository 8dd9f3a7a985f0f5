"""Judged leads as plain values: what one process sends to another, and nearly what the ledger keeps of them.

A lead becomes one of these in a third of the time that it takes to send the lead itself, and a million of them come.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Self

from campaigns.area_codes import AREA
from campaigns.leads.lead import Column, Lead, Phone
from campaigns.vocabulary import PhoneType, Verdict

Kind = tuple[str, str, tuple[str, ...], tuple[str, ...], str, str | None]
"""Beginning, region and types of the first number; zones, the evidence for them, the American state: many share one."""
Accepted = tuple[int, str, str, int, str, str]
"""Row, first number, cells as JSON, which of the kinds, all numbers as JSON, the list's own key of the person."""
Other = tuple[int, str | None, str, str, str | None, str, str, str]
"""Row, first number, cells as JSON, verdict, reason, detail, suggestion, all numbers as JSON."""
E164 = re.compile(r'"e164": "([^"]+)"')
row_of = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Packed:
    """Neighbouring rows of a list, each once: those accepted, and the others; ``merged`` is by row, as JSON."""

    accepted: Sequence[Accepted]
    others: Sequence[Other]
    kinds: Sequence[Kind]
    merged: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.accepted) + len(self.others)

    @property
    def rows(self) -> tuple[int, int]:
        """The first row and the last."""
        rows = [part[end][0] for part in (self.accepted, self.others) if part for end in (0, -1)]
        return min(rows), max(rows)

    def first(self, count: int) -> Self:
        """Only so many of those accepted, and the others up to there; all of it if it has no more."""
        if len(self.accepted) <= count:
            return self
        end = bisect_left(self.others, self.accepted[count][0], key=row_of)
        return type(self)(self.accepted[:count], self.others[:end], self.kinds, self.merged)

    def without(self, rows: Collection[int]) -> Self:
        """Without these rows."""
        accepted = [lead for lead in self.accepted if lead[0] not in rows]
        return type(self)(accepted, [lead for lead in self.others if lead[0] not in rows], self.kinds, self.merged)

    def leads(self, columns: tuple[Column, ...]) -> list[Lead]:
        """The leads that were accepted, as they were but for the zones of their numbers."""
        return [self._lead(lead, columns) for lead in self.accepted]

    def _lead(self, lead: Accepted, columns: tuple[Column, ...]) -> Lead:
        row, _, cells, kind, numbers, own = lead
        *_, zones, source, state = self.kinds[kind]
        merged = json.loads(self.merged[row]) if row in self.merged else None
        return Lead(row, Verdict.ACCEPTED, None, "", "", tuple(json.loads(cells)), columns, phones_in(numbers), zones,
                    source, state, own, merged)  # fmt: skip

    def values(self) -> tuple[Any, ...]:
        """The fields, of values that ``marshal`` takes."""
        return (self.accepted, self.others, self.kinds, self.merged)


def pack(leads: Sequence[Lead]) -> Packed:
    """The leads as plain values; they are rows of one list, in order."""
    kinds: dict[Kind, int] = {}
    accepted: list[Accepted] = []
    others: list[Other] = []
    merged: dict[int, str] = {}
    for lead in leads:
        row, verdict, reason, detail, suggestion, cells, _, phones, zones, source, state, own, filled = lead
        if verdict is not Verdict.ACCEPTED:
            others.append((row, phones[0].e164 if phones else None, json_list(cells), verdict.value,
                           reason.value if reason else None, detail, suggestion, numbers_text(phones)))  # fmt: skip
            continue
        number, region, types, _ = phones[0]
        kind = number[:AREA], region, _plain(types), zones, source, state
        index = kinds.setdefault(kind, len(kinds))
        accepted.append((row, number, json_list(cells), index, numbers_text(phones), own))
        if filled:
            merged[row] = json.dumps(dict(filled))
    return Packed(accepted, others, list(kinds), merged)


def json_list(cells: Sequence[str]) -> str:
    """Texts as JSON; most need no escaping, and to know that is faster than to escape."""
    text = '","'.join(cells)
    if text.isprintable() and "\\" not in text and text.count('"') == 2 * len(cells) - 2 and cells:
        return f'["{text}"]'
    return json.dumps(cells)


def numbers_text(phones: Sequence[Phone]) -> str:
    """Numbers, their regions and types as JSON: all but the number itself is the same for many."""
    if len(phones) == 1:
        e164, region, types, _ = phones[0]
        return f'[{{"e164": "{e164}", {_rest_text(region, types)}]'
    return f"[{', '.join(numbers_text((phone,))[1:-1] for phone in phones)}]"


def numbers_in(numbers: str) -> list[str]:
    """Only the numbers of what ``numbers_text`` wrote."""
    return E164.findall(numbers)


def phones_in(numbers: str) -> tuple[Phone, ...]:
    """What ``numbers_text`` wrote, but for the zones."""
    return tuple(
        Phone(phone["e164"], phone["region"], tuple(map(PhoneType, phone["types"])), ())
        for phone in json.loads(numbers)
    )  # fmt: skip


@lru_cache(4096)
def _rest_text(region: str, types: tuple[PhoneType, ...]) -> str:
    return json.dumps({"region": region, "types": types})[1:]


@lru_cache(4096)
def _plain(types: tuple[PhoneType, ...]) -> tuple[str, ...]:
    return tuple(type_.value for type_ in types)
