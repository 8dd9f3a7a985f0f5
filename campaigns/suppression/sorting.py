"""More numbers than fit in memory, sorted and each once: runs on disk, merged block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from campaigns.suppression.registry import Numbers

RUN = 8_000_000
"""Numbers sorted in memory at a time: 64 MB, and as much again for the sorting."""
BLOCK = 4_000_000
"""Numbers merged at a time, over all runs."""
NOTHING = np.empty(0, np.int64)


class Sorter:
    """Takes numbers in any order; what it spills are files in ``folder``, which is the caller's to remove."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[Numbers] = []
        self._count = 0
        self._runs: list[Path] = []

    def add(self, numbers: Numbers) -> None:
        """Take these."""
        self._waiting.append(numbers)
        self._count += len(numbers)
        if self._count >= RUN:
            self._spill()

    def _spill(self) -> None:
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            self._sorted().tofile(file)
        self._runs.append(Path(file.name))

    def _sorted(self) -> Numbers:
        run = ascending(np.concatenate(self._waiting or [NOTHING]))
        self._waiting, self._count = [], 0
        return run

    def blocks(self) -> Iterator[Numbers]:
        """All of them, ascending, each once."""
        step = BLOCK // (len(self._runs) + 1)
        return merged([*(_read(path, step) for path in self._runs), iter([self._sorted()])])

    def whole(self) -> Numbers:
        """All of them at once, for what is known to be few."""
        return np.concatenate([*self.blocks(), NOTHING])


def _read(path: Path, step: int) -> Iterator[Numbers]:
    with path.open("rb") as file:
        while len(block := np.fromfile(file, np.int64, step)):
            yield block


def ascending(numbers: Numbers) -> Numbers:
    """These in order and each once; numpy's own ``unique`` hashes, which took sixty times as long."""
    numbers = np.sort(numbers)
    fresh = np.ones(len(numbers), np.bool_)
    fresh[1:] = numbers[1:] != numbers[:-1]
    return numbers[fresh]


def merged(runs: Iterable[Iterator[Numbers]]) -> Iterator[Numbers]:
    """Runs of ascending blocks as one, a number that several hold once."""
    heads = [(block, run) for run in runs if len(block := next(run, NOTHING))]
    while heads:
        limit = min(int(block[-1]) for block, _ in heads)
        parts, left = [], []
        for block, run in heads:
            end = int(np.searchsorted(block, limit, "right"))
            parts.append(block[:end])
            rest = block[end:] if end < len(block) else next(run, NOTHING)
            if len(rest):
                left.append((rest, run))
        yield ascending(np.concatenate(parts))
        heads = left


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
