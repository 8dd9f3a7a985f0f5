"""An endpoint that a platform documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a request goes, and where that is written.

    A name is the service and its method in the platform's ``api``, or in its client. ``empty``: the documented good
    answer has no body.
    """

    name: str
    verb: str
    path: str
    section: str
    empty: bool = False

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that it may be tried again."""
        return self.verb == "GET"


def table(rows: Iterable[tuple[str, str, str, str] | tuple[str, str, str, str, bool]]) -> Mapping[str, Endpoint]:
    """Endpoints by name."""
    return {row[0]: Endpoint(*row) for row in rows}
