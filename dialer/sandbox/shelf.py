"""What the practice platform was told to keep (workspaces, agents, …), in a journal: known again after a kill."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from dialer.sandbox.journal import Journal, encode

Row = dict[str, Any]
FIRST = 101
"""Ids below are for what is there by default."""


class Shelf:
    """Rows by kind and key. A line of the journal holds one row as it is from then on, or null: it was removed."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._rows: defaultdict[str, dict[str, Row | None]] = defaultdict(dict)
        for line in journal.lines():
            try:
                kept = json.loads(line)
                self._rows[kept["kind"]][kept["key"]] = kept["row"]
            except (ValueError, KeyError, TypeError):  # half a line: nobody was told that it was kept
                continue

    def get(self, kind: str, key: int | str) -> Row | None:
        """The row; None where there is none, or no longer."""
        return self._rows[kind].get(str(key))

    def removed(self, kind: str, key: int | str) -> bool:
        """Whether there was such a row, or one by default, and it was removed."""
        return self._rows[kind].get(str(key), {}) is None

    def rows(self, kind: str) -> list[Row]:
        """Every row of a kind, oldest first."""
        return [row for row in self._rows[kind].values() if row is not None]

    def put(self, kind: str, key: int | str, row: Row) -> Row:
        """Keep a row; it is in the journal when this returns. Raises OSError when it cannot be written."""
        self._write(kind, str(key), row)
        return row

    def remove(self, kind: str, key: int | str) -> None:
        """Remove a row; raises OSError when that cannot be written."""
        self._write(kind, str(key), None)

    def new_id(self, kind: str) -> int:
        """An id that no row of this kind ever had."""
        return max([FIRST - 1, *map(int, self._rows[kind])]) + 1

    def _write(self, kind: str, key: str, row: Row | None) -> None:
        self._journal.append(encode({"kind": kind, "key": key, "row": row}))
        self._rows[kind][key] = row
