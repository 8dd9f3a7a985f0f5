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
from campaigns.leads.consents import consent_of
from campaigns.leads.lead import ACCEPTED, Column, Lead, Phone
from campaigns.vocabulary import PhoneType

Kind = tuple[str, str, tuple[str, ...], tuple[str, ...], str, str | None, bool | None]
"""What many share: beginning, region and types of the first number; zones, the evidence for them, the American state;
whether consent is given, where the list says."""
Accepted = tuple[int, str, str, int, str, str, str]
"""Row, first number, cells as JSON, which of the kinds, all numbers as JSON, the list's own key, words on consent."""
Other = tuple[int, str | None, str, str, str | None, str, str, str]
"""Row, first number, cells as JSON, verdict, reason, detail, suggestion, all numbers as JSON."""
UNESCAPED = bytes(byte for byte in range(0x20, 0x7F) if byte not in b'"\\')
"""What JSON in ASCII has as it is."""
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
        row, _, cells, kind, numbers, own, consent = lead
        *_, zones, source, state, _ = self.kinds[kind]
        merged = json.loads(self.merged[row]) if row in self.merged else None
        return Lead(row, ACCEPTED, None, "", "", tuple(json.loads(cells)), columns, phones_in(numbers), zones,
                    source, state, own, merged, consent)  # fmt: skip

    def values(self) -> tuple[Any, ...]:
        """The fields, of values that ``marshal`` takes."""
        return (self.accepted, self.others, self.kinds, self.merged)


def pack(leads: Sequence[Lead]) -> Packed:
    """The leads as plain values; they are rows of one list, in order."""
    kinds: dict[tuple[Any, ...], int] = {}
    ends: list[str] = []
    accepted: list[Accepted] = []
    others: list[Other] = []
    merged: dict[int, str] = {}
    for lead, cells in zip(leads, json_lists([lead.cells for lead in leads]), strict=True):
        row, verdict, reason, detail, suggestion, _, _, phones, zones, source, state, own, filled, consent = lead
        if verdict is not ACCEPTED:
            others.append((row, phones[0].e164 if phones else None, cells, verdict.value,
                           reason.value if reason else None, detail, suggestion, numbers_text(phones)))  # fmt: skip
            continue
        number, region, types, _ = phones[0]
        kind = number[:AREA], region, types, zones, source, state, consent_of(consent) if consent else None
        index = kinds.get(kind)
        if index is None:
            index = kinds[kind] = len(kinds)
            ends.append(_after_number(region, types))
        numbers = f'[{{"e164": "{number}"{ends[index]}]' if len(phones) == 1 else numbers_text(phones)
        accepted.append((row, number, cells, index, numbers, own, consent))
        if filled:
            merged[row] = json.dumps(dict(filled))
    plain = [(start, region, tuple(map(str, types)), *place) for start, region, types, *place in kinds]
    return Packed(accepted, others, plain, merged)


def json_lists(rows: Sequence[Sequence[str]]) -> list[str]:
    """Texts as JSON, a list for each row; most need no escaping, and to know that of all is faster than to escape."""
    text = '"],["'.join(map('","'.join, rows))
    if _is_plain(text, 2 * sum(map(len, rows)) - 2) and all(rows):
        return [f'["{row}"]' for row in text.split('"],["')]
    if len(rows) == 1:
        return [json.dumps(rows[0])]
    return [text for row in rows for text in json_lists([row])]


def _is_plain(text: str, quotes: int) -> bool:
    """Whether JSON has the text as it is, but for so many quotes, which are ours."""
    if text.isascii():  # a third of the time
        return text.encode().translate(None, UNESCAPED) == b'"' * quotes
    return text.isprintable() and "\\" not in text and text.count('"') == quotes


def numbers_text(phones: Sequence[Phone]) -> str:
    """Numbers, their regions and types as JSON."""
    each = (f'{{"e164": "{e164}"{_after_number(region, types)}' for e164, region, types, _ in phones)
    return f"[{', '.join(each)}]"


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
def _after_number(region: str, types: tuple[PhoneType, ...]) -> str:
    """What follows a number: the same for many."""
    return f", {json.dumps({'region': region, 'types': types})[1:]}"
