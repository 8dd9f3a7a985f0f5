"""A do-not-call registry as a compact file: sorted numbers, mapped into memory, four bytes each.

    0      magic, how many numbers, how many segments, where the index begins (little-endian, 8 bytes each)
    4096   the numbers' lower 32 bits, ascending within each segment
    index  per segment its upper 32 bits and where it begins (8 bytes each); then the first number of every page

A number is the digits of its E.164 form. A country's numbers lie in a few segments, and the index is read when the file
is opened, so a look-up touches one page of it. The same numbers always give the same file, whatever their order was.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.errors import RegistryMissing

Numbers = NDArray[np.int64]
MAGIC = b"dialerR1"
HEADER = struct.Struct("<8sQQQ")
START = 4096
PAGE = 1024
"""Numbers on a page of memory."""
BLOCK = 4_000_000


def write_registry(path: Path, blocks: Iterable[Numbers]) -> int:
    """Write ascending numbers, each once over all blocks; answers how many."""
    count = 0
    segments: list[tuple[int, int]] = []
    fences: list[NDArray[np.uint32]] = []
    with path.open("wb") as file:
        file.write(bytes(START))
        for block in blocks:
            highs = block >> 32
            for at in np.flatnonzero(np.diff(highs, prepend=segments[-1][0] if segments else -1)):
                segments.append((int(highs[at]), count + int(at)))
            lows = (block & 0xFFFFFFFF).astype("<u4")
            fences.append(lows[-count % PAGE :: PAGE])
            file.write(lows.tobytes())
            count += len(block)
        index = file.tell()
        file.write(np.array(segments, "<u8").tobytes())
        for fence in fences:
            file.write(fence.tobytes())
        file.seek(0)
        file.write(HEADER.pack(MAGIC, count, len(segments), index))
    return count


class Registry:
    """One registry's file, opened; safe to be asked by several threads."""

    def __init__(self, path: Path) -> None:
        """Raises RegistryMissing where the file is none of ours."""
        with path.open("rb") as file:
            head = file.read(HEADER.size)
            magic, self.count, segments, index = HEADER.unpack(head) if len(head) == HEADER.size else (b"", 0, 0, 0)
            if magic != MAGIC:
                raise RegistryMissing(f"{path} is no registry's file; import the registry again")
            file.seek(index)
            table = np.frombuffer(file.read(16 * segments), "<u8").reshape(segments, 2).astype(np.int64)
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            mapped.madvise(mmap.MADV_RANDOM)  # one page is wanted, not those around it
            self._fences = np.frombuffer(file.read(), "<u4").data
        starts = [*table[:, 1].tolist(), self.count]
        self._segments = {int(high): (starts[i], starts[i + 1]) for i, (high, _) in enumerate(table.tolist())}
        self._lows = np.frombuffer(mapped, "<u4", self.count, START)
        self._cells = self._lows.data  # faster to ask for a single one

    def __contains__(self, number: int) -> bool:
        segment = self._segments.get(number >> 32)
        if segment is None:
            return False
        start, end = segment
        low = number & 0xFFFFFFFF
        first, last = start // PAGE + 1, (end - 1) // PAGE + 1  # the fences inside the segment
        page = bisect_right(self._fences, low, first, last) - 1
        start, end = max(start, page * PAGE), min(end, (page + 1) * PAGE)
        at = bisect_left(self._cells, low, start, end)
        return at < end and self._cells[at] == low

    def among(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of these numbers are in it; ascending ones are found faster."""
        found = np.zeros(len(numbers), np.bool_)
        highs = numbers >> 32
        for high in np.unique(highs).tolist():
            if segment := self._segments.get(high):
                here = highs == high
                lows = self._lows[slice(*segment)]
                asked = (numbers[here] & 0xFFFFFFFF).astype(np.uint32)
                at = np.minimum(np.searchsorted(lows, asked), len(lows) - 1)
                found[here] = lows[at] == asked
        return found

    def blocks(self) -> Iterator[Numbers]:
        """All its numbers, ascending, some at a time."""
        for high, (start, end) in sorted(self._segments.items()):
            for at in range(start, end, BLOCK):
                yield self._lows[at : min(end, at + BLOCK)].astype(np.int64) + (high << 32)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
