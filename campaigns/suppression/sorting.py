"""More numbers than fit in memory, sorted and each once: runs on disk, merged block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from campaigns.suppression.registry import Numbers

RUN = 8_000_000
"""Numbers sorted in memory at a time: 64 MB, and as much again for the sorting."""
BLOCK = 4_000_000
"""Numbers merged at a time, over all runs."""
NOTHING = np.empty(0, np.int64)


class Sorter:
    """Takes numbers in any order. What it spills goes to unnamed files in ``folder``, gone when it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[Numbers] = []
        self._count = 0
        self._runs: list[Numbers] = []

    def add(self, numbers: Numbers) -> None:
        """Take these."""
        self._waiting.append(numbers)
        self._count += len(numbers)
        if self._count >= RUN:
            self._spill()

    def _spill(self) -> None:
        run = self._sorted()
        with TemporaryFile(dir=self._folder) as file:  # the mapping outlives the file's closing
            run.tofile(file)
            file.flush()
            mapped: Any = np.memmap(file, np.int64, "r", 0, run.shape)
        self._runs.append(mapped.view(np.ndarray))

    def _sorted(self) -> Numbers:
        run = ascending(np.concatenate(self._waiting or [NOTHING]))
        self._waiting, self._count = [], 0
        return run

    def blocks(self) -> Iterator[Numbers]:
        """All of them, ascending, each once."""
        runs = [*self._runs]
        if self._waiting:
            runs.append(self._sorted())
        return merged(runs)

    def whole(self) -> Numbers:
        """All of them at once, for what is known to be few."""
        return np.concatenate([*self.blocks(), NOTHING])


def ascending(numbers: Numbers) -> Numbers:
    """These in order and each once; numpy's own ``unique`` hashes, which took sixty times as long."""
    numbers = np.sort(numbers)
    fresh = np.ones(len(numbers), np.bool_)
    fresh[1:] = numbers[1:] != numbers[:-1]
    return numbers[fresh]


def merged(runs: Iterable[Numbers]) -> Iterator[Numbers]:
    """Ascending runs as ascending blocks, a number that several hold once."""
    left = [run for run in runs if len(run)]
    while left:
        step = max(1, BLOCK // len(left))
        limit = min(int(run[min(step, len(run)) - 1]) for run in left)
        ends = [int(np.searchsorted(run, limit, "right")) for run in left]
        yield ascending(np.concatenate([run[:end] for run, end in zip(left, ends, strict=True)]))
        left = [run[end:] for run, end in zip(left, ends, strict=True) if end < len(run)]


def changed(base: Iterable[Numbers], added: Numbers, gone: Numbers) -> Iterator[Numbers]:
    """Ascending blocks with ``added`` in and ``gone`` out, both ascending; a number in both is in."""
    gone = np.setdiff1d(gone, added)
    for block in base:
        end = int(np.searchsorted(added, block[-1], "right"))
        both = ascending(np.concatenate([block, added[:end]]))
        added = added[end:]
        yield np.setdiff1d(both, gone, assume_unique=True)
    if len(added):
        yield added
