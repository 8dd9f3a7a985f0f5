"""An append-only file of JSON lines that survives ``kill -9``."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


class Journal:
    """A file that only grows, one whole line at a time; each line is with the operating system when ``append`` returns.

    A line cut short by a kill or a full disk stays where it is, on a line of its own: nothing is ever rewritten.
    Opening raises OSError.
    """

    def __init__(self, path: Path) -> None:
        """Open ``path``, or make it, readable by its owner only: its lines hold telephone numbers."""
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        size = os.fstat(self._fd).st_size
        self._torn = size > 0 and os.pread(self._fd, 1, size - 1) != b"\n"

    def fileno(self) -> int:
        """The descriptor, for a lock."""
        return self._fd

    def lines(self) -> Iterator[bytes]:
        """Every line so far, without its end; the last may be half a line."""
        with self.path.open("rb") as file:
            for line in file:
                yield line.rstrip(b"\n")

    def append(self, line: bytes) -> None:
        """Write one line; raises OSError when it could not be written whole."""
        whole = (b"\n" if self._torn else b"") + line + b"\n"
        written = os.write(self._fd, whole)
        self._torn = written < len(whole)
        if self._torn:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)


def encode(value: Any) -> bytes:
    """One JSON value as a line; equal values give equal bytes."""
    return json.dumps(value, separators=(",", ":")).encode()


def iso(instant: datetime | None) -> str | None:
    """An instant as text, always with its microseconds."""
    return None if instant is None else instant.isoformat(timespec="microseconds")
