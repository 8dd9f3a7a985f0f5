"""Which numbers of a list were seen before."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from campaigns.leads.seen import FIRST_SLOTS, Seen

BATCHES = st.lists(st.lists(st.integers(1, 60) | st.integers(10**6, 10**15 - 1), max_size=40), max_size=12)


@given(BATCHES)
def test_it_answers_what_a_dict_would(batches: list[list[int]]) -> None:
    seen, known, row = Seen(), dict[int, int](), 0
    for batch in batches:
        rows = range(row + 1, row + 1 + len(batch))
        answer = seen.rows_of(np.array(batch, np.int64), np.array(rows, np.int32))
        assert answer.tolist() == [known.setdefault(number, at) for number, at in zip(batch, rows, strict=True)]
        row += len(batch)


@given(BATCHES)
def test_replaced_rows_are_the_last_ones(batches: list[list[int]]) -> None:
    seen, known, row = Seen(), dict[int, int](), 0
    for batch in batches:
        rows = range(row + 1, row + 1 + len(batch))
        seen.replace(np.array(batch, np.int64), np.array(rows, np.int32))
        known |= dict(zip(batch, rows, strict=True))
        row += len(batch)
    numbers = np.array(list(known), np.int64)
    assert seen.rows_of(numbers, np.zeros(len(numbers), np.int32)).tolist() == list(known.values())


def test_it_grows_far_beyond_where_it_began_and_forgets_nothing() -> None:
    seen = Seen()
    numbers = np.random.default_rng(1).permutation(np.arange(12_000_000_000, 12_000_000_000 + 20 * FIRST_SLOTS))
    rows = np.arange(1, len(numbers) + 1, dtype=np.int32)
    for start in range(0, len(numbers), 5000):
        seen.rows_of(numbers[start : start + 5000], rows[start : start + 5000])
    assert seen.rows_of(numbers, np.zeros(len(numbers), np.int32)).tolist() == rows.tolist()
