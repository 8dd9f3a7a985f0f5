"""``[agents]``: several agents for the leads of one campaign, by turns or by what their rows say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from campaigns.spec.part import Part
from campaigns.spec.spans import Duration

Agent = Annotated[str, Field(pattern=r"^[^,\s]+$", max_length=80)]
Pool = Annotated[tuple[Agent, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]
"""Agents that share leads; one may be written without a list."""


class Agents(Part):
    """Who calls whom: the agents of the row's value in ``column``, or, where no value names any, those of ``pool``.

    Without a pool a row whose value is not named is rejected. ``per_day`` is how many calls one agent's number makes in
    24 hours (0: no limit). A number rests for ``rest`` when the answer rate of its last ``recent`` calls has fallen
    ("0s": never).
    """

    pool: Pool = ()
    column: str | None = Field(default=None, min_length=1)
    values: dict[str, Pool] = Field(default_factory=dict)
    per_day: int = Field(default=0, ge=0)
    recent: int = Field(default=50, ge=20, le=1000)
    rest: Duration = timedelta(days=1)

    @property
    def every(self) -> Iterator[str]:
        """All of them, each once; the first stands for the campaign where it names no agent itself."""
        yield from dict.fromkeys((*self.pool, *(agent for pool in self.values.values() for agent in pool)))

    @property
    def used(self) -> bool:
        """Whether the campaign file names any agents here, or a limit for their numbers."""
        return bool(self.pool or self.values or self.per_day)
