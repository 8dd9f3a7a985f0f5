"""Tables of the numbering plans in use: which written digits the library reads alike.

The patterns of a plan (``plans.py``) become one automaton that sorts digits into classes, by its last state and how
many they are. The first number of a class asks the library, and its answer is the whole class's; nothing is kept on
disk, so it is always the installed library's. A plan's table takes 5 to 200 ms, once enough rows have asked for it.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import cast

import numpy as np
from numpy.typing import NDArray

from campaigns.leads.lead import Phone
from campaigns.leads.numbers import library
from campaigns.leads.numbers.automata import SYMBOLS
from campaigns.leads.numbers.plans import calling_codes, home, patterns_of
from campaigns.vocabulary import PhoneType

LONGEST = 17
"""A string with more digits is left to the library."""
SIZES = LONGEST + 1

WORTHWHILE = 2_000
"""After so many rows a plan's table has repaid its making."""

Answer = tuple[str, int, str, tuple[PhoneType, ...], tuple[str, ...]]
"""What the numbers of a class have in common: their E.164 form is the first part and then the written digits from the
second on (negative: counted from their end); region, types and zones."""

Known = Answer | str | None
"""The answer of a class, or what is wrong with its numbers, or None: the library must be asked for each of them."""

PUNCTUATION = b" -.()"
VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
Places = NDArray[np.int64]
Plan = tuple[int, str | None]


class Tables:
    """The automata of the plans in use, one behind the other; a state is known by the place of its moves.

    Safe for threads: arrays are only ever replaced by longer ones, and who still reads a shorter one asks once more.
    """

    def __init__(self) -> None:
        self._asked: Counter[Plan] = Counter()
        self._starts: dict[Plan, int] = {}
        self._moves = np.zeros(0, np.int32)
        self._doubtful = np.zeros(0, np.bool_)
        self._known = np.zeros(0, np.bool_)
        self._answers = np.empty(0, np.object_)
        self._growing = Lock()

    def read(
        self, symbols: NDArray[np.uint8], first: Places, end: Places, codes: Places, country: str | None
    ) -> list[Known]:
        """What is known of the digits ``symbols[first:end]`` of each row; ``symbols[end]`` is the symbol of an end.

        ``codes`` are the calling codes that stood before them, 0 where there was none and ``country`` counts, and
        negative for rows that are not to be read.
        """
        answers = np.full(len(codes), None, np.object_)
        starts = self._starts_of(codes, country)
        rows = np.flatnonzero(starts >= 0)
        if len(rows):
            at, last, place = first[rows], end[rows], starts[rows]
            size = last - at
            shortest = int(size.min())
            for step in range(int(size.max())):
                place = self._moves.take(place + symbols.take(at if step < shortest else np.minimum(at, last)))
                at += 1
            group = place // SYMBOLS * SIZES + size
            new = np.flatnonzero(~self._known[group])
            for index in new[np.unique(group[new], return_index=True)[1]].tolist():
                row = rows[index]
                digits = "".join(map(str, symbols[first[row] : end[row]].tolist()))
                self._learn(int(group[index]), digits, int(codes[row]), country)
            answers[rows] = self._answers[group]
        return cast(list[Known], answers.tolist())

    def look_up(self, number: str, country: str | None) -> tuple[str, Known]:
        """The digits of one number and what is known of them, where that is anything."""
        text = number.encode(errors="replace").translate(None, PUNCTUATION)
        digits = text.removeprefix(b"+")
        if not digits.isdigit() or not 3 < len(digits) <= LONGEST:
            return "", None
        code = int(calling_codes()[int(digits[:3])]) if text != digits else 0
        place = self._starts.get((code, None) if code else (home(country), country)) if code or text == digits else None
        if place is None:
            return "", None
        digits = digits[len(str(code)) :] if code else digits
        moves = self._moves.data
        for value in digits.translate(VALUES):
            place = moves[place + value]
        group = place // SYMBOLS * SIZES + len(digits)
        if not self._known[group]:
            self._learn(group, digits.decode(), code, country)
        return digits.decode(), self._answers[group]

    def _starts_of(self, codes: Places, country: str | None) -> NDArray[np.int32]:
        """The state in which each row starts, negative where its plan has no table yet."""
        rows = np.bincount(codes[codes >= 0])
        starts = np.full(len(rows) + 1, -1, np.int32)
        for code in np.flatnonzero(rows).tolist():
            plan = (code, None) if code else (home(country), country)
            if plan[0]:
                starts[code] = self._start(plan, int(rows[code]))
        return starts[np.maximum(codes, -1)]

    def _start(self, plan: Plan, rows: int) -> int:
        with self._growing:
            self._asked[plan] += rows
            if plan not in self._starts and self._asked[plan] >= WORTHWHILE:
                moves, doubtful = patterns_of(*plan).table()
                start = len(self._moves)
                classes = len(doubtful) * SIZES
                self._answers = np.concatenate((self._answers, np.full(classes, None, np.object_)))
                self._known = np.concatenate((self._known, np.zeros(classes, np.bool_)))
                self._doubtful = np.concatenate((self._doubtful, doubtful))
                self._moves = np.concatenate((self._moves, moves * np.int32(SYMBOLS) + np.int32(start)))
                self._starts[plan] = start
        return self._starts.get(plan, -1)

    def _learn(self, group: int, digits: str, code: int, country: str | None) -> None:
        if not self._doubtful[group // SIZES]:
            self._answers[group] = _ask(f"+{code}{digits}", None) if code else _ask(digits, country)
        self._known[group] = True


def _ask(number: str, country: str | None) -> Known:
    phone = library.read(number, country)
    if phone is None:
        return library.fault(number, country)
    code = f"+{calling_codes()[int(phone.e164[1:4])]}"
    kept = phone.e164.removeprefix(code)
    return (code, -len(kept), *phone[1:]) if number.endswith(kept) else None


TABLES = Tables()


def read(number: str, country: str | None) -> Phone | None:
    """What ``library.read`` answers, by the tables where they know."""
    digits, known = TABLES.look_up(number, country)
    if known is None:
        return library.read(number, country)
    return None if isinstance(known, str) else Phone(known[0] + digits[known[1] :], *known[2:])


def fault(number: str, country: str | None) -> str:
    """What ``library.fault`` answers, by the tables where they know."""
    known = TABLES.look_up(number, country)[1]
    return known if isinstance(known, str) else library.fault(number, country)
