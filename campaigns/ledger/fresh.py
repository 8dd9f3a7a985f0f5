"""What the rows of a list become, before they are written: contacts, their rows, and the rows that are none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from campaigns.leads.packed import Accepted, Kind, Packed
from campaigns.ledger.columns import storable
from campaigns.ledger.elsewhere import Turn
from campaigns.ledger.judging import Judge
from campaigns.ledger.tallies import Key, lead_key, place_key
from campaigns.vocabulary import ContactState, Reason

ROW = ("row", "number", "cells")
Written = tuple[int, str | None, str, str, str | None, str, str]
"""A row that is no contact as it is written: ROW, then verdict, reason, detail, suggestion."""
CONTACT = ("row", "identity", "copy", "numbers", "external_id", "merged", "consent")


class Fresh:
    """What the rows of a chunk become: contacts and their cells by the column, and row by row those that are none."""

    def __init__(self, list_id: int, judge: Judge) -> None:
        self._list_id, self._judge = list_id, judge
        self.people: dict[str, list[Any]] = {name: [] for name in (*CONTACT, *judge.of_contact)}
        self.cells: list[str] = []
        self.others: list[Written] = []
        self.tally = Counter[Key]()
        self.unreadable: dict[int, tuple[tuple[str, str], ...]] = {}

    def take(self, batch: Packed) -> None:
        """Add a batch; the common row of a list is touched by no Python of its own here: a million of them come."""
        judge = self._judge
        cohorts = [judge.cohort(kind) for kind in batch.kinds]
        wishes = judge.wishes(batch, cohorts)
        turns = judge.turns(batch, cohorts, wishes)
        self.others += [(*lead[:5], storable(lead[5]), storable(lead[6])) for lead in batch.others]
        accepted = batch.accepted
        if turns:
            self.others += [_turned(lead, turns[lead[0]]) for lead in accepted if lead[0] in turns]
            accepted = [lead for lead in accepted if lead[0] not in turns]
        if not accepted:
            return
        row, number, cells, kinds, numbers, keys, consents = zip(*accepted, strict=True)
        copies = [self._list_id << 32 | n for n in row] if judge.each_row else repeat(0, len(row))
        values = [wishes[n].values for n in row] if wishes else [cohorts[kind].values for kind in kinds]
        found = row, number, copies, numbers, _said(keys), map(batch.merged.get, row), _said(consents)
        for column, more in zip(self.people.values(), (*found, *zip(*values, strict=True)), strict=True):
            column.extend(more)
        self.cells.extend(cells)
        for (kind, of_contact), count in Counter(zip(kinds, values, strict=True)).items():
            self.tally.update(dict.fromkeys(_keys(batch.kinds[kind], of_contact), count))
        if wishes:
            self.unreadable |= {n: wishes[n].unreadable for n in row if wishes[n].unreadable}


def _turned(lead: Accepted, turn: Turn) -> Written:
    """The row of an accepted lead that gets another verdict."""
    row, number, cells, *_ = lead
    said = turn.verdict.value, turn.reason.value if turn.reason else None, storable(turn.detail), ""
    if turn.reason is Reason.FORGOTTEN:  # nothing is kept of them
        return row, None, json.dumps([""] * len(json.loads(cells))), *said
    return row, number, cells, *said


def _said(texts: Sequence[str]) -> Iterable[str | None]:
    """As the ledger has them, None for those that say nothing; nearly always all of them."""
    return [storable(text) or None for text in texts] if any(texts) else repeat(None, len(texts))


def _keys(kind: Kind, values: Sequence[Any]) -> tuple[Key, Key]:
    """Under which a contact of this kind is counted that goes in with these values."""
    (area, region, *_), (reason, next_at, zones, _, state, *_) = kind, values
    return lead_key(ContactState.READY, reason, next_at), place_key(area, region, state, zones)
