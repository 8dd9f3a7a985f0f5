"""Which numbers of a list were seen before, and in which row: 12 bytes for each, however many there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Rows = NDArray[np.int32]
Slots = NDArray[np.int64]

FIRST_SLOTS = 1 << 14
FULL = 0.6
"""Above this share of slots in use, looking for a free one gets slow."""
SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio: multiplied by it, neighbouring numbers lie far apart (Knuth, TAOCP 3, 6.4)."""


class Seen:
    """An open-addressing hash table from number to row, asked a batch at a time. No number is 0."""

    def __init__(self) -> None:
        self._count = 0
        self._make(FIRST_SLOTS)

    def rows_of(self, numbers: Numbers, rows: Rows) -> Rows:
        """The row that stands with each number; with a new one stands from now on the first of its ``rows``."""
        slots = self._place(numbers, rows)  # first of all: it may lay the table out anew
        return self._rows[slots]

    def replace(self, numbers: Numbers, rows: Rows) -> None:
        """With each number stands from now on the last of its ``rows``."""
        slots = self._place(numbers, rows)
        self._rows[slots] = rows  # of several for one slot the last stays

    def _make(self, slots: int) -> None:
        self._keys, self._rows = np.zeros(slots, np.int64), np.zeros(slots, np.int32)
        self._shift = np.uint64(65 - slots.bit_length())

    def _place(self, numbers: Numbers, rows: Rows) -> Slots:
        """Find each of these numbers, or put it with the first of its rows; answers their slots."""
        while self._count + len(numbers) > FULL * len(self._keys):
            self._grow()
        slots = ((numbers.astype(np.uint64) * SPREAD) >> self._shift).astype(np.int64)
        left = np.arange(len(numbers))
        while len(left):
            free = left[self._keys[slots[left]] == 0]
            self._keys[slots[free]] = numbers[free]  # of several for one slot the last stays; the others go on
            won = free[self._keys[slots[free]] == numbers[free]]
            self._rows[slots[won[::-1]]] = rows[won[::-1]]  # so that the first stays
            self._count += len(won)  # one that comes twice in a batch counts twice: the table grows a little early
            left = left[self._keys[slots[left]] != numbers[left]]
            slots[left] = (slots[left] + 1) % len(self._keys)
        return slots

    def _grow(self) -> None:
        used = self._keys != 0
        keys, rows = self._keys[used], self._rows[used]
        self._make(2 * len(self._keys))
        self._count = 0
        self._place(keys, rows)
