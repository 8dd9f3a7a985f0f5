"""Which agents may call a row: what ``[agents]`` says of its value in a column, the language for instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campaigns.leads.lead import Column
from campaigns.leads.send import header_for
from campaigns.spec import Agents


class Callers:
    """Reads the agents of rows with these columns; false where all rows are for the same agents.

    ``header`` is the column's; None where the list has none like it. Values match whatever their case and spaces.
    """

    def __init__(self, agents: Agents, columns: Sequence[Column], mapped: Mapping[str, str]) -> None:
        headers = [column.header for column in columns]
        self.header = header_for(agents.column, dict.fromkeys(headers, ""), mapped) if agents.column else None
        self._position = headers.index(self.header) if self.header is not None else None
        self._agents = {_folded(value): pool for value, pool in agents.values.items()}
        self._others = bool(agents.pool)

    def __bool__(self) -> bool:
        return self._position is not None

    def said(self, cells: Sequence[str]) -> str:
        """What the row says in the column."""
        return cells[self._position] if self._position is not None else ""

    def of(self, cells: Sequence[str]) -> tuple[str, ...]:
        """The agents that the row's value names; none where it names none."""
        return self._agents.get(_folded(self.said(cells)), ())

    def knows(self, cells: Sequence[str]) -> bool:
        """Whether anybody may call the row."""
        return self._others or bool(self.of(cells))


def _folded(value: str) -> str:
    return " ".join(value.split()).casefold()
