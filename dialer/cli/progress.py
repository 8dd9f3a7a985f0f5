"""How far a long list has come on its way in; nothing is said of what takes less than a second."""

from __future__ import annotations

import sys
import time
from typing import Self

QUIET_S = 1.0
EVERY_S, EVERY_LINE_S = 0.2, 5.0


class Progress:
    """Rows done, rows a second and time left, on one line of a terminal, elsewhere a line every five seconds."""

    def __init__(self, what: str, rows: int) -> None:
        """``rows`` is their expected number."""
        self._what, self._rows, self._done = what, rows, 0
        self._began = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._next = self._began + (QUIET_S if self._terminal else EVERY_LINE_S)
        self._shown = False

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self._done += rows
        now = time.monotonic()
        if now >= self._next:
            self._next = now + (EVERY_S if self._terminal else EVERY_LINE_S)
            sys.stderr.write(("\r\x1b[K" if self._terminal else "") + self.said(now) + ("" if self._terminal else "\n"))
            sys.stderr.flush()
            self._shown = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal's line clean."""
        if self._shown and self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def said(self, now: float) -> str:
        """The line: ``Reading: 120,000 of 1,000,000 rows, 60,000 a second, 15 s left``."""
        rate = self._done / max(now - self._began, 0.001)
        left_s = max(0, self._rows - self._done) / max(rate, 1)
        return f"{self._what}: {self._done:,} of {self._rows:,} rows, {rate:,.0f} a second, {left_s:,.0f} s left"
